import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  type Binding,
  createTables,
  DeadlineExceededError,
  RequestRefusedError,
  ServiceError,
  TableNotFoundError,
  ThrottledError,
} from '@tabletheory/core';
import { afterAll, describe, expect, test } from 'vitest';
import { tablesClient } from '../support/client.ts';
import { dynamodbError, type FakeAnswer, type FakeRequest, startFakeDynamodb } from '../support/fake-dynamodb.ts';
import { Customer, Reading } from '../support/models.ts';
import { recordOperations } from '../support/recorded-operations.ts';
import { thrownBy } from '../support/thrown.ts';

const clients: DynamoDBClient[] = [];
afterAll(() => {
  for (const client of clients) client.destroy();
});

/** Tables on a fake that answers once: the client itself does not try again. */
async function start(answer: (request: FakeRequest, number: number) => FakeAnswer | undefined) {
  const fake = await startFakeDynamodb(answer);
  const client = tablesClient({ ...fake.clientConfig, maxAttempts: 1 });
  clients.push(client);
  const tables = createTables({ client, models: { readings: Reading, customers: Customer } });
  return { fake, tables, [Symbol.asyncDispose]: () => fake.stop() };
}

const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));
const keyOf = (minute: number) => ({ sensorId: 's', takenAt: at(minute) });
const reading = (minute: number) => ({ ...keyOf(minute), value: minute, unit: 'C' });
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const keys = (count: number) => upTo(count).map(keyOf);
const readings = (count: number) => upTo(count).map(reading);

const rowOf = (key: any) => ({
  ...key,
  value: { N: String(new Date(key.takenAt.S).getUTCMinutes()) },
  unit: { S: 'C' },
});

/** What a table with an item for every key answers, all but some keys. */
function read({ input }: FakeRequest, isLeft: (index: number) => boolean): FakeAnswer {
  const { Keys, ...request } = input.RequestItems.readings;
  const left = Keys.filter((_: unknown, index: number) => isLeft(index));
  const rows = Keys.filter((_: unknown, index: number) => !isLeft(index)).map(rowOf);
  const UnprocessedKeys = left.length === 0 ? {} : { readings: { ...request, Keys: left } };
  return { status: 200, body: { Responses: { readings: rows.reverse() }, UnprocessedKeys } };
}

/** What a table answers that has written all but some requests. */
function write({ input }: FakeRequest, isLeft: (index: number) => boolean): FakeAnswer {
  const left = input.RequestItems.readings.filter((_: unknown, index: number) => isLeft(index));
  return { status: 200, body: { UnprocessedItems: left.length === 0 ? {} : { readings: left } } };
}

const none = () => false;
const all = () => true;
const sizes = (requests: readonly FakeRequest[]): number[] =>
  requests.map(({ input }) => (input.RequestItems.readings.Keys ?? input.RequestItems.readings).length);

describe('what DynamoDB leaves unprocessed', () => {
  test('is read again, and only that, until all is read', async () => {
    await using s = await start((request, number) => read(request, number < 3 ? (index) => index >= 2 : none));
    const { items, missing, unprocessed, error } = await s.tables.readings.batchGet(keys(10));
    expect(items).toEqual(readings(10));
    expect([missing, unprocessed, error]).toEqual([[], [], undefined]);
    expect(sizes(s.fake.requests)).toEqual([10, 8, 6, 4]);
  });

  test('is written again, and only that, until all is written', async () => {
    await using s = await start((request, number) => write(request, number < 2 ? (index) => index % 2 === 1 : none));
    const { observe, operations } = recordOperations();
    const result = await s.tables.$bind({ observe }).readings.batchWrite({ put: readings(6), delete: [keyOf(20)] });
    expect(result).toEqual({ written: 7, unprocessed: { put: [], delete: [] }, error: undefined });
    expect(sizes(s.fake.requests)).toEqual([7, 3, 1]);
    expect(operations.map(({ outcome }) => outcome?.items)).toEqual([4, 2, 1]);
  });

  test('to the last attempt is returned as it was given', async () => {
    await using s = await start((request) =>
      request.operation === 'BatchGetItem' ? read(request, (i) => i === 0) : write(request, (i) => i === 0),
    );
    const given = keys(3);
    const got = await s.tables.readings.batchGet([...given, keyOf(0)], { maxAttempts: 3 });
    expect(got).toEqual({
      items: [reading(1), reading(2)],
      missing: [],
      unprocessed: [keyOf(0), keyOf(0)],
      error: undefined,
    });
    expect(got.unprocessed[0]).toBe(given[0]);
    const put = readings(2);
    const written = await s.tables.readings.batchWrite({ put }, { maxAttempts: 2 });
    expect(written).toEqual({ written: 1, unprocessed: { put: [reading(0)], delete: [] }, error: undefined });
    expect(written.unprocessed.put[0]).toBe(put[0]);
    expect(sizes(s.fake.requests)).toEqual([3, 1, 1, 2, 1]);
  });

  test('of everything, eight times, is given up', async () => {
    await using s = await start((request) => read(request, all));
    const { items, unprocessed } = await s.tables.readings.batchGet(keys(2));
    expect([items, unprocessed]).toEqual([[], keys(2)]);
    expect(sizes(s.fake.requests)).toEqual([2, 2, 2, 2, 2, 2, 2, 2]);
  });

  test('across models is told with its place', async () => {
    await using s = await start(({ operation, input }) => {
      const { readings } = input.RequestItems;
      return operation === 'BatchGetItem'
        ? { status: 200, body: { Responses: { shop: [] }, UnprocessedKeys: { readings } } }
        : { status: 200, body: { UnprocessedItems: { readings } } };
    });
    const once = { maxAttempts: 1 };
    const got = await s.tables.$batchGet((b) => [b.customers.get({ customerId: 'c' }), b.readings.get(keyOf(1))], once);
    expect(got).toEqual({
      results: [undefined, undefined],
      missing: [{ index: 0, model: 'Customer', key: { customerId: 'c' } }],
      unprocessed: [{ index: 1, model: 'Reading', key: keyOf(1) }],
      error: undefined,
    });
    const written = await s.tables.$batchWrite(
      (b) => [b.customers.put({ customerId: 'c' }), b.readings.put(reading(1)), b.readings.delete(keyOf(2))],
      once,
    );
    expect(written).toEqual({
      written: 1,
      unprocessed: [
        { index: 1, model: 'Reading', action: 'put', value: reading(1) },
        { index: 2, model: 'Reading', action: 'delete', value: keyOf(2) },
      ],
      error: undefined,
    });
  });
});

describe('a request that fails', () => {
  const oneByOne = { concurrency: 1 };

  test.each([
    ['ProvisionedThroughputExceededException', 400, ThrottledError],
    ['InternalServerError', 500, ServiceError],
    ['ResourceNotFoundException', 400, TableNotFoundError],
  ])('with %s leaves the rest of the batch, and says so', async (name, status, type) => {
    await using s = await start((request, number) => {
      if (number === 1) return dynamodbError(name, 'No', status);
      return request.operation === 'BatchGetItem' ? read(request, none) : write(request, none);
    });
    const got = await s.tables.readings.batchGet(keys(250), oneByOne);
    expect(got.items).toEqual(upTo(100).map((i) => ({ ...reading(i), value: i % 60 })));
    expect([got.missing, got.unprocessed]).toEqual([[], keys(250).slice(100)]);
    expect(got.error).toBeInstanceOf(type);
    expect(s.fake.requests).toHaveLength(2);
  });

  test('while writing leaves what is not known to be written', async () => {
    await using s = await start((request, number) =>
      number === 1 ? dynamodbError('ThrottlingException', 'No') : write(request, none),
    );
    const put = readings(60);
    const { written, unprocessed, error } = await s.tables.readings.batchWrite({ put }, oneByOne);
    expect(written).toBe(25);
    expect(unprocessed).toEqual({ put: put.slice(25), delete: [] });
    expect(error).toMatchObject({ code: 'THROTTLED', operation: 'BatchWriteItem', model: 'Reading' });
  });

  test('for what is in it does not stop the others', async () => {
    await using s = await start((request, number) =>
      number === 1 ? dynamodbError('ValidationException', 'Item size has exceeded') : write(request, none),
    );
    const put = readings(60);
    const { written, unprocessed, error } = await s.tables.readings.batchWrite({ put }, oneByOne);
    expect(written).toBe(35);
    expect(unprocessed.put).toEqual(put.slice(25, 50));
    expect(error).toMatchObject({ code: 'ITEM_TOO_LARGE' });
  });

  test('is thrown when nothing was done', async () => {
    await using s = await start((_request, number) =>
      number === 0 ? dynamodbError('ValidationException', 'No') : dynamodbError('ThrottlingException', 'No'),
    );
    await thrownBy(s.tables.readings.batchGet(keys(120), oneByOne), RequestRefusedError);
    await thrownBy(s.tables.readings.batchWrite({ put: readings(30) }, oneByOne), ThrottledError);
  });
});

describe('time that runs out', () => {
  const reason = new Error('out of time');

  test('before the batch begins leaves all of it', async () => {
    await using s = await start((request) => read(request, none));
    const { observe, operations } = recordOperations();
    const bound = s.tables.$bind({ signal: AbortSignal.abort(reason), remaining: () => -1, observe });
    const error = await thrownBy(bound.readings.batchGet(keys(3)), DeadlineExceededError);
    expect(error).toMatchObject({ operation: 'BatchGetItem', model: 'Reading', sent: false, timeLeft: -1 });
    expect(error.cause).toBe(reason);
    expect(error.partial).toEqual({ items: [], missing: [], unprocessed: keys(3), error: undefined });
    expect(s.fake.requests).toEqual([]);
    expect(operations).toEqual([]);
  });

  test('midway leaves what was done in the error', async () => {
    const controller = new AbortController();
    const bind: Binding = { signal: controller.signal, remaining: () => 400 };
    await using s = await start((request, number) => {
      if (number > 0) return undefined;
      return request.operation === 'BatchGetItem' ? read(request, none) : write(request, none);
    });
    const running = s.tables.$bind(bind).readings.batchWrite({ put: readings(200) }, { concurrency: 3 });
    await expect.poll(() => s.fake.requests.length).toBe(4);
    controller.abort(reason);
    const error = await thrownBy(running, DeadlineExceededError);
    expect(error).toMatchObject({ operation: 'BatchWriteItem', sent: true, timeLeft: 400 });
    expect(error.cause).toBe(reason);
    expect(error.partial?.written).toBe(25);
    expect(error.partial?.unprocessed).toHaveProperty('put.length', 175);
    expect(Object.keys(error)).not.toContain('partial');
    expect(s.fake.requests).toHaveLength(4);
  });

  test('leaves a row that does not fit to be read again', async () => {
    await using s = await start((request, number) => {
      if (number > 0) return undefined;
      const { status, body } = read(request, none) as any;
      body.Responses.readings[0].value = { S: 'no number' };
      return { status, body };
    });
    const controller = new AbortController();
    const running = s.tables.$withSignal(controller.signal).readings.batchGet(keys(101), { concurrency: 1 });
    await expect.poll(() => s.fake.requests.length).toBe(2);
    controller.abort(reason);
    const { partial } = await thrownBy(running, DeadlineExceededError);
    expect(partial?.items).toHaveLength(99);
    expect(partial).toMatchObject({ missing: [], unprocessed: [keyOf(99), keyOf(100)] });
  });

  test('is not waited for in a back-off that cannot end before', async () => {
    await using s = await start((request) => read(request, (index) => index > 0));
    const running = s.tables.$bind({ remaining: () => 0 }).readings.batchGet(keys(3));
    const error = await thrownBy(running, DeadlineExceededError);
    expect(error).toMatchObject({ sent: true, timeLeft: 0 });
    expect(error.partial).toEqual({ items: [reading(0)], missing: [], unprocessed: [keyOf(1), keyOf(2)] });
    expect(s.fake.requests).toHaveLength(1);
  });

  test('ends a back-off, and nothing is sent afterwards', async () => {
    const controller = new AbortController();
    await using s = await start((request) => read(request, all));
    const running = s.tables.$withSignal(controller.signal).readings.batchGet(keys(3), { maxAttempts: 1000 });
    await expect.poll(() => s.fake.requests.length, { timeout: 10_000 }).toBeGreaterThan(2);
    controller.abort(reason);
    const error = await thrownBy(running, DeadlineExceededError);
    expect(error.cause).toBe(reason);
    expect(error.partial?.unprocessed).toEqual(keys(3));
    const sent = s.fake.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(s.fake.requests).toHaveLength(sent);
  });

  test('for one request leaves the batch of another alone', async () => {
    await using s = await start((request, number) => read(request, number < 4 ? all : none));
    const controllers = [new AbortController(), new AbortController()] as const;
    const [stopped, other] = controllers.map(({ signal }) =>
      s.tables.$withSignal(signal).readings.batchGet(keys(5), { maxAttempts: 1000 }),
    ) as [Promise<unknown>, Promise<{ items: unknown[] }>];
    await expect.poll(() => s.fake.requests.length).toBeGreaterThanOrEqual(2);
    controllers[0].abort(reason);
    await stopped.catch(() => {}); // it may have ended before
    expect((await other).items).toEqual(readings(5));
  });
});
