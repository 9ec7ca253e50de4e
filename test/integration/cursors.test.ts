import { CursorInvalidError, createTables } from '@tabletheory/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tablesClient } from '../support/client.ts';
import { Article, Customer, Order, Reading } from '../support/models.ts';
import { recordOperations } from '../support/recorded-operations.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';

const models = { readings: Reading, orders: Order, customers: Customer, articles: Article };
const shop = await startTables(models);
const { readings, orders } = shop.tables;
const signed = (cursorSecret: string) => createTables({ client: shop.client, models, cursorSecret }).readings;
afterAll(() => shop[Symbol.asyncDispose]());

const at = (hour: number): Date => new Date(Date.UTC(2026, 0, 1, hour));

beforeAll(async () => {
  const hours = Array.from({ length: 20 }, (_, hour) => hour);
  await Promise.all(
    ['a', 'b'].flatMap((sensorId) =>
      hours.map((hour) =>
        readings.create({
          sensorId,
          takenAt: at(hour),
          value: hour % 4, // equal values: the index's key alone does not say where a page ends
          unit: 'C',
          quality: hour % 3 === 0 ? 'poor' : 'good',
        }),
      ),
    ),
  );
  await Promise.all(
    hours.map((i) =>
      orders.create({
        customerId: 'c',
        orderId: `o${String(i).padStart(2, '0')}`,
        status: i % 2 === 0 ? 'open' : 'paid',
        total: i,
        region: 'north',
        city: i < 10 ? 'Oslo' : 'Kiruna',
        lines: [],
        placedAt: at(i),
      }),
    ),
  );
  await shop.tables.customers.create({ customerId: 'c' }); // another model in the orders' partition
});

/** Reads page after page until there is no cursor. */
async function pages(query: { page: (options: any) => Promise<any> }, size: number): Promise<unknown[][]> {
  const found: unknown[][] = [];
  let cursor: string | undefined;
  do {
    const page = await query.page({ size, cursor });
    found.push(page.items);
    cursor = page.cursor;
    expect(found.length).toBeLessThanOrEqual(60);
  } while (cursor !== undefined);
  return found;
}

const queries: [name: string, query: any][] = [
  ['the table', readings.where('sensorId', '=', 'a')],
  ['the table, from its end', readings.where('sensorId', '=', 'a').descending()],
  ['a range', readings.where('sensorId', '=', 'a').where('takenAt', 'between', [at(3), at(12)])],
  ['a filter', readings.where('sensorId', '=', 'a').where('quality', '=', 'poor')],
  ['a filter that nothing passes', readings.where('sensorId', '=', 'a').where('remark', 'exists', true)],
  ['a local index with equal sort keys', readings.where('sensorId', '=', 'a').where('value', '>=', 1)],
  ['a narrow global index', readings.where('unit', '=', 'C').index('byUnit')],
  ['a selection', readings.where('unit', '=', 'C').index('byUnit').select('quality').descending()],
  ['composed keys', orders.where('customerId', '=', 'c')],
  ['a part of a composed index key', orders.where('region', '=', 'north').where('city', '=', 'Oslo')],
  ['a range in a composed key', orders.where('customerId', '=', 'c').where('orderId', '>', 'o07').descending()],
  ['a scan', readings.scan()],
  ['a scan of a shared table', orders.scan().where('status', '=', 'open')],
];

describe.each(queries)('the pages of %s', (_name, query) => {
  test.each([1, 3, 7, 100])('of %i items are together what all() returns', async (size) => {
    const all = await query.all();
    const found = await pages(query, size);
    expect(found.flat()).toEqual(all);
    for (const page of found.slice(0, -1)) expect(page).toHaveLength(size);
  });
});

test('a page without a size has 100 items at most, and a size must be positive', async () => {
  expect((await readings.where('sensorId', '=', 'a').page()).items).toHaveLength(20);
  for (const size of [0, -1, 1.5, Number.NaN]) {
    await expect(readings.where('sensorId', '=', 'a').page({ size })).rejects.toThrow(RangeError);
  }
});

test('an exact last page has no cursor, or one that leads to nothing', async () => {
  const query = readings.where('sensorId', '=', 'a');
  const { cursor } = await query.page({ size: 20 });
  if (cursor !== undefined) expect(await query.page({ size: 20, cursor })).toEqual({ items: [], cursor: undefined });
});

test('items written before the cursor do not move the page after it', async () => {
  const query = orders.where('customerId', '=', 'c').where('orderId', 'beginsWith', 'o1');
  const first = await query.page({ size: 4 });
  await orders.create({ customerId: 'c', orderId: 'o101', status: 'open', total: 1, lines: [], placedAt: at(0) });
  const second = await query.page({ size: 4, cursor: first.cursor });
  await orders.delete({ customerId: 'c', orderId: 'o101' });
  expect(second.items.map(({ orderId }) => orderId)).toEqual(['o14', 'o15', 'o16', 'o17']);
});

describe('a cursor is refused', () => {
  const cursorOf = async (query: { page: (options: any) => Promise<any> }): Promise<string> =>
    (await query.page({ size: 3 })).cursor;
  const { observe, operations } = recordOperations();
  const watched = shop.tables.$bind({ observe });

  async function expectRefused(query: { page: (options: any) => Promise<any> }, cursor: unknown): Promise<void> {
    operations.length = 0;
    const error = await thrownBy(query.page({ size: 3, cursor }), CursorInvalidError);
    expect(error).toMatchObject({ code: 'CURSOR_INVALID', operation: expect.stringMatching(/Query|Scan/) });
    expect(operations).toEqual([]);
  }

  test('by a query of another partition', async () => {
    const cursor = await cursorOf(readings.where('sensorId', '=', 'a'));
    await expectRefused(watched.readings.where('sensorId', '=', 'b'), cursor);
    const placed = await cursorOf(orders.where('region', '=', 'north'));
    await expectRefused(watched.orders.where('region', '=', 'south'), placed);
  });

  test('by a query of another kind: model, index, direction, condition, scan', async () => {
    const cursor = await cursorOf(readings.where('sensorId', '=', 'a'));
    const { readings: r, orders: o, articles } = watched;
    await expectRefused(r.where('sensorId', '=', 'a').descending(), cursor);
    await expectRefused(r.where('sensorId', '=', 'a').where('takenAt', '>', at(1)), cursor);
    await expectRefused(r.where('sensorId', '=', 'a').index('byValue'), cursor);
    await expectRefused(r.where('unit', '=', 'C').index('byUnit'), cursor);
    await expectRefused(r.scan(), cursor);
    await expectRefused(o.where('customerId', '=', 'a'), cursor);
    await expectRefused(articles.where('sku', '=', 'a'), cursor);
  });

  test('when it is damaged or made up', async () => {
    const query = watched.readings.where('sensorId', '=', 'a');
    const cursor = await cursorOf(readings.where('sensorId', '=', 'a'));
    const [version, digest, key] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const broken = [
      '',
      'nonsense',
      cursor.slice(0, -3),
      forged(null),
      forged({}),
      forged([version + 1, digest, key]),
      forged([version, 'other', key]),
      forged([version, digest]),
      forged([version, digest, []]),
      forged([version, digest, [...key, ['S', 'x']]]),
      forged([version, digest, [['S', 'b'], key[1]]]),
      forged([version, digest, [['N', 'a'], key[1]]]),
      forged([version, digest, [{ S: 'a' }, key[1]]]),
      7,
      {},
      null,
    ];
    for (const value of broken) await expectRefused(query, value);
  });

  test('when it has another signature, or none', async () => {
    const query = (secret: string) => signed(secret).where('sensorId', '=', 'a');
    const cursor = await cursorOf(query('first'));
    expect((await query('first').page({ size: 3, cursor })).items).toHaveLength(3);
    const unsigned = await cursorOf(readings.where('sensorId', '=', 'a'));
    const [body, signature] = cursor.split('.') as [string, string];
    const [, digest] = JSON.parse(Buffer.from(body, 'base64url').toString());
    const moved = Buffer.from(
      JSON.stringify([
        1,
        digest,
        [
          ['S', 'a'],
          ['S', at(15).toISOString()],
        ],
      ]),
    ).toString('base64url');
    for (const forged of [unsigned, body, `${body}.`, `${body}.${signature}x`, `${moved}.${signature}`]) {
      await expectRefused(query('first'), forged);
    }
    await expectRefused(query('second'), cursor);
  });
});

test('a cursor goes on in another process, with the same secret', async () => {
  const { cursor } = await signed('shared').where('sensorId', '=', 'a').page({ size: 18 });
  const client = tablesClient(shop.engine.clientConfig);
  const elsewhere = createTables({ client, models, cursorSecret: 'shared' }).readings;
  const rest = await elsewhere.where('sensorId', '=', 'a').page({ size: 18, cursor });
  expect(rest.items.map(({ takenAt }) => takenAt.getUTCHours())).toEqual([18, 19]);
  client.destroy();
});
