import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { CursorInvalidError, DeadlineExceededError, defineModel, string } from '@tabletheory/core';
import {
  enter,
  invocationOf,
  leave,
  type MiddyRequest,
  sensitiveAttributes,
  type TableUsage,
} from '@tabletheory/invocation';
import { describe, expect, test } from 'vitest';
import { dynamodb, dynamodbValidateOptions } from './dynamodb.ts';
import { Order, startServer } from './test-server.ts';

const models = { orders: Order };
const call = (handler: unknown, event: unknown = {}): Promise<any> =>
  (handler as (event: unknown, context: object) => Promise<unknown>)(event, { awsRequestId: 'r' });
const found = (request: any) => ({ Item: { orderId: request.Key.orderId } });

describe('context.tables', () => {
  test('are typed tables on one client for all requests', async () => {
    await using server = await startServer(found);
    const clients = new Set<DynamoDBClient>();
    const handler = middy<{ id: string }>()
      .use(dynamodb({ models, config: server.config }))
      .handler(async (event, { tables }) => {
        clients.add(tables.$client);
        return tables.orders.getOrThrow({ orderId: event.id });
      });
    expect(await call(handler, { id: 'one' })).toEqual({ orderId: 'one' });
    expect(await call(handler, { id: 'two' })).toEqual({ orderId: 'two' });
    expect(clients.size).toBe(1);
    expect(server.connections()).toBe(1); // kept alive
    for (const client of clients) client.destroy();
  });

  test("are on the caller's client, where one is given", async () => {
    const client = new DynamoDBClient({ region: 'us-east-1' });
    const handler = middy()
      .use(dynamodb({ models, client }))
      .handler(async (_event, { tables }) => tables.$client === client);
    expect(await call(handler)).toBe(true);
  });

  test('of two instances stand side by side', async () => {
    await using one = await startServer(() => ({ Item: { orderId: { S: 'one' } } }));
    await using two = await startServer(() => ({ Item: { orderId: { S: 'two' } } }));
    const handler = middy()
      .use(dynamodb({ models, config: one.config }))
      .use(dynamodb({ models: { archive: Order }, config: two.config, contextKey: 'old' }))
      .handler(async (_event, { tables, old }) => {
        expect(tables.$client).not.toBe(old.$client);
        const key = { orderId: 'x' };
        return [await tables.orders.get(key), await old.archive.get(key)];
      });
    expect(await call(handler)).toEqual([{ orderId: 'one' }, { orderId: 'two' }]);
  });

  test('of two requests at once obey and tell their own', async () => {
    await using server = await startServer(found);
    const arrived = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const stop = [new AbortController(), new AbortController()];
    const usage: (TableUsage | undefined)[] = [];
    let both: Promise<unknown> | undefined;
    const handler = middy<{ number: number }>()
      .use(dynamodb({ models, config: server.config }))
      .before((request) => {
        const { number } = request.event;
        const invocation = invocationOf(request)!;
        invocation.signal = stop[number]?.signal;
        usage[number] = invocation.measureTables();
      })
      .handler(async ({ number }, { tables }) => {
        both ??= Promise.all(arrived.map(({ promise }) => promise));
        arrived[number]?.resolve();
        await both;
        stop[0]?.abort(new Error('only the first'));
        for (let i = 0; i < 2; i++) await tables.orders.get({ orderId: String(number) });
        return number;
      });
    const [first, second] = await Promise.allSettled([call(handler, { number: 0 }), call(handler, { number: 1 })]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'DEADLINE_EXCEEDED', sent: false } });
    expect(second).toEqual({ status: 'fulfilled', value: 1 });
    expect(server.requests.map(({ Key }) => Key.orderId.S)).toEqual(['1', '1']);
    expect(usage).toMatchObject([{ operations: 0 }, { operations: 2 }]);
  });

  test.each(['before', 'after'])('obey a deadline that is used %s them', async (place) => {
    await using server = await startServer(() => undefined);
    const controller = new AbortController();
    const reason = new Error('out of time');
    const deadline = () => {
      const middleware = {};
      return {
        before(request: MiddyRequest) {
          const invocation = enter(request, middleware);
          invocation.signal = controller.signal;
          invocation.remaining = () => 42;
        },
        after: (request: MiddyRequest) => leave(request, middleware),
        onError: (request: MiddyRequest) => leave(request, middleware),
      };
    };
    const tables = dynamodb({ models, config: server.config });
    const handler = middy()
      .use(place === 'before' ? [deadline(), tables] : [tables, deadline()])
      .handler(async (_event, context: any) => context.tables.orders.get({ orderId: 'o' }));
    const running = call(handler);
    await expect.poll(() => server.requests.length, { timeout: 10_000 }).toBe(1);
    controller.abort(reason);
    const error = await running.catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DeadlineExceededError);
    expect(error).toMatchObject({ timeLeft: 42, sent: true, cause: reason });
  });

  test('sign their cursors with the secret', async () => {
    await using server = await startServer(() => ({ Items: [], LastEvaluatedKey: { orderId: { S: 'o' } }, Count: 0 }));
    const chain = (cursorSecret: string) =>
      middy<string>()
        .use(dynamodb({ models, config: server.config, cursorSecret }))
        .handler(async (cursor, { tables }) => tables.orders.scan().page({ size: 1, cursor }));
    const signed = 'W10.c2lnbmF0dXJl';
    await expect(call(chain('secret'), signed)).rejects.toThrow(CursorInvalidError);
    expect(server.requests).toEqual([]);
  });

  test('have the names of sensitive attributes declared, for who writes logs', () => {
    dynamodb({ models, config: { region: 'us-east-1' }, warmUp: false });
    expect([...sensitiveAttributes()]).toEqual(expect.arrayContaining(['email', 'mail']));
  });
});

describe('the end of a request', () => {
  const chain = (outcomes: string[], before: middy.MiddlewareObj['before']) =>
    middy()
      .use(dynamodb({ models, config: { region: 'us-east-1' }, warmUp: false }))
      .before((request) => {
        invocationOf(request)?.onEnd(({ outcome }) => void outcomes.push(outcome));
      })
      .before(before as () => void);

  test('comes after success, failure, and an early response', async () => {
    const outcomes: string[] = [];
    await call(chain(outcomes, () => {}).handler(async () => 'ok'));
    const failing = chain(outcomes, () => {}).handler(async () => {
      throw new Error('failed');
    });
    await expect(call(failing)).rejects.toThrow('failed');
    expect(await call(chain(outcomes, () => 'early').handler(async () => 'late'))).toBe('early');
    const refusing = chain(outcomes, () => {
      throw new Error('refused');
    });
    await expect(call(refusing.handler(async () => 'late'))).rejects.toThrow('refused');
    expect(outcomes).toEqual(['success', 'error', 'early', 'error']);
  });

  test('is none of its business when an earlier middleware throws', async () => {
    const error = new Error('first');
    const handler = middy()
      .before(() => {
        throw error;
      })
      .use(dynamodb({ models, config: { region: 'us-east-1' }, warmUp: false }))
      .handler(async () => 'late');
    await expect(call(handler)).rejects.toBe(error);
  });
});

describe('options', () => {
  const client = new DynamoDBClient({ region: 'us-east-1' });

  test.each([
    [undefined, 'options must be an object'],
    [{}, 'option models is missing'],
    [{ models: [] }, 'option models must be an object'],
    [{ models: { orders: 'Order' } }, 'option models.orders must be an object'],
    [{ models, client: 'client' }, 'option client must be an object'],
    [{ models, config: 'config' }, 'option config must be an object'],
    [{ models, contextKey: '' }, 'option contextKey must not be empty'],
    [{ models, contextKey: 1 }, 'option contextKey must be a string'],
    [{ models, warmUp: 'yes' }, 'option warmUp must be a boolean'],
    [{ models, cursorSecret: '' }, 'option cursorSecret must not be empty'],
    [{ models, region: 'eu-west-1' }, 'option region is unknown'],
  ])('%j are refused', (options, message) => {
    for (const check of [dynamodbValidateOptions, dynamodb as (options: any) => unknown]) {
      expect(() => check(options)).toThrow(TypeError);
      expect(() => check(options)).toThrow(`@tabletheory/dynamodb: ${message}`);
    }
  });

  test('client and config exclude each other, for the factory and the check', () => {
    const options = { models, client, config: {} };
    expect(() => dynamodb(options)).toThrow('@tabletheory/dynamodb: options client and config exclude each other');
    expect(() => dynamodbValidateOptions(options)).toThrow(TypeError);
  });

  test('with models that cannot work are refused when the middleware is made', () => {
    const nameless = defineModel({
      name: 'Nameless',
      table: () => process.env.NO_SUCH_TABLE as string,
      key: { partition: 'id' },
      attributes: { id: string() },
    });
    expect(() => dynamodb({ models: { nameless }, client })).toThrow(
      'Model Nameless: its table function returned no name',
    );
    expect(() => dynamodb({ models: { $orders: Order }, client })).toThrow(TypeError);
  });

  test('that are right pass', () => {
    dynamodbValidateOptions({ models, client, contextKey: 'db', warmUp: false, cursorSecret: 's' });
    dynamodbValidateOptions({ models: {}, config: { maxAttempts: 2 } });
  });
});
