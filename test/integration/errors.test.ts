import { inspect } from 'node:util';
import { type AttributeValue, type DynamoDBClientConfig, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  binarySet,
  ConditionFailedError,
  ConnectionFailedError,
  createTables,
  defineModel,
  ItemNotFoundError,
  ItemTooLargeError,
  integer,
  RequestRefusedError,
  ServiceError,
  StoredItemInvalidError,
  string,
  TableNotFoundError,
  TableTheoryError,
  ThrottledError,
  TransactionCanceledError,
  ValidationFailedError,
} from '@tabletheory/core';
import { afterAll, describe, expect, test } from 'vitest';
import { tablesClient } from '../support/client.ts';
import { dynamodbError, startFakeDynamodb } from '../support/fake-dynamodb.ts';
import { Article, Customer, Order, Reading } from '../support/models.ts';
import { recordOperations } from '../support/recorded-operations.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';

const Archive = defineModel({
  name: 'Archive',
  table: 'archives',
  key: { partition: 'id' },
  attributes: { id: string(), pages: binarySet() },
});

const models = { articles: Article, customers: Customer, orders: Order, readings: Reading, archives: Archive };
const shop = await startTables(models);
afterAll(() => shop[Symbol.asyncDispose]());

const article = (sku: string) => ({ sku, title: 'Chair', price: 40 });

/** Tables over a client of their own, whose operations are recorded. */
function over(config: DynamoDBClientConfig) {
  const client = tablesClient(config);
  const { observe, operations } = recordOperations();
  const tables = createTables({ client, models }).$bind({ observe });
  return { tables, operations, [Symbol.dispose]: () => client.destroy() };
}

describe('what breaks its model', () => {
  // Written as plain JavaScript would: TypeScript refuses most of these.
  const cases: [what: string, call: (tables: any) => Promise<unknown>, paths: string[]][] = [
    ['a missing key', (t) => t.articles.get({}), ['sku']],
    ['no key at all', (t) => t.articles.get(undefined), ['sku']],
    ['a missing sort key', (t) => t.readings.get({ sensorId: 'a' }), ['takenAt']],
    ['an empty key', (t) => t.articles.get({ sku: '' }), ['sku']],
    ['a key of the wrong type', (t) => t.articles.get({ sku: 1 }), ['sku']],
    ['more than the key', (t) => t.articles.get({ sku: 'a', title: 'b' }), ['title']],
    ['a missing key of a delete', (t) => t.articles.delete({}), ['sku']],
    ['a missing part of a composed key', (t) => t.orders.update({ customerId: 'c' }, { total: 1 }), ['orderId']],
    ['a selection of nothing known', (t) => t.articles.get({ sku: 'a' }, { select: ['colour'] }), ['colour']],
    [
      'an item with several faults',
      (t) => t.articles.create({ sku: '', price: -1, stock: 1.5, status: 'sold', colour: 'red' }),
      ['colour', 'sku', 'title', 'status', 'price', 'stock'],
    ],
    ['a nested fault', (t) => t.articles.put({ ...article('a'), details: { colour: 1 } }), ['details.colour']],
    [
      'a fault in a list',
      (t) => t.articles.put({ ...article('a'), pictures: [{ url: 'a' }, {}] }),
      ['pictures[1].url'],
    ],
    ['an array for a set', (t) => t.articles.put({ ...article('a'), tags: ['a'] }), ['tags']],
    ['an empty set', (t) => t.articles.put({ ...article('a'), tags: new Set() }), ['tags']],
    ['no number', (t) => t.articles.put({ ...article('a'), price: Number.NaN }), ['price']],
    ['an unknown attribute of an update', (t) => t.articles.update({ sku: 'a' }, { colour: 'red' }), ['colour']],
    ['an update of the key', (t) => t.articles.update({ sku: 'a' }, { sku: 'b' }), ['sku']],
    ['an update of a read-only attribute', (t) => t.articles.update({ sku: 'a' }, { origin: 'b' }), ['origin']],
    ['an update of the version', (t) => t.articles.update({ sku: 'a' }, { version: 7 }), ['version']],
    ['a removal of what is required', (t) => t.articles.update({ sku: 'a' }, (u: any) => u.remove('title')), ['title']],
    [
      'one attribute changed twice',
      (t) => t.articles.update({ sku: 'a' }, (u: any) => u.set('details.colour', 'a').remove('details')),
      ['details'],
    ],
    ['a wrong operand', (t) => t.articles.where('sku', '=', 5).all(), ['sku']],
    [
      'an unknown attribute in a condition',
      (t) => t.articles.where('sku', '=', 'a').where('colour', '=', 'b').all(),
      ['colour'],
    ],
    ['an unknown index', (t) => t.articles.where('sku', '=', 'a').index('byColour').all(), ['']],
    ['an unknown operator', (t) => t.articles.where('sku', '=', 'a').where('title', 'like', 'b').all(), ['title']],
    ['a wrong condition', (t) => t.articles.delete({ sku: 'a' }, { if: (c: any) => c('price', '>', '1') }), ['price']],
  ];

  test.each(cases)('%s is refused before anything is sent', async (_, call, paths) => {
    using own = over({ ...shop.engine.clientConfig, endpoint: 'http://127.0.0.1:1' });
    const error = await thrownBy(call(own.tables), ValidationFailedError);
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', retryable: false });
    expect(error.problems.map(({ path }) => path).sort()).toEqual([...paths].sort());
    expect(own.operations).toEqual([]);
  });
});

describe('what DynamoDB refuses', () => {
  test('an item of more than 400 KB, and nothing was written', async () => {
    const title = 'x'.repeat(100);
    const notes = { long: 'x'.repeat(410 * 1024) };
    const created = await shop.tables.articles.create({ sku: 'large', title, price: 1 });
    const create = shop.tables.articles.create({ sku: 'larger', title, price: 1, notes });
    expect(await thrownBy(create, ItemTooLargeError)).toMatchObject({
      code: 'ITEM_TOO_LARGE',
      operation: 'PutItem',
      model: 'Article',
      retryable: false,
    });
    await thrownBy(shop.tables.articles.put({ ...created, notes }), ItemTooLargeError);
    await thrownBy(shop.tables.articles.update({ sku: 'large' }, { notes }), ItemTooLargeError);
    expect(await shop.tables.articles.get({ sku: 'larger' })).toBeUndefined();
    expect(await shop.tables.articles.get({ sku: 'large' })).toEqual(created);
  });

  test('an item that is too large within a transaction', async () => {
    const notes = { long: 'x'.repeat(410 * 1024) };
    const error = await thrownBy(
      shop.tables.$transactWrite((tx) => [
        tx.articles.create(article('beside')),
        tx.articles.create({ ...article('larger'), notes }),
      ]),
      TableTheoryError,
    );
    expect(['ITEM_TOO_LARGE', 'TRANSACTION_CANCELED']).toContain(error.code);
    expect(await shop.tables.articles.get({ sku: 'beside' })).toBeUndefined();
  });

  test('a table that is not there', async () => {
    const Lost = defineModel({ name: 'Lost', table: 'lost', key: { partition: 'id' }, attributes: { id: string() } });
    const { losts } = createTables({ client: shop.client, models: { losts: Lost } });
    const calls = [
      () => losts.get({ id: 'a' }),
      () => losts.create({ id: 'a' }),
      () => losts.delete({ id: 'a' }),
      () => losts.where('id', '=', 'a').all(),
      () => losts.scan().all(),
    ];
    for (const call of calls) {
      expect(await thrownBy(call(), TableNotFoundError)).toMatchObject({ code: 'TABLE_NOT_FOUND', model: 'Lost' });
    }
  });

  test('a model that is not of its table', async () => {
    const Other = defineModel({
      name: 'Other',
      table: 'articles',
      key: { partition: 'id' },
      attributes: { id: string(), size: integer({ optional: true }) },
    });
    const { others } = createTables({ client: shop.client, models: { others: Other } });
    const calls = [
      () => others.get({ id: 'a' }),
      () => others.create({ id: 'a' }),
      () => others.update({ id: 'a' }, { size: 1 }),
    ];
    for (const call of calls) {
      const error = await thrownBy(call(), RequestRefusedError);
      expect(error).toMatchObject({ code: 'REQUEST_REFUSED', model: 'Other', retryable: false });
      expect(error.message).toMatch(/its own words are the cause/);
    }
  });
});

describe('an endpoint', () => {
  test('that is closed is given up after bounded attempts', async () => {
    const gone = await startFakeDynamodb(() => undefined);
    await gone.stop();
    using own = over({ ...gone.clientConfig, maxAttempts: 3 });
    const error = await thrownBy(own.tables.articles.get({ sku: 'a' }), ConnectionFailedError);
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', retryable: true, operation: 'GetItem', model: 'Article' });
    expect(error.message).toContain('ECONNREFUSED');
    const attempts = own.operations[0]?.outcome?.attempts ?? [];
    expect(attempts.length).toBeGreaterThanOrEqual(1);
    expect(attempts.length).toBeLessThanOrEqual(3);
    expect(own.operations[0]?.outcome?.error).toBe(error);
  });

  test('that has no such name is told from an error of DynamoDB', async () => {
    using own = over({ ...shop.engine.clientConfig, endpoint: 'https://dynamodb.invalid', maxAttempts: 1 });
    expect(await thrownBy(own.tables.articles.get({ sku: 'a' }), ConnectionFailedError)).toMatchObject({
      retryable: true,
    });
  });
});

const throttle = dynamodbError('ProvisionedThroughputExceededException', 'Too fast');
const item = { Item: { sku: { S: 'a' } } };

describe('load', () => {
  test('that passes is waited for, and every attempt is told', async () => {
    await using fake = await startFakeDynamodb((_, number) => (number < 2 ? throttle : { status: 200, body: {} }));
    using own = over({ ...fake.clientConfig, maxAttempts: 4 });
    expect(await own.tables.articles.get({ sku: 'a' })).toBeUndefined();
    expect(fake.requests).toHaveLength(3);
    expect(own.operations).toHaveLength(1);
    expect(own.operations[0]?.outcome).toMatchObject({
      attempts: [
        { status: 400, error: 'ProvisionedThroughputExceededException', throttled: true, delayMs: 0 },
        { status: 400, error: 'ProvisionedThroughputExceededException', throttled: true },
        { status: 200, throttled: false },
      ],
      items: 0,
      requestId: 'request-3',
    });
    expect(own.operations[0]?.outcome?.error).toBeUndefined();
  });

  test.each([
    throttle,
    dynamodbError('ThrottlingException', 'Too fast'),
    dynamodbError('RequestLimitExceeded', 'Too fast'),
  ])('that does not pass is a ThrottledError (%#)', async (answer) => {
    await using fake = await startFakeDynamodb(() => answer);
    using own = over({ ...fake.clientConfig, maxAttempts: 3 });
    const error = await thrownBy(own.tables.articles.create(article('a')), ThrottledError);
    expect(error).toMatchObject({ code: 'THROTTLED', retryable: true, operation: 'PutItem', model: 'Article' });
    expect(fake.requests).toHaveLength(3);
    const attempts = own.operations[0]?.outcome?.attempts ?? [];
    expect(attempts.map(({ throttled }) => throttled)).toEqual([true, true, true]);
  });

  test('that throttles one page of a query does not lose the others', async () => {
    const row = (hour: number) => ({
      sensorId: { S: 'a' },
      takenAt: { S: `2026-01-01T0${hour}:00:00.000Z` },
      value: { N: String(hour) },
      unit: { S: 'C' },
    });
    const key = ({ sensorId, takenAt }: ReturnType<typeof row>) => ({ sensorId, takenAt });
    await using fake = await startFakeDynamodb((_, number) => {
      if (number === 0) return { status: 200, body: { Items: [row(0)], Count: 1, LastEvaluatedKey: key(row(0)) } };
      return number === 1 ? throttle : { status: 200, body: { Items: [row(1)], Count: 1 } };
    });
    using own = over(fake.clientConfig);
    const found = await own.tables.readings.where('sensorId', '=', 'a').all();
    expect(found.map(({ value }) => value)).toEqual([0, 1]);
    expect(own.operations.map(({ outcome }) => outcome?.attempts.length)).toEqual([1, 2]);
  });
});

describe('a failure of DynamoDB', () => {
  test('is tried again, and told when it stays', async () => {
    await using fake = await startFakeDynamodb(() => dynamodbError('InternalServerError', 'Sorry', 500));
    using own = over({ ...fake.clientConfig, maxAttempts: 2 });
    const error = await thrownBy(own.tables.articles.get({ sku: 'a' }), ServiceError);
    expect(error).toMatchObject({ code: 'SERVICE_FAILED', retryable: true });
    expect(own.operations[0]?.outcome?.attempts).toMatchObject([{ status: 500 }, { status: 500 }]);
  });

  test.each(['AccessDeniedException', 'UnrecognizedClientException', 'ExpiredTokenException'])(
    'named %s tells of the permission, and is not tried again',
    async (name) => {
      await using fake = await startFakeDynamodb(() => dynamodbError(name, 'User: x is not authorized'));
      using own = over({ ...fake.clientConfig, maxAttempts: 1 });
      const error = await thrownBy(own.tables.articles.get({ sku: 'a' }), TableTheoryError);
      expect(error).toMatchObject({ code: 'ACCESS_DENIED', retryable: false, operation: 'GetItem' });
    },
  );

  test('of a conflict between transactions is retryable', async () => {
    const reasons = { CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict', Message: 'busy' }] };
    await using fake = await startFakeDynamodb(() =>
      dynamodbError('TransactionCanceledException', 'cancelled', 400, reasons),
    );
    using own = over({ ...fake.clientConfig, maxAttempts: 1 });
    const write = own.tables.$transactWrite((tx) => [
      tx.articles.create(article('a')),
      tx.articles.update({ sku: 'b' }, { title: 'x' }),
    ]);
    const error = await thrownBy(write, TransactionCanceledError);
    expect(error.retryable).toBe(true);
    expect(error.reasons).toEqual([{ index: 1, model: 'Article', action: 'update', code: 'TransactionConflict' }]);
  });

  test('that a model cannot read tells where, and keeps the stored item out of the error', async () => {
    await using fake = await startFakeDynamodb(() => ({ status: 200, body: item }));
    using own = over(fake.clientConfig);
    const error = await thrownBy(own.tables.articles.get({ sku: 'a' }), StoredItemInvalidError);
    expect(error.problems[0]).toEqual({ path: 'title', keyword: 'required', message: 'is not in the stored item' });
  });
});

describe('no error tells values of items', () => {
  const canary = 'canary-7f3a';
  const secret = { ...article(canary), title: canary, internalNote: canary, notes: { [canary]: canary } };
  const { articles, readings, orders, archives } = shop.tables;
  const { $transactWrite } = { $transactWrite: shop.tables.$transactWrite.bind(shop.tables) };
  const at = new Date('2026-01-01T00:00:00.000Z');

  const failures: [what: string, fail: () => Promise<unknown>, type: abstract new (...args: any[]) => Error][] = [
    ['a taken key', () => articles.create(secret), ConditionFailedError],
    ['a stale version', () => articles.put({ ...secret, version: 99 }), ConditionFailedError],
    ['a condition', () => articles.delete({ sku: canary }, { if: (c) => c('title', '=', 'x') }), ConditionFailedError],
    ['an item that is not there', () => articles.getOrThrow({ sku: `${canary}-2` }), ItemNotFoundError],
    ['an update of nothing', () => articles.update({ sku: `${canary}-2` }, { title: canary }), ItemNotFoundError],
    [
      'a cancelled transaction',
      () =>
        $transactWrite((tx) => [tx.articles.create(secret), tx.articles.update({ sku: canary }, { title: canary })]),
      TableTheoryError,
    ],
    [
      'a failed check of a transaction',
      () => $transactWrite((tx) => [tx.articles.check({ sku: canary }, (c) => c('title', '=', `${canary}-2`))]),
      TransactionCanceledError,
    ],
    ['a large item', () => articles.put({ ...article('b'), notes: { a: canary.repeat(40_000) } }), ItemTooLargeError],
    ['a value out of range', () => articles.create({ ...secret, price: -1 }), ValidationFailedError],
    ['a value of no enum', () => articles.create({ ...secret, status: canary } as any), ValidationFailedError],
    ['a value of another type', () => articles.create({ ...secret, stock: canary } as any), ValidationFailedError],
    [
      'a wrong operand',
      () =>
        articles
          .where('sku', '=', canary)
          .where('stock', '>', canary as any)
          .all(),
      ValidationFailedError,
    ],
    [
      'a key that holds a separator',
      () =>
        orders.create({
          customerId: canary,
          orderId: 'a',
          region: 'r',
          city: `${canary}#`,
          status: 'open',
          total: 1,
          lines: [],
          placedAt: at,
        }),
      ValidationFailedError,
    ],
    [
      'a set with the same bytes twice',
      () => archives.create({ id: 'a', pages: new Set([Buffer.from(canary), Buffer.from(canary)]) }),
      TableTheoryError,
    ],
    ['a stored item that does not fit', () => articles.get({ sku: `${canary}-bad` }), StoredItemInvalidError],
    ['a page with one that does not fit', () => readings.where('sensorId', '=', canary).all(), StoredItemInvalidError],
  ];

  test.each(failures)('%s', async (_, fail, type) => {
    await shop.client.send(
      new PutItemCommand({
        TableName: 'articles',
        Item: { sku: { S: `${canary}-bad` }, title: { L: [{ S: canary }] }, price: { N: '1' } },
      }),
    );
    const remarks: AttributeValue[] = [{ S: canary }, { L: [{ S: canary }] }];
    for (const [hour, remark] of remarks.entries()) {
      const takenAt = { S: `2026-01-01T0${hour}:00:00.000Z` };
      const Item = { sensorId: { S: canary }, takenAt, value: { N: '1' }, unit: { S: canary }, remark };
      await shop.client.send(new PutItemCommand({ TableName: 'readings', Item }));
    }
    await articles.delete({ sku: canary });
    await articles.create(secret);

    const error = await thrownBy(fail(), type);
    const told = [
      error.message,
      error.stack ?? '',
      JSON.stringify(error),
      JSON.stringify({ ...error }),
      inspect(error, { depth: 20 }),
    ];
    for (let cause = error.cause as Error | undefined; cause !== undefined; cause = cause.cause as Error | undefined) {
      told.push(cause.message, JSON.stringify(cause), JSON.stringify({ ...cause }));
    }
    const encoded = Buffer.from(canary).toString('base64'); // how bytes travel
    for (const text of told) {
      expect(text).not.toContain(canary);
      expect(text).not.toContain(encoded);
    }
  });
});
