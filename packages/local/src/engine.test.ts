import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { defineModel, number, string, ttl } from '@tabletheory/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { EngineStartError, startEngine } from './engine.ts';
import { freePort, listen, PortInUseError } from './port.ts';

const orders: CreateTableCommandInput = {
  TableName: 'orders',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'orderId', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'orderId', KeyType: 'HASH' }],
};
const Order = defineModel({
  name: 'Order',
  table: 'orders',
  key: { partition: 'orderId' },
  attributes: { orderId: string(), status: string(), total: number() },
  indexes: { byStatus: { partition: 'status' } },
});
const Line = defineModel({
  name: 'Line',
  table: 'lines',
  key: { partition: 'orderId', sort: 'sku' },
  attributes: { orderId: string(), sku: string(), expiresAt: ttl({ optional: true }) },
});
const item = { orderId: { S: 'o-1' }, total: { N: '12.5' } };

async function answers(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(endpoint, { method: 'POST', body: '{}' });
    await response.text();
    return true;
  } catch {
    return false;
  }
}

afterEach(() => vi.unstubAllEnvs());

describe('an engine of its own', () => {
  test('takes the official client, and is gone after stop', async () => {
    const engine = await startEngine({ models: { orders: Order } });
    expect(engine.endpoint).toBe(`http://127.0.0.1:${engine.port}`);
    const client = new DynamoDBClient(engine.clientConfig);
    await client.send(new PutItemCommand({ TableName: 'orders', Item: item }));
    const { Item } = await client.send(new GetItemCommand({ TableName: 'orders', Key: { orderId: item.orderId } }));
    expect(Item).toEqual(item);
    client.destroy();
    await engine.stop();
    await engine.stop();
    expect(await answers(engine.endpoint)).toBe(false);
  });

  test('creates tables, and leaves those that exist', async () => {
    const engine = await startEngine();
    await engine.createTables([orders, { ...orders, TableName: 'customers' }]);
    const client = new DynamoDBClient(engine.clientConfig);
    await client.send(new PutItemCommand({ TableName: 'orders', Item: item }));
    await engine.createTables([orders]);
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(['customers', 'orders']);
    const { Item } = await client.send(new GetItemCommand({ TableName: 'orders', Key: { orderId: item.orderId } }));
    expect(Item).toEqual(item);
    client.destroy();
    await engine[Symbol.asyncDispose]();
  });

  test('creates the tables of models', async () => {
    const engine = await startEngine({ models: { orders: Order, lines: Line } });
    const client = new DynamoDBClient(engine.clientConfig);
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(['lines', 'orders']);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'orders' }));
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', GlobalSecondaryIndexes: [{ IndexName: 'byStatus' }] });
    client.destroy();
    await engine.stop();
  });

  test('switches the time to live of models on', async () => {
    const engine = await startEngine({ models: { lines: Line } });
    await engine.createTables({ lines: Line });
    const client = new DynamoDBClient(engine.clientConfig);
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: 'lines' }));
    expect(TimeToLiveDescription).toEqual({ AttributeName: 'expiresAt', TimeToLiveStatus: 'ENABLED' });
    client.destroy();
    await engine.stop();
  });

  test('a definition the engine refuses fails', async () => {
    const engine = await startEngine();
    await expect(engine.createTables([{ ...orders, KeySchema: [] }])).rejects.toThrow();
    await engine.stop();
  });

  test('models that disagree fail, and leave no engine', async () => {
    const port = await freePort();
    const Other = defineModel({
      name: 'Other',
      table: 'orders',
      key: { partition: 'id' },
      attributes: { id: string() },
    });
    await expect(startEngine({ port, models: { orders: Order, others: Other } })).rejects.toThrow(
      'disagree on its key',
    );
    expect(await answers(`http://127.0.0.1:${port}`)).toBe(false);
  });

  test('two engines share nothing', async () => {
    const [one, other] = await Promise.all([startEngine({ models: { orders: Order } }), startEngine()]);
    expect(one.port).not.toBe(other.port);
    const client = new DynamoDBClient(other.clientConfig);
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    client.destroy();
    await Promise.all([one.stop(), other.stop()]);
  });

  test('a file keeps the tables', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'engine-'));
    const dbPath = join(folder, 'tables.db');
    const first = await startEngine({ dbPath, models: { orders: Order } });
    const client = new DynamoDBClient(first.clientConfig);
    await client.send(new PutItemCommand({ TableName: 'orders', Item: item }));
    client.destroy();
    await first.stop();
    const second = await startEngine({ dbPath });
    const again = new DynamoDBClient(second.clientConfig);
    const { Item } = await again.send(new GetItemCommand({ TableName: 'orders', Key: { orderId: item.orderId } }));
    expect(Item).toEqual(item);
    again.destroy();
    await second.stop();
    await rm(folder, { recursive: true });
  });

  test('a port in use is named', async () => {
    const server = createServer();
    const port = await listen(server, 0);
    await expect(startEngine({ port })).rejects.toThrow(PortInUseError);
    await expect(startEngine({ port })).rejects.toMatchObject({ port });
    await new Promise((resolve) => server.close(resolve));
  });

  test('an engine that ends early says why', async () => {
    const error = await startEngine({ dbPath: '/nonexistent/folder/tables.db' }).catch((error) => error);
    expect(error).toBeInstanceOf(EngineStartError);
    expect(error.message).toContain('code 1');
    expect(error.stderr).toContain('unable to open database file');
  });
});

test('an engine that runs already is used and left alone', async () => {
  const running = await startEngine();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', running.endpoint);
  const borrowed = await startEngine({ models: { orders: Order } });
  expect(borrowed).toMatchObject({ endpoint: running.endpoint, port: running.port });
  await borrowed.stop();
  const again = await startEngine();
  const keys = [borrowed, again].map(({ clientConfig }) => clientConfig.credentials.accessKeyId);
  expect(new Set(keys).size).toBe(2);
  for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9]{5,128}$/);
  await again.stop();
  const client = new DynamoDBClient(running.clientConfig);
  expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(['orders']);
  client.destroy();
  await running.stop();
});
