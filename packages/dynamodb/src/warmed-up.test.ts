import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createLeanClient } from '@tabletheory/core/lean';
import { initPhases, type MiddyRequest } from '@tabletheory/invocation';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { dynamodb } from './dynamodb.ts';
import { dynamodb as leanDynamodb } from './lean-dynamodb.ts';
import { Order, startServer } from './test-server.ts';
import { warmedUp } from './warmed-up.ts';

const models = { orders: Order };

beforeEach(() => {
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'orders');
  vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'on-demand');
});
afterEach(() => vi.unstubAllEnvs());

describe.each([
  ['official', dynamodb, (config: object) => new DynamoDBClient(config)],
  ['lean', leanDynamodb, createLeanClient],
] as [string, typeof dynamodb, (config: object) => DynamoDBClient][])('on the %s client', (_name, make, clientOf) => {
  const read = async (middleware: { before?: unknown }): Promise<unknown> => {
    const request = { event: {}, context: {}, internal: {} } as unknown as MiddyRequest & { context: any };
    await (middleware.before as (request: MiddyRequest) => unknown)(request);
    return request.context.tables.orders.get({ orderId: 'o' });
  };

  test('a connection is open before the first request, and nothing of DynamoDB was called', async () => {
    await using server = await startServer(() => ({}));
    const middleware = make({ models, config: server.config });
    await warmedUp();
    expect(server.requests).toEqual([{}]); // no operation has an empty request
    expect(server.connections()).toBe(1);
    expect(initPhases()['dynamodb.warmUp']).toBeGreaterThan(0);
    expect(await read(middleware)).toBeUndefined();
    expect(server.connections()).toBe(1);
    expect(server.requests).toHaveLength(2);
  });

  test('what fails, or does not answer, fails no start: the first request tells', async () => {
    await using server = await startServer(() => ({}));
    const config = { ...server.config, credentials: async () => Promise.reject(new Error('no credentials')) };
    const failing = make({ models, config });
    await expect(warmedUp()).resolves.toBeUndefined();
    await expect(read(failing)).rejects.toThrow();
    await using silent = await startServer(() => undefined);
    make({ models, config: silent.config });
    await expect(warmedUp()).resolves.toBeUndefined();
  });

  test('a client of the caller’s own gets a connection, and its middleware no request', async () => {
    await using server = await startServer(() => ({}));
    const client = clientOf(server.config);
    const seen: string[] = [];
    client.middlewareStack.add(
      (next, context) => (args) => {
        seen.push(String(context.commandName));
        return next(args);
      },
      { step: 'initialize' },
    );
    const middleware = make({ models, client });
    await warmedUp();
    expect([server.connections(), seen]).toEqual([1, []]);
    await read(middleware);
    expect(seen).toEqual(['GetItemCommand']);
  });

  test.each([
    ['outside Lambda', 'AWS_LAMBDA_FUNCTION_NAME', undefined, {}],
    ['where it is switched off', 'AWS_LAMBDA_FUNCTION_NAME', 'orders', { warmUp: false }],
    ['for a snapshot, which holds none', 'AWS_LAMBDA_INITIALIZATION_TYPE', 'snap-start', {}],
  ])('%s no connection is opened', async (_when, name, value, more) => {
    await using server = await startServer(() => ({}));
    vi.stubEnv(name, value);
    const middleware = make({ models, config: server.config, ...more });
    await warmedUp();
    expect(server.connections()).toBe(0);
    await read(middleware);
    expect(server.connections()).toBe(1);
  });
});
