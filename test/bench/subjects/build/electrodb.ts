import type { MakeWorkloads } from '../../measure/subject.ts';
import { orderEntity } from '../electrodb-entity.ts';
import { CUSTOMER, order } from '../orders.ts';

const make: MakeWorkloads = () => {
  const entity = orderEntity();
  const item = order(1);
  return {
    put: { run: () => entity.put(item as any).params() },
    query: {
      run: () =>
        entity.query
          .byCustomer({ customerId: CUSTOMER })
          .begins({ orderId: 'o-' })
          .params({ limit: 100 } as any),
    },
  };
};

export default make;
