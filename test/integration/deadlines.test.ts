import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { createTables, DeadlineExceededError } from '@tabletheory/core';
import { DeadlineReachedError, deadline } from '@tabletheory/deadline';
import { dynamodb } from '@tabletheory/dynamodb';
import { afterAll, describe, expect, test } from 'vitest';
import { tablesClient } from '../support/client.ts';
import { dynamodbError, type FakeAnswer, type FakeRequest, startFakeDynamodb } from '../support/fake-dynamodb.ts';
import { Article, Reading } from '../support/models.ts';
import { recordOperations } from '../support/recorded-operations.ts';
import { invoke } from '../support/request.ts';
import { thrownBy } from '../support/thrown.ts';

const models = { articles: Article, readings: Reading };
const clients: DynamoDBClient[] = [];
afterAll(() => {
  for (const client of clients) client.destroy();
});

async function start(answer: (request: FakeRequest, number: number) => FakeAnswer | undefined, config: object = {}) {
  const fake = await startFakeDynamodb(answer);
  const client = tablesClient({ ...fake.clientConfig, ...config });
  clients.push(client);
  const { observe, operations } = recordOperations();
  const tables = createTables({ client, models });
  return { fake, tables, observe, operations, [Symbol.asyncDispose]: () => fake.stop() };
}

const article = { sku: 'a', title: 'Chair', price: 1 };
const reason = new Error('out of time');

type Calls = [what: string, call: (tables: any) => Promise<unknown>];
const calls: Calls[] = [
  ['get', (t) => t.articles.get({ sku: 'a' })],
  ['create', (t) => t.articles.create(article)],
  ['put', (t) => t.articles.put(article)],
  ['update', (t) => t.articles.update({ sku: 'a' }, { title: 'x' })],
  ['delete', (t) => t.articles.delete({ sku: 'a' })],
  ['all', (t) => t.readings.where('sensorId', '=', 'a').all()],
  ['page', (t) => t.readings.where('sensorId', '=', 'a').page()],
  ['count', (t) => t.readings.where('sensorId', '=', 'a').count()],
  ['scan', (t) => t.readings.scan().all()],
  ['$transactWrite', (t) => t.$transactWrite((tx: any) => [tx.articles.create(article)])],
];

describe.each(calls)('%s', (_, call) => {
  test('sends nothing when its signal has aborted', async () => {
    await using s = await start(() => ({ status: 200, body: {} }));
    const bound = s.tables.$bind({ signal: AbortSignal.abort(reason), remaining: () => -3, observe: s.observe });
    const error = await thrownBy(call(bound), DeadlineExceededError);
    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', sent: false, timeLeft: -3, retryable: false });
    expect(error.cause).toBe(reason);
    expect(error.message).toMatch(/was not begun: its deadline had passed$/);
    expect(s.fake.requests).toEqual([]);
    expect(s.operations).toEqual([]);
  });

  test('ends when its signal aborts, while DynamoDB is silent', async () => {
    await using s = await start(() => undefined);
    const controller = new AbortController();
    const running = call(s.tables.$bind({ signal: controller.signal, remaining: () => 500, observe: s.observe }));
    await expect.poll(() => s.fake.requests.length, { timeout: 10_000 }).toBe(1);
    controller.abort(reason);
    const error = await thrownBy(running, DeadlineExceededError);
    expect(error).toMatchObject({ sent: true, timeLeft: 500 });
    expect(error.cause).toBe(reason);
    expect(s.operations).toHaveLength(1);
    expect(s.operations[0]?.outcome?.error).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });
});

describe('the signal of a request', () => {
  test('ends a wait for credentials, in which nothing was sent', async () => {
    await using s = await start(() => undefined, { credentials: () => new Promise(() => {}) });
    const controller = new AbortController();
    const running = s.tables.$bind({ signal: controller.signal, observe: s.observe }).articles.get({ sku: 'a' });
    await expect.poll(() => s.operations.length, { timeout: 10_000 }).toBe(1);
    controller.abort(reason);
    const error = await thrownBy(running, DeadlineExceededError);
    expect(error.sent).toBe(false);
    expect(error.cause).toBe(reason);
    expect(s.fake.requests).toEqual([]);
  });

  test('ends the wait between two attempts', async () => {
    const controller = new AbortController();
    await using s = await start(() => dynamodbError('ThrottlingException', 'Too fast'), { maxAttempts: 50 });
    const running = s.tables.$withSignal(controller.signal).articles.get({ sku: 'a' });
    await expect.poll(() => s.fake.requests.length, { timeout: 10_000 }).toBeGreaterThan(1);
    controller.abort(reason);
    expect((await thrownBy(running, DeadlineExceededError)).cause).toBe(reason);
    const sent = s.fake.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(s.fake.requests.length).toBeLessThanOrEqual(sent + 1);
  });

  test('keeps what a read had fetched, and a cursor to go on from', async () => {
    const row = (hour: number) => ({
      sensorId: { S: 'a' },
      takenAt: { S: `2026-01-01T0${hour}:00:00.000Z` },
      value: { N: String(hour) },
      unit: { S: 'C' },
    });
    let silent = true;
    await using s = await start(({ input }) => {
      const { sensorId, takenAt } = row(1);
      if (input.ExclusiveStartKey === undefined) {
        return { status: 200, body: { Items: [row(0), row(1)], Count: 2, LastEvaluatedKey: { sensorId, takenAt } } };
      }
      expect(input.ExclusiveStartKey).toEqual({ sensorId, takenAt });
      return silent ? undefined : { status: 200, body: { Items: [row(2)], Count: 1 } };
    });
    const controller = new AbortController();
    const running = s.tables.$withSignal(controller.signal).readings.where('sensorId', '=', 'a').all();
    await expect.poll(() => s.fake.requests.length, { timeout: 10_000 }).toBe(2);
    controller.abort(reason);
    const { partial, sent } = await thrownBy(running, DeadlineExceededError);
    expect(sent).toBe(true);
    expect(partial?.items).toMatchObject([{ value: 0 }, { value: 1 }]);
    silent = false;
    const rest = await s.tables.readings.where('sensorId', '=', 'a').page({ cursor: partial?.cursor });
    expect(rest.items.map(({ value }) => value)).toEqual([2]);
    expect(rest.cursor).toBeUndefined();
  });

  test('leaves other requests alone, and itself no listeners', async () => {
    const hanging: string[] = [];
    await using s = await start(({ input }) => {
      if (input.Key.sku.S !== 'hang') return { status: 200, body: {} };
      hanging.push('hang');
      return undefined;
    });
    const controller = new AbortController();
    const listeners = new Set<unknown>();
    const { signal } = controller;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners.add(args[1]);
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners.delete(args[1]);
      remove(...args);
    };
    const stopped = s.tables.$withSignal(signal);
    for (let i = 0; i < 5; i++) await stopped.articles.get({ sku: 'b' });
    const afterFive = listeners.size;
    const running = stopped.articles.get({ sku: 'hang' });
    await expect.poll(() => hanging.length, { timeout: 10_000 }).toBe(1);
    controller.abort(reason);
    await thrownBy(running, DeadlineExceededError);
    expect(afterFive).toBe(0);
    expect(await s.tables.articles.get({ sku: 'c' })).toBeUndefined();
  });
});

describe('$withSignal', () => {
  test('stops by either signal: its own, or the one outside', async () => {
    for (const which of ['outer', 'inner'] as const) {
      await using s = await start(() => undefined);
      const controllers = { outer: new AbortController(), inner: new AbortController() };
      const bound = s.tables.$bind({ signal: controllers.outer.signal, remaining: () => 7, observe: s.observe });
      const running = bound.$withSignal(controllers.inner.signal).articles.get({ sku: 'a' });
      await expect.poll(() => s.fake.requests.length, { timeout: 10_000 }).toBe(1);
      controllers[which].abort(reason);
      const error = await thrownBy(running, DeadlineExceededError);
      expect(error).toMatchObject({ sent: true, timeLeft: 7, cause: reason });
      expect(s.operations).toHaveLength(1);
    }
  });

  test('leaves the tables it was called on as they were', async () => {
    await using s = await start(() => ({ status: 200, body: {} }));
    s.tables.$withSignal(AbortSignal.abort(reason));
    expect(await s.tables.articles.get({ sku: 'a' })).toBeUndefined();
  });
});

describe('the deadline of a Lambda function', () => {
  const chains = {
    'deadline, then dynamodb': (tables: any) =>
      middy()
        .use(deadline({ reserve: 28_000 }))
        .use(tables),
    'dynamodb, then deadline': (tables: any) =>
      middy()
        .use(tables)
        .use(deadline({ reserve: 28_000 })),
  };

  test.each(Object.entries(chains))('stops the tables: %s', async (_, chain) => {
    await using fake = await startFakeDynamodb(() => undefined);
    const handler = chain(dynamodb({ models, config: fake.clientConfig })).handler(async (_event, { tables }: any) =>
      tables.articles.create(article),
    );
    const error = await thrownBy(invoke(handler, {}, { requestId: 'r', timeout: 30_000 }), DeadlineExceededError);
    expect(error).toMatchObject({ operation: 'PutItem', model: 'Article', sent: true });
    expect(error.cause).toBeInstanceOf(DeadlineReachedError);
    expect(error.timeLeft).toBeLessThanOrEqual(2_000);
    expect(fake.requests).toHaveLength(1);
  });
});
