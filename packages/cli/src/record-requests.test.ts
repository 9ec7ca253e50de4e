import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { DeleteItemCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { createTables, defineModel, string } from '@tabletheory/core';
import { createHttpHandler, createLeanClient } from '@tabletheory/core/lean';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { UsageError } from './command.ts';
import { readRecording } from './iam/recording.ts';
import { recordRequests } from './record-requests.ts';

const Order = defineModel({
  name: 'Order',
  table: 'orders',
  key: { partition: 'orderId' },
  attributes: { orderId: string(), status: string() },
  indexes: { byStatus: { partition: 'status' } },
});

const folder = mkdtempSync(join(tmpdir(), 'tabletheory-record-'));
let server: Server;
let client: DynamoDBClient;

beforeAll(async () => {
  // Every answer is empty: what is recorded is what is asked.
  server = createServer((request, response) => {
    request
      .resume()
      .on('end', () => response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new DynamoDBClient(config());
});

function config() {
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  };
}

afterAll(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

it('records the actions of every kind of request once, until it is stopped', async () => {
  const file = join(folder, 'orders.ndjson');
  const tables = createTables({ client, models: { orders: Order } });
  const key = { orderId: 'a-secret-value' };
  const item = { ...key, status: 'open' };
  const recording = recordRequests(file);
  await tables.orders.get(key);
  await tables.orders.get(key);
  await tables.orders.where('status', '=', 'open').count();
  await tables.orders.scan().count();
  await tables.$transactWrite((tx) => [
    tx.orders.create(item),
    tx.orders.update({ orderId: '2' }, { status: 'paid' }),
    tx.orders.delete({ orderId: '3' }),
    tx.orders.check({ orderId: '4' }, (c) => c('status', 'exists', true)),
  ]);
  await tables.$batchWrite((b) => [b.orders.put(item)]);
  await client.send(new ListTablesCommand({}));
  recording.stop();
  await tables.orders.delete(key);
  expect(readRecording(file)).toEqual([
    { action: 'GetItem', table: 'orders' },
    { action: 'Query', table: 'orders', index: 'byStatus' },
    { action: 'Scan', table: 'orders' },
    { action: 'PutItem', table: 'orders' },
    { action: 'UpdateItem', table: 'orders' },
    { action: 'DeleteItem', table: 'orders' },
    { action: 'ConditionCheckItem', table: 'orders' },
    { action: 'BatchWriteItem', table: 'orders' },
    { operation: 'ListTables' },
  ]);
  expect(readFileSync(file, 'utf8')).not.toContain('a-secret-value');
});

it('records what is sent by the lean client, and by the official one over its request handler', async () => {
  const lean = createLeanClient(config());
  const official = new DynamoDBClient({ ...config(), requestHandler: createHttpHandler() });
  const file = join(folder, 'lean.ndjson');
  const recording = recordRequests(file);
  await createTables({ client: lean, models: { orders: Order } }).orders.get({ orderId: 'a-secret-value' });
  await official.send(new DeleteItemCommand({ TableName: 'orders', Key: { orderId: { S: 'a-secret-value' } } }));
  recording.stop();
  await createTables({ client: lean, models: { orders: Order } })
    .orders.scan()
    .count();
  lean.destroy();
  official.destroy();
  expect(readRecording(file)).toEqual([
    { action: 'GetItem', table: 'orders' },
    { action: 'DeleteItem', table: 'orders' },
  ]);
  expect(readFileSync(file, 'utf8')).not.toContain('a-secret-value');
});

it('refuses what is no recording', () => {
  expect(() => readRecording(join(folder, 'none.ndjson'))).toThrow(UsageError);
  expect(() => readRecording(import.meta.filename)).toThrow(/:1 is no line of a recording/);
});

it('records a process of its own', async () => {
  const file = join(folder, 'process.ndjson');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const script = `
    const headers = { 'x-amz-target': 'DynamoDB_20120810.Query' };
    const request = require('node:http').request(${JSON.stringify(url)}, { method: 'POST', headers }, (response) => response.resume());
    request.write('{"TableName":"arn:aws:dynamodb:eu-west-1:1:table/orders",');
    request.end('"IndexName":"byStatus"}');`;
  const args = ['--import', pathToFileURL(join(import.meta.dirname, 'record.ts')).href, '-e', script];
  await promisify(execFile)(process.execPath, args, { env: { ...process.env, TABLETHEORY_RECORD: file } });
  expect(readRecording(file)).toEqual([{ action: 'Query', table: 'orders', index: 'byStatus' }]);
});
