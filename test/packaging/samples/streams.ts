import assert from 'node:assert/strict';
import middy from '@middy/core';
import { defineModel, string } from '@tabletheory/core';
import { streams } from '@tabletheory/streams';

const Order = defineModel({
  name: 'Order',
  table: 'orders',
  key: { partition: 'orderId' },
  attributes: { orderId: string() },
});
const seen: string[] = [];
const handler = middy()
  .use(streams({ models: { orders: Order } }))
  .handler((_event, { changes }) =>
    changes.process({
      orders: async ({ keys }) => void seen.push(keys.orderId),
    }),
  );

const record = {
  eventID: '1',
  eventName: 'INSERT',
  eventSource: 'aws:dynamodb',
  eventSourceARN: 'arn:aws:dynamodb:eu-north-1:123456789012:table/orders/stream/2026-01-31T00:00:00.000',
  dynamodb: {
    SequenceNumber: '100',
    StreamViewType: 'NEW_AND_OLD_IMAGES',
    Keys: { orderId: { S: 'o-1' } },
    NewImage: { orderId: { S: 'o-1' } },
  },
};
assert.deepEqual(await handler({ Records: [record] }, {} as never), { batchItemFailures: [] });
assert.deepEqual(seen, ['o-1']);
