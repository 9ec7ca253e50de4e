import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables, DeadlineExceededError } from '@tabletheory/core';
import { afterAll, describe, expect, test } from 'vitest';
import { tablesClient } from '../support/client.ts';
import { dynamodbError, type FakeAnswer, type FakeRequest, startFakeDynamodb } from '../support/fake-dynamodb.ts';
import { Article, Reading } from '../support/models.ts';
import { thrownBy } from '../support/thrown.ts';

const clients: DynamoDBClient[] = [];
afterAll(() => {
  for (const client of clients) client.destroy();
});

const reason = new Error('out of time');

const takenAt = (hour: number) => ({ S: new Date(Date.UTC(2026, 0, 1, hour)).toISOString() });
const row = (hour: number) => ({
  sensorId: { S: 'a' },
  takenAt: takenAt(hour),
  value: { N: String(hour) },
  unit: { S: 'C' },
});

/** Ten rows, two an answer; from the given request on, DynamoDB is silent until `go`. */
async function start(silentFrom: number) {
  let silent = true;
  const answer = ({ input }: FakeRequest, number: number): FakeAnswer | undefined => {
    if (silent && number >= silentFrom) return undefined;
    const after = input.ExclusiveStartKey?.takenAt.S;
    const from = after === undefined ? 0 : new Date(after).getUTCHours() + 1;
    const hours = [from, from + 1].filter((hour) => hour < 10).slice(0, input.Limit ?? 2);
    const last = hours.at(-1) ?? 9;
    return {
      status: 200,
      body: {
        ...(input.Select === 'COUNT' ? {} : { Items: hours.map(row) }),
        Count: hours.length,
        ...(last < 9 ? { LastEvaluatedKey: { sensorId: { S: 'a' }, takenAt: takenAt(last) } } : {}),
      },
    };
  };
  const fake = await startFakeDynamodb(answer);
  const client = tablesClient(fake.clientConfig);
  clients.push(client);
  const controller = new AbortController();
  const tables = createTables({ client, models: { readings: Reading, articles: Article } });
  const bound = tables.$bind({ signal: controller.signal });
  return {
    fake,
    /** Stopped by `strike`. */
    query: bound.readings.where('sensorId', '=', 'a'),
    scan: bound.readings.scan({ segments: 4, concurrency: 4 }),
    /** The same query with time left. */
    later: tables.readings.where('sensorId', '=', 'a'),
    /** The deadline strikes once this many requests were received. */
    strike: async (requests: number) => {
      await expect.poll(() => fake.requests.length).toBe(requests);
      silent = false;
      controller.abort(reason);
    },
    [Symbol.asyncDispose]: () => fake.stop(),
  };
}

const values = (items: readonly unknown[] | undefined) => (items as { value: number }[]).map(({ value }) => value);
const hours = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('a deadline that strikes in the middle', () => {
  test('of all() leaves what was read, and all() goes on from the cursor', async () => {
    await using s = await start(2);
    const running = s.query.all();
    await s.strike(3);
    const { partial, cause, sent } = await thrownBy(running, DeadlineExceededError);
    expect({ cause, sent }).toEqual({ cause: reason, sent: true });
    expect(values(partial?.items)).toEqual([0, 1, 2, 3]);
    expect(values(await s.later.all({ cursor: partial?.cursor }))).toEqual(hours(4, 10));
  });

  test.each([false, true])(
    'of items() leaves what was given out, and a cursor behind it; prefetch %s',
    async (ahead) => {
      await using s = await start(2);
      const seen: number[] = [];
      const loop = async () => {
        for await (const { value } of s.query.items({ prefetch: ahead })) seen.push(value);
      };
      const running = loop();
      await s.strike(3);
      const { partial } = await thrownBy(running, DeadlineExceededError);
      expect(seen).toEqual([0, 1, 2, 3]);
      expect(partial?.items).toEqual([]);
      for await (const { value } of s.later.items({ cursor: partial?.cursor })) seen.push(value);
      expect(seen).toEqual(hours(0, 10));
    },
  );

  test.each([false, true])('of pages() leaves the part of a page that was read; prefetch %s', async (prefetch) => {
    await using s = await start(2);
    const seen: number[] = [];
    const loop = async () => {
      const pages = s.query.where('quality', 'exists', false).pages({ size: 3, prefetch });
      for await (const { items } of pages) seen.push(...values(items));
    };
    const running = loop();
    await s.strike(3);
    const { partial } = await thrownBy(running, DeadlineExceededError);
    expect(seen).toEqual([0, 1, 2]);
    expect(values(partial?.items)).toEqual([3]);
    const rest = await s.later.where('quality', 'exists', false).all({ cursor: partial?.cursor });
    expect(values(rest)).toEqual(hours(4, 10));
  });

  test('of count() leaves the count, and count() goes on from the cursor', async () => {
    await using s = await start(3);
    const running = s.query.count();
    await s.strike(4);
    const { partial } = await thrownBy(running, DeadlineExceededError);
    expect(partial).toMatchObject({ items: [], count: 6 });
    expect(await s.later.count({ cursor: partial?.cursor })).toBe(4);
    expect(s.fake.requests.every(({ input }) => input.Select === 'COUNT')).toBe(true);
  });

  test('of a parallel scan ends all its segments', async () => {
    for (const run of ['all', 'count', 'items'] as const) {
      await using s = await start(0);
      const running = run === 'items' ? s.scan.items().next() : s.scan[run]();
      await s.strike(4);
      const { partial } = await thrownBy(running, DeadlineExceededError);
      expect(partial).toMatchObject({ items: [], cursor: undefined });
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(s.fake.requests.map(({ input }) => input.Segment).sort()).toEqual([0, 1, 2, 3]);
    }
  });

  test('of a prefetch is no unhandled rejection when the loop has ended', async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (error: unknown) => void unhandled.push(error);
    process.on('unhandledRejection', onUnhandled);
    await using s = await start(1);
    const loop = async () => {
      for await (const _ of s.query.items({ prefetch: true })) {
        void s.strike(2);
        break;
      }
    };
    await loop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    process.off('unhandledRejection', onUnhandled);
    expect(unhandled).toEqual([]);
    expect(s.fake.requests).toHaveLength(2);
  });

  test('before a request is begun keeps what was read', async () => {
    await using s = await start(99);
    const loop = s.query.pages({ size: 4 });
    const first = await loop.next();
    expect(values(first.value?.items)).toEqual(hours(0, 4));
    await s.strike(2);
    const { partial, sent } = await thrownBy(loop.next(), DeadlineExceededError);
    expect(sent).toBe(false);
    expect(partial?.cursor).toBe(first.value?.cursor);
    expect(await loop.next()).toEqual({ done: true, value: undefined });
  });
});

describe('a request that fails', () => {
  test('in one segment ends the scan, once the others have ended', async () => {
    await using fake = await startFakeDynamodb(({ input }) =>
      input.Segment === 2
        ? dynamodbError('AccessDeniedException', 'no')
        : {
            status: 200,
            body: { Items: [row(input.Segment)], LastEvaluatedKey: { sensorId: { S: 'a' }, takenAt: takenAt(1) } },
          },
    );
    const client = tablesClient(fake.clientConfig);
    clients.push(client);
    const { readings } = createTables({ client, models: { readings: Reading } });
    await expect(readings.scan({ segments: 4 }).all()).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    const sent = fake.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(fake.requests).toHaveLength(sent);
  });

  test('ahead of the caller is thrown when its page is asked for', async () => {
    await using fake = await startFakeDynamodb((_, number) =>
      number > 0
        ? dynamodbError('AccessDeniedException', 'no')
        : { status: 200, body: { Items: [row(0)], LastEvaluatedKey: { sensorId: { S: 'a' }, takenAt: takenAt(0) } } },
    );
    const client = tablesClient(fake.clientConfig);
    clients.push(client);
    const { readings } = createTables({ client, models: { readings: Reading } });
    const loop = readings.where('sensorId', '=', 'a').items({ prefetch: true });
    expect((await loop.next()).value).toMatchObject({ value: 0 });
    await expect.poll(() => fake.requests.length).toBe(2);
    await expect(loop.next()).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  });
});

test('a read that few rows pass asks for more each time, within what DynamoDB takes as a limit', async () => {
  await using s = await start(99);
  expect(values(await s.later.limit(1e12).all())).toEqual(hours(0, 10));
  expect(s.fake.requests.every(({ input }) => input.Limit <= 10_000)).toBe(true);

  const LastEvaluatedKey = { sensorId: { S: 'a' }, takenAt: takenAt(0) };
  await using none = await startFakeDynamodb((_, number) => ({
    status: 200,
    body: { Items: [], ...(number < 40 ? { LastEvaluatedKey } : {}) },
  }));
  const client = tablesClient(none.clientConfig);
  clients.push(client);
  const { readings } = createTables({ client, models: { readings: Reading } });
  const poor = readings.where('sensorId', '=', 'a').where('quality', '=', 'poor');
  expect(await poor.first()).toBeUndefined();
  expect(none.requests.slice(0, 4).map(({ input }) => input.Limit)).toEqual([10, 20, 40, 80]);
  expect(none.requests.at(-1)?.input.Limit).toBe(10_000);
});
