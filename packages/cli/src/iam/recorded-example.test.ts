import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Engine, type LocalFunction, startEngine, startFunction } from '@tabletheory/local';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { models } from '../../../../examples/orders-api/src/models.ts';
import { functionPolicy } from './function-policy.ts';

const example = join(import.meta.dirname, '../../../../examples/orders-api');
const folder = mkdtempSync(join(tmpdir(), 'tabletheory-example-'));
const recording = join(folder, 'orders.ndjson');
let engine: Engine;
let orders: LocalFunction;

beforeAll(async () => {
  const file = join(example, 'dist/handler.mjs');
  if (!existsSync(file)) throw new Error(`${file} is not there: npm run build`);
  engine = await startEngine({ models });
  const { credentials } = engine.clientConfig;
  orders = await startFunction({
    file,
    name: 'orders',
    onLog: () => {},
    environment: {
      NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, '../record.ts')).href}`,
      TABLETHEORY_RECORD: recording,
      CURSOR_SECRET: 'a secret of this test',
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  });
}, 60_000);
afterAll(async () => {
  await orders?.stop();
  await engine?.stop();
  rmSync(folder, { recursive: true });
});

interface Request {
  readonly pathParameters?: Record<string, string>;
  readonly queryStringParameters?: Record<string, string>;
  readonly body?: unknown;
}

it('records of the example what reading its source finds', async () => {
  const request = async (routeKey: string, { body, ...rest }: Request): Promise<number | undefined> => {
    const event: any = {
      version: '2.0',
      routeKey,
      headers: { 'content-type': 'application/json' },
      requestContext: { http: { method: routeKey.split(' ')[0], path: '/' } },
      ...rest,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const { statusCode } = (await orders.invoke(event)).payload as APIGatewayProxyStructuredResultV2;
    return statusCode;
  };
  const key = { customerId: 'c1', orderId: 'o1' };
  const email = 'ada@example.com';
  const order = { ...key, email, lines: [{ sku: 's', price: 1 }] };
  const statuses = [
    await request('PUT /customers/{customerId}', { pathParameters: key, body: { name: 'Ada', email } }),
    await request('POST /orders', { body: order }),
    await request('GET /orders/{customerId}/{orderId}', { pathParameters: key }),
    await request('GET /orders', { queryStringParameters: { status: 'open' } }),
    await request('PATCH /orders/{customerId}/{orderId}', {
      pathParameters: key,
      body: { version: 1, status: 'paid' },
    }),
    await request('POST /products/import', { body: { products: [{ sku: 's', name: 'S', price: 1 }] } }),
    await request('GET /products', { queryStringParameters: { skus: 's' } }),
    await request('DELETE /orders/{customerId}/{orderId}', { pathParameters: key }),
  ];
  expect(statuses).toEqual([201, 201, 200, 200, 200, 200, 200, 204]);

  const functions = { orders: { handler: './src/handler.ts', iam: { recordings: [recording] } } };
  const { uses, notes, unread } = await functionPolicy({ models, folder: example, functions }, 'orders');
  expect({ notes, unread }).toEqual({ notes: [], unread: [] });
  expect(uses.map(({ action, index, foundBy }) => [action, index, foundBy])).toEqual(
    ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map((action) => [
      action,
      action === 'Query' ? 'byStatus' : undefined,
      ['recording', 'source'],
    ]),
  );
});
