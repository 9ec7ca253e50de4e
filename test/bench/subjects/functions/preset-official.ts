import middy from '@middy/core';
import { tableTheory, tableTheoryPlugin, warmedUp } from '@tabletheory/middy';
import { validator } from '@tabletheory/validator';
import { OrderModel } from '../order-model.ts';
import schema from './order.schema.json' with { type: 'json' };

export const handler = middy(tableTheoryPlugin())
  .use(
    tableTheory({
      service: 'orders',
      models: { orders: OrderModel },
      metrics: { namespace: 'Orders' },
      dynamodb: { warmUp: process.env.WARM_UP !== 'false' },
      validator: validator({ body: schema as object }),
    }),
  )
  .handler(async (_event, { tables, input, log, metrics }) => {
    const order = await tables.orders.put(input as any);
    metrics.add('OrderTotal', 'None', order.total);
    log.info({ orderId: order.orderId }, 'order created');
    return { statusCode: 201, body: JSON.stringify({ orderId: order.orderId }) };
  });

await warmedUp();
