import middy from '@middy/core';
import { tableTheory, tableTheoryPlugin } from '@tabletheory/middy';
import { validator } from '@tabletheory/validator';
import type { MakeWorkloads } from '../../measure/subject.ts';
import schema from '../functions/order.schema.json' with { type: 'json' };
import { OrderModel } from '../order-model.ts';
import { requestWorkload } from './workload.ts';

const make: MakeWorkloads = () => {
  const handler = middy(tableTheoryPlugin())
    .use(
      tableTheory({
        service: 'orders',
        models: { orders: OrderModel },
        metrics: { namespace: 'Orders' },
        validator: validator({ body: schema as object }),
      }),
    )
    .handler(async (_event, { input, log, metrics }) => {
      const order = input as any;
      metrics.add('OrderTotal', 'None', order.total);
      log.info({ orderId: order.orderId }, 'order created');
      return { statusCode: 201, body: JSON.stringify({ orderId: order.orderId }) };
    });
  return requestWorkload(handler as any);
};

export default make;
