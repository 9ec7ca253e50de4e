import assert from 'node:assert/strict';
import middy from '@middy/core';
import { defineModel, string } from '@tabletheory/core';
import { tableTheory, testContext, toLambdaHandler } from '@tabletheory/middy';

const Order = defineModel({
  name: 'Order',
  table: 'orders',
  key: { partition: 'orderId' },
  attributes: { orderId: string() },
});
process.env.AWS_REGION ??= 'eu-north-1';
const handler = toLambdaHandler(
  middy()
    .use(tableTheory({ models: { orders: Order }, dynamodb: { warmUp: false } }))
    .handler(async (_event, { tables, deadline, log }) => {
      log.debug({ orders: typeof tables.orders.get }, 'ready');
      return deadline.signal.aborted;
    }),
);

assert.equal(await handler({}, testContext()), false);
