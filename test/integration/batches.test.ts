import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  binary,
  createTables,
  decimal,
  defineModel,
  StoredItemInvalidError,
  string,
  UnguardedWriteError,
  ValidationFailedError,
} from '@tabletheory/core';
import { afterAll, describe, expect, test } from 'vitest';
import { Article, Customer, Order, Reading } from '../support/models.ts';
import { recordOperations } from '../support/recorded-operations.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';

const Price = defineModel({
  name: 'Price',
  table: 'prices',
  key: { partition: 'amount', sort: 'digest' },
  attributes: { amount: decimal(), digest: binary(), note: string({ optional: true }) },
});

const Member = defineModel({
  name: 'Member',
  table: 'members',
  key: { partition: 'memberId' },
  attributes: { memberId: string(), email: string({ unique: true }) },
});

const shop = await startTables({
  readings: Reading,
  customers: Customer,
  orders: Order,
  articles: Article,
  prices: Price,
});
const { tables } = shop;
afterAll(() => shop[Symbol.asyncDispose]());

const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));
const keyOf = (sensorId: string, minute: number) => ({ sensorId, takenAt: at(minute) });
const reading = (sensorId: string, minute: number) => ({ ...keyOf(sensorId, minute), value: minute, unit: 'C' });
const order = (customerId: string, orderId: string) => ({
  customerId,
  orderId,
  status: 'open' as const,
  total: 1,
  lines: [],
  placedAt: at(0),
});
const article = (sku: string) => ({ sku, title: 'Chair', price: 1 });
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('batches of 250 items', () => {
  test('are written, read in the order of their keys, and deleted', async () => {
    const { observe, operations } = recordOperations();
    const { readings } = tables.$bind({ observe });
    const written = await readings.batchWrite({ put: upTo(250).map((i) => reading('r', i)) });
    expect(written).toEqual({ written: 250, unprocessed: { put: [], delete: [] }, error: undefined });
    expect(operations).toHaveLength(10);
    for (const { name, tables, models, outcome } of operations) {
      expect({ name, tables, models }).toEqual({ name: 'BatchWriteItem', tables: ['readings'], models: ['Reading'] });
      expect(outcome).toMatchObject({ items: 25, attempts: [{ status: 200, delayMs: 0 }] });
      expect(outcome?.consumed).toMatchObject([{ table: 'readings', read: 0 }]);
      expect(outcome?.consumed[0]?.write).toBeGreaterThanOrEqual(25);
    }

    operations.length = 0;
    const minutes = upTo(250).map((i) => (i * 101) % 250);
    const { items, missing, unprocessed } = await readings.batchGet(
      minutes.map((minute) => keyOf('r', minute)),
      { consistent: true },
    );
    expect(items).toEqual(minutes.map((minute) => reading('r', minute)));
    expect(missing).toEqual([]);
    expect(unprocessed).toEqual([]);
    expect(operations.map(({ name, outcome }) => [name, outcome?.items])).toEqual([
      ['BatchGetItem', 100],
      ['BatchGetItem', 100],
      ['BatchGetItem', 50],
    ]);
    expect(operations[0]?.outcome?.consumed).toMatchObject([{ table: 'readings', write: 0 }]);

    const keys = upTo(250).map((i) => keyOf('r', i));
    expect((await readings.batchWrite({ delete: keys })).written).toBe(250);
    expect(await readings.batchGet(keys)).toEqual({ items: [], missing: keys, unprocessed: [], error: undefined });
  });
});

describe('batchGet', () => {
  test('returns an item for every time its key is given, and the keys that have none', async () => {
    await tables.readings.batchWrite({ put: [reading('d', 1), reading('d', 2)] });
    const { observe, operations } = recordOperations();
    const [one, two, none] = [keyOf('d', 1), keyOf('d', 2), keyOf('d', 3)];
    const { items, missing } = await tables.$bind({ observe }).readings.batchGet([two, none, one, two, { ...none }]);
    expect(items).toEqual([reading('d', 2), reading('d', 1), reading('d', 2)]);
    expect(missing).toEqual([none, none]);
    expect(missing[0]).toBe(none);
    expect(operations).toHaveLength(1);
  });

  test('knows keys again that DynamoDB writes in another way', async () => {
    const keys = [
      { amount: '1.50', digest: Uint8Array.of(0, 1) },
      { amount: '1.5', digest: Uint8Array.of(0, 1) },
      { amount: '1e30', digest: Uint8Array.of(0) },
      { amount: '-0.00000000000000000000000000000001', digest: Uint8Array.of(255) },
    ] as const;
    await tables.prices.batchWrite({ put: keys.slice(1).map((key, i) => ({ ...key, note: String(i) })) });
    const { items, missing } = await tables.prices.batchGet(keys);
    expect(missing).toEqual([]);
    expect(items.map(({ note }) => note)).toEqual(['0', '0', '1', '2']);
  });

  test('fetches only what is selected', async () => {
    await tables.customers.batchWrite({ put: [{ customerId: 's1', name: 'Ada' }] });
    const { items } = await tables.customers.batchGet([{ customerId: 's1' }], { select: ['name', 'customerId'] });
    expect(items).toEqual([{ customerId: 's1', name: 'Ada' }]);
    const refused = await thrownBy(
      tables.customers.batchGet([{ customerId: 's1' }], { select: ['nothing' as 'name'] }),
      ValidationFailedError,
    );
    expect(refused).toMatchObject({ operation: 'BatchGetItem', model: 'Customer' });
  });

  test('of no keys sends nothing', async () => {
    const { observe, operations } = recordOperations();
    const bound = tables.$bind({ observe });
    expect(await bound.readings.batchGet([])).toEqual({ items: [], missing: [], unprocessed: [], error: undefined });
    expect(await bound.readings.batchWrite({})).toMatchObject({ written: 0 });
    expect(await bound.$batchGet(() => [])).toMatchObject({ results: [] });
    expect(operations).toEqual([]);
  });

  test('does not lose the other items for a row that does not fit', async () => {
    await tables.readings.batchWrite({ put: upTo(3).map((i) => reading('bad', i)) });
    await shop.client.send(
      new UpdateItemCommand({
        TableName: 'readings',
        Key: { sensorId: { S: 'bad' }, takenAt: { S: at(1).toISOString() } },
        UpdateExpression: 'SET remark = :remark',
        ExpressionAttributeValues: { ':remark': { L: [{ S: 'canary' }] } },
      }),
    );
    const error = await thrownBy(tables.readings.batchGet(upTo(4).map((i) => keyOf('bad', i))), StoredItemInvalidError);
    expect(error).toMatchObject({ operation: 'BatchGetItem', model: 'Reading' });
    expect(error.problems).toMatchObject([{ path: 'remark', keyword: 'type' }]);
    expect(error.items).toEqual([reading('bad', 0), reading('bad', 2)]);
    expect(error.partial).toEqual({
      items: error.items,
      missing: [keyOf('bad', 3)],
      unprocessed: [],
      error: undefined,
    });
    expect(JSON.stringify(error) + error.message).not.toContain('canary');
    expect(Object.keys(error)).not.toContain('partial');
  });

  test('names the keys that are not valid, and sends nothing', async () => {
    const { observe, operations } = recordOperations();
    const keys = [keyOf('v', 1), { sensorId: 7, takenAt: at(1) }, { sensorId: 'v' }] as any;
    const error = await thrownBy(tables.$bind({ observe }).readings.batchGet(keys), ValidationFailedError);
    expect(error).toMatchObject({ operation: 'BatchGetItem', model: 'Reading' });
    expect(error.problems.map(({ path }) => path)).toEqual(['keys[1].sensorId', 'keys[2].takenAt']);
    const many = upTo(1000).map(() => ({})) as any;
    expect((await thrownBy(tables.readings.batchGet(many), ValidationFailedError)).problems).toHaveLength(20);
    expect(operations).toEqual([]);
  });
});

describe('batchWrite', () => {
  test('fills in what put does', async () => {
    const written = await tables.articles.batchWrite({ put: [article('fill')] }, { unguarded: true });
    expect(written.written).toBe(1);
    const stored = await tables.articles.getOrThrow({ sku: 'fill' });
    expect(stored).toMatchObject({ ...article('fill'), status: 'draft', stock: 0, version: 1 });
    expect(stored.createdAt).toBeInstanceOf(Date);
    await tables.articles.batchWrite({ put: [{ ...stored, title: 'Stool' }] }, { unguarded: true });
    const replaced = await tables.articles.getOrThrow({ sku: 'fill' });
    expect(replaced).toMatchObject({ title: 'Stool', version: 2, createdAt: stored.createdAt });
  });

  test('refuses a model with a version, unless told not to', async () => {
    const { observe, operations } = recordOperations();
    const bound = tables.$bind({ observe });
    for (const writes of [{ put: [article('u')] }, { delete: [{ sku: 'u' }] }]) {
      const error = await thrownBy(bound.articles.batchWrite(writes), UnguardedWriteError);
      expect(error).toMatchObject({ code: 'UNGUARDED_WRITE', model: 'Article', retryable: false });
      expect(error.message).toBe(
        'Article has a version(), and a batch takes no conditions that could check it: use put, delete or $transactWrite, or pass { unguarded: true } to overwrite changes',
      );
    }
    await thrownBy(
      bound.$batchWrite((b) => [
        b.customers.put({ customerId: 'u' }),
        b.orders.delete({ customerId: 'u', orderId: 'o' }),
      ]),
      UnguardedWriteError,
    );
    expect(operations).toEqual([]);
    expect((await bound.articles.batchWrite({ delete: [{ sku: 'u' }] }, { unguarded: true })).written).toBe(1);
  });

  test('refuses a model with unique attributes, whatever it is told', async () => {
    const { observe, operations } = recordOperations();
    const { members } = createTables({ client: shop.client, models: { members: Member } }).$bind({ observe });
    const error = await thrownBy(
      members.batchWrite({ delete: [{ memberId: 'm' }] }, { unguarded: true }),
      UnguardedWriteError,
    );
    expect(error.message).toBe(
      'Member has unique attributes, which a batch cannot keep unique: use put, delete or $transactWrite',
    );
    expect(operations).toEqual([]);
  });

  test('refuses two writes of one item, except two deletes', async () => {
    const { observe, operations } = recordOperations();
    const { readings } = tables.$bind({ observe });
    const error = await thrownBy(
      readings.batchWrite({
        put: [reading('w', 1), reading('w', 2), reading('w', 1)],
        delete: [keyOf('w', 3), keyOf('w', 2)],
      }),
      ValidationFailedError,
    );
    expect(error.problems).toEqual([
      { path: 'put[2]', keyword: 'uniqueItems', message: 'writes the same item as put[0], and a batch has no order' },
      {
        path: 'delete[1]',
        keyword: 'uniqueItems',
        message: 'writes the same item as put[1], and a batch has no order',
      },
    ]);
    expect(operations).toEqual([]);
    expect((await readings.batchWrite({ delete: [keyOf('w', 1), keyOf('w', 1)] })).written).toBe(2);
    expect(operations).toMatchObject([{ outcome: { items: 1 } }]);
  });

  test('names the items that are not valid, and sends nothing', async () => {
    const put = [reading('x', 1), { ...reading('x', 2), value: 'canary' }, { ...reading('x', 3), colour: 1 }] as any;
    const error = await thrownBy(tables.readings.batchWrite({ put, delete: [{} as any] }), ValidationFailedError);
    expect(error.problems.map(({ path }) => path)).toEqual(['put[1].value', 'put[2].colour', 'delete[0].sensorId']);
    expect(error.message).not.toContain('canary');
    expect(await tables.readings.get(keyOf('x', 1))).toBeUndefined();
  });
});

describe('batches across models', () => {
  test('write and read tables together, shared or not', async () => {
    const { observe, operations } = recordOperations();
    const bound = tables.$bind({ observe });
    const written = await bound.$batchWrite(
      (b) => [
        b.customers.put({ customerId: 'm' }),
        b.orders.put(order('m', 'o1')),
        b.readings.put(reading('m', 1)),
        b.readings.delete(keyOf('m', 2)),
      ],
      { unguarded: true },
    );
    expect(written).toEqual({ written: 4, unprocessed: [], error: undefined });
    const { results, missing, unprocessed } = await bound.$batchGet((b) => [
      b.readings.get(keyOf('m', 1)),
      b.orders.get({ customerId: 'm', orderId: 'none' }),
      b.customers.get({ customerId: 'm' }),
      b.orders.get({ customerId: 'm', orderId: 'o1' }),
    ]);
    const [read, none, customer, ordered] = results;
    expect(read?.value).toBe(1);
    expect(none).toBeUndefined();
    expect(customer).toEqual({ customerId: 'm', orderCount: 0 });
    expect(ordered).toMatchObject({ ...order('m', 'o1'), version: 1 });
    expect(missing).toEqual([{ index: 1, model: 'Order', key: { customerId: 'm', orderId: 'none' } }]);
    expect(unprocessed).toEqual([]);
    expect(operations.map(({ name, tables, models, outcome }) => [name, tables, models, outcome?.items])).toEqual([
      ['BatchWriteItem', ['shop', 'readings'], ['Customer', 'Order', 'Reading'], 4],
      ['BatchGetItem', ['readings', 'shop'], ['Reading', 'Order', 'Customer'], 3],
    ]);
    expect(operations[1]?.outcome?.consumed.map(({ table }) => table).sort()).toEqual(['readings', 'shop']);
  });

  test('name the place of what is not valid', async () => {
    const error = await thrownBy(
      tables.$batchGet((b) => [b.readings.get(keyOf('m', 1)), b.customers.get({ customerId: 1 as never })]),
      ValidationFailedError,
    );
    expect(error.problems).toMatchObject([{ path: '[1].customerId' }]);
    expect(error.model).toBe('Reading, Customer');
  });
});
