import { createTables } from '@tabletheory/core';
import type { MakeWorkloads } from '../../measure/subject.ts';
import { OrderModel } from '../order-model.ts';
import { CUSTOMER, order } from '../orders.ts';

/** Takes the command in place of a client and answers at once: all that is left is what was built, and an empty answer. */
const client = { send: async () => ({ Items: [], Count: 0, ScannedCount: 0, $metadata: {} }) };

const make: MakeWorkloads = () => {
  const { orders } = createTables({ client: client as any, models: { orders: OrderModel } });
  const item = order(1);
  return {
    put: { run: () => orders.put(item as any) },
    query: {
      run: () => orders.where('customerId', '=', CUSTOMER).where('orderId', 'beginsWith', 'o-').limit(100).all(),
    },
  };
};

export default make;
