import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTable, createTables } from '@tabletheory/core';
import { type Engine, startEngine } from '@tabletheory/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { models } from '../../orders-api/src/models.ts';
import { createHandler } from './handler.ts';
import { readStream } from './table-stream.ts';

let engine: Engine;
let client: DynamoDBClient;
beforeAll(async () => {
  engine = await startEngine();
  client = new DynamoDBClient(engine.clientConfig);
  await createTable(client, models, { stream: 'NEW_AND_OLD_IMAGES' });
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});

it('handles the stream of what orders-api does', async () => {
  const tables = createTables({ client, models });
  await tables.customers.create({ customerId: 'c1', name: 'Ada', email: 'ada@example.com' });
  const order = { customerId: 'c1', orderId: 'o1', email: 'ada@example.com', lines: [], placedAt: new Date() };
  const { version } = await tables.orders.create({ ...order, status: 'open', total: 2100 });
  await tables.orders.update({ customerId: 'c1', orderId: 'o1' }, { status: 'paid' }, { version });
  await tables.orders.delete({ customerId: 'c1', orderId: 'o1' });
  const Records = await readStream(engine, 'orders');
  expect(Records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'INSERT', 'MODIFY', 'REMOVE']);
  const context = { awsRequestId: 'r1', getRemainingTimeInMillis: () => 3_000 };
  const lines: string[] = [];
  const handler = createHandler({ write: (line) => void lines.push(line) });
  const response = await (handler as (event: object, context: object) => Promise<unknown>)({ Records }, context);
  expect(response).toEqual({ batchItemFailures: [] });
  const told = lines.map((line) => JSON.parse(line));
  expect(told.map(({ message }) => message)).toEqual(['order placed', 'order moved on', 'order removed', 'request']);
  expect(told[1]).toMatchObject({ customerId: 'c1', orderId: 'o1', status: 'paid' });
  expect(lines.join()).not.toContain('ada@example.com');
});
