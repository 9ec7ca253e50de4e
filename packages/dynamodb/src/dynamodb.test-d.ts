import middy from '@middy/core';
import { dynamodb } from './dynamodb.ts';
import { Order } from './test-server.ts';

middy()
  .use(dynamodb({ models: { orders: Order } }))
  .handler(async (_event, { tables, awsRequestId }) => {
    const order: { orderId: string; email?: string } | undefined = await tables.orders.get({ orderId: awsRequestId });
    // @ts-expect-error no such model
    tables.customers;
    // @ts-expect-error it has another name in code
    return order?.mail;
  });

middy()
  .use(dynamodb({ models: { orders: Order }, contextKey: 'db' }))
  .handler(async (_event, context) => {
    await context.db.orders.get({ orderId: 'o' });
    // @ts-expect-error it has another name
    return context.tables;
  });

// @ts-expect-error the middleware is not used
middy().handler(async (_event, { tables }) => tables);
// @ts-expect-error models are needed
dynamodb({ config: {} });
// @ts-expect-error no such option
dynamodb({ models: { orders: Order }, region: 'eu-west-1' });
