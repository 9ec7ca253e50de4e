import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ConnectionFailedError, createTables } from '@tabletheory/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createClient } from './client.ts';
import { Order, startServer } from './test-server.ts';

const get = new GetItemCommand({ TableName: 'orders', Key: { orderId: { S: 'o' } } });

afterEach(() => {
  vi.restoreAllMocks();
});

describe('createClient', () => {
  test('has a logger that the SDK copies no response for', () => {
    expect(createClient({}).config.logger.info).toBeUndefined();
  });

  test('writes warnings, and nothing else', () => {
    const { logger } = createClient({}).config;
    const written = (['log', 'info', 'debug', 'trace', 'warn', 'error'] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => {}),
    );
    for (const level of ['trace', 'debug', 'warn', 'error'] as const) logger[level]?.(level);
    expect(written.flatMap(({ mock }) => mock.calls)).toEqual([['warn']]);
  });

  test('writes no item when a command fails', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await using server = await startServer(() => undefined);
    const client = createClient({ ...server.config, maxAttempts: 1, requestHandler: { requestTimeout: 100 } });
    const { orders } = createTables({ client, models: { orders: Order } });
    await expect(orders.create({ orderId: 'o', email: 'a@example.com' })).rejects.toThrow(ConnectionFailedError);
    expect([error.mock.calls, warn.mock.calls]).toEqual([[], []]);
    client.destroy();
  });

  test('answers with a large response that its logger never sees', async () => {
    const Item = { orderId: { S: 'o' }, text: { S: 'x'.repeat(1000) } };
    await using server = await startServer(() => ({ Item }));
    const client = createClient(server.config);
    expect((await client.send(get)).Item).toEqual(Item);
    client.destroy();
  });

  test('gives a silent endpoint up, and says so', async () => {
    await using server = await startServer(() => undefined);
    const client = createClient({ ...server.config, maxAttempts: 2, requestHandler: { requestTimeout: 100 } });
    const { orders } = createTables({ client, models: { orders: Order } });
    await expect(orders.get({ orderId: 'o' })).rejects.toThrow(ConnectionFailedError);
    expect(server.requests).toHaveLength(2);
    client.destroy();
  });

  test('lets a config go before its defaults, and keeps those it does not name', async () => {
    const logger = { info: () => {}, debug: () => {}, warn: () => {}, error: () => {} };
    const { config } = createClient({
      region: 'eu-north-1',
      maxAttempts: 7,
      logger,
      requestHandler: { requestTimeout: 9 },
    });
    expect(config.logger).toBe(logger);
    expect([await config.region(), await config.maxAttempts()]).toEqual(['eu-north-1', 7]);
    const handler = await (config.requestHandler as any).configProvider;
    expect(handler).toMatchObject({ requestTimeout: 9, connectionTimeout: 1_000, throwOnRequestTimeout: true });
    expect(handler.httpsAgent).toMatchObject({ keepAlive: true, maxSockets: 50 });
    const defaults = (createClient({}).config.requestHandler as any).httpHandlerConfigs();
    expect(defaults).toMatchObject({ requestTimeout: 3_000, connectionTimeout: 1_000, maxSockets: 50 });
  });

  test('uses a request handler of the caller as it is', async () => {
    const handle = vi.fn(async () => ({
      response: { statusCode: 200, headers: {}, body: new TextEncoder().encode('{}') },
    }));
    const client = createClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      requestHandler: { handle } as never,
    });
    await client.send(get);
    expect(handle).toHaveBeenCalledOnce();
  });
});
