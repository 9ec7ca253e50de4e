import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables, DeadlineExceededError, defineModel, type Item, number, string } from '@tabletheory/core';
import { createLeanClient } from '@tabletheory/core/lean';

const Order = defineModel({
  name: 'Order',
  table: 'orders',
  key: { partition: 'customerId', sort: 'orderId' },
  attributes: { customerId: string(), orderId: string(), total: number({ minimum: 0 }) },
});
type Order = Item<typeof Order>;

const client = new DynamoDBClient({ region: 'eu-north-1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } });
const tables = createTables({ client, models: { orders: Order } });
const aborted = tables.$withSignal(AbortSignal.abort());
const read: Promise<Order | undefined> = aborted.orders.get({ customerId: 'c-1', orderId: 'o-1' });
await assert.rejects(read, DeadlineExceededError);

const lean = createTables({ client: createLeanClient({ region: 'eu-north-1' }), models: { orders: Order } });
const order = { customerId: 'c-1', orderId: 'o-1', total: 1 };
await assert.rejects(lean.$withSignal(AbortSignal.abort()).orders.create(order), DeadlineExceededError);
