import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { defineModel, string } from '@tabletheory/core';
import { dynamodb } from '@tabletheory/dynamodb';

const Order = defineModel({
  name: 'Order',
  table: 'orders',
  key: { partition: 'orderId' },
  attributes: { orderId: string(), status: string({ enum: ['open', 'paid'] }) },
});
const client = new DynamoDBClient({ region: 'eu-north-1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } });
const handler = middy<{ orderId: string }>()
  .use(dynamodb({ models: { orders: Order }, client }))
  .handler(async ({ orderId }, { tables }) => {
    const read = tables.$withSignal(AbortSignal.abort()).orders.getOrThrow({ orderId });
    return read.then(({ status }) => status === 'open');
  });

await assert.rejects(handler({ orderId: 'o-1' }, {} as never), { code: /DEADLINE/ });
