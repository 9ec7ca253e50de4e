import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { defineModel, string } from '@tabletheory/core';
import { dynamodb } from '@tabletheory/dynamodb';
import { dynamodb as leanDynamodb, warmedUp } from '@tabletheory/dynamodb/lean';

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

const lean = middy<{ orderId: string }>()
  .use(leanDynamodb({ models: { orders: Order }, config: { region: 'eu-north-1' } }))
  .handler(async ({ orderId }, { tables }) => tables.$withSignal(AbortSignal.abort()).orders.getOrThrow({ orderId }));
await warmedUp();
await assert.rejects(lean({ orderId: 'o-1' }, {} as never), { code: /DEADLINE/ });
