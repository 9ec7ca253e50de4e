import { BatchWriteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  type AnyModel,
  defineModel,
  integer,
  list,
  map,
  StoredItemInvalidError,
  string,
  unknownAttributesOf,
  ValidationFailedError,
} from '@tabletheory/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordOperations } from '../support/recorded-operations.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';

/** Rows of a known size: DynamoDB answers 1 MB at a time. */
const Event = defineModel({
  name: 'Event',
  table: 'events',
  key: { partition: 'stream', sort: 'number' },
  attributes: {
    stream: string(),
    number: integer(),
    kind: string(),
    body: string({ optional: true }),
    address: map({ city: string({ name: 'c' }), zip: string({ optional: true }) }, { optional: true }),
    lines: list(map({ sku: string(), quantity: integer() }), { optional: true }),
  },
  indexes: { byKind: { partition: 'kind', sort: 'number', projection: ['address'] } },
});

/** Shares its table with nobody, but has a composed key: its rows are checked one by one. */
const Note = defineModel({
  name: 'Note',
  table: 'notes',
  key: {
    partition: { attribute: 'PK', template: 'BOOK#{book}' },
    sort: { attribute: 'SK', template: 'NOTE#{note}' },
  },
  attributes: { book: string(), note: string(), text: string({ optional: true }) },
});

const shop = await startTables({ events: Event, notes: Note });
afterAll(() => shop[Symbol.asyncDispose]());
const { events, notes } = shop.tables;

/** Tables whose operations are recorded. */
function recorded() {
  const { observe, operations } = recordOperations();
  return { ...shop.tables.$bind({ observe }), operations };
}

async function putRows(table: string, rows: readonly object[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 25) {
    const writes = rows.slice(i, i + 25).map((Item) => ({ PutRequest: { Item: Item as Record<string, any> } }));
    await shop.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: writes } }));
  }
}

const BIG = 60;
const numbers = (items: readonly { number: number }[]): number[] => items.map(({ number }) => number);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

async function collect<T>(loop: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of loop) found.push(one);
  return found;
}

beforeAll(async () => {
  const body = 'x'.repeat(50_000); // 20 of them fill an answer
  const row = (stream: string, i: number, more: object) => ({
    stream: { S: stream },
    number: { N: String(i) },
    kind: { S: i % 10 === 0 ? 'rare' : 'common' },
    ...more,
  });
  await putRows(
    'events',
    upTo(BIG).map((i) => row('big', i, { body: { S: body } })),
  );
  await putRows(
    'events',
    upTo(20).map((i) =>
      row('small', i, {
        address: { M: { c: { S: `city ${i}` }, zip: { S: `zip ${i}` } } },
        lines: { L: upTo(i % 4).map((n) => ({ M: { sku: { S: `s${n}` }, quantity: { N: String(n) } } })) },
      }),
    ),
  );
  await putRows(
    'notes',
    upTo(30).map((i) => ({ PK: { S: 'BOOK#b' }, SK: { S: i % 3 === 0 ? `OTHER#${i}` : `NOTE#${i}` } })),
  );
});

const big = events.where('stream', '=', 'big');
const small = events.where('stream', '=', 'small');

describe('items()', () => {
  test.each([false, true])('gives each item of several answers in order, prefetch %s', async (prefetch) => {
    const { events, operations } = recorded();
    const found = await collect(events.where('stream', '=', 'big').items({ prefetch }));
    expect(numbers(found)).toEqual(upTo(BIG));
    expect(operations.length).toBeGreaterThanOrEqual(3);
    const all = await events.where('stream', '=', 'big').all();
    expect(found).toEqual(all);
  });

  test('sends nothing before it is asked for an item, and one request for each answer', async () => {
    const { events, operations } = recorded();
    const loop = events.where('stream', '=', 'big').items();
    expect(operations).toHaveLength(0);
    for await (const { number } of loop) {
      if (number === 5) expect(operations).toHaveLength(1);
    }
    await events.where('stream', '=', 'big').items().return(undefined);
    expect(operations.every(({ outcome }) => outcome?.error === undefined)).toBe(true);
  });

  test('sends nothing more once the loop was left', async () => {
    const { events, operations } = recorded();
    for await (const { number } of events.where('stream', '=', 'big').items()) if (number === 5) break;
    await expect(
      (async () => {
        for await (const _ of events.where('stream', '=', 'big').items()) throw new Error('the caller failed');
      })(),
    ).rejects.toThrow('the caller failed');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(operations).toHaveLength(2);
  });

  test('asks for one answer ahead with prefetch, and waits for it when the loop is left', async () => {
    const { events, operations } = recorded();
    for await (const { number } of events.where('stream', '=', 'big').items({ prefetch: true })) {
      if (number === 0) await expect.poll(() => operations.length).toBe(2);
      if (number === 5) break;
    }
    expect(operations.map(({ outcome }) => outcome?.error)).toEqual([undefined, undefined]); // both have ended
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(operations).toHaveLength(2);
  });

  test('takes limit as a total, and a filter into account', async () => {
    const { events, operations } = recorded();
    expect(numbers(await collect(events.where('stream', '=', 'big').limit(33).items({ prefetch: true })))).toEqual(
      upTo(33),
    );
    const rare = events.where('stream', '=', 'big').where('kind', '=', 'rare');
    expect(numbers(await collect(rare.items()))).toEqual([0, 10, 20, 30, 40, 50]);
    expect(numbers(await collect(rare.limit(3).items({ prefetch: true })))).toEqual([0, 10, 20]);
    operations.length = 0;
    expect(numbers(await collect(events.where('stream', '=', 'big').limit(2).items({ prefetch: true })))).toEqual([0, 1]);
    expect(operations).toHaveLength(1);
  });

  test('goes on from a cursor', async () => {
    const { cursor } = await big.page({ size: 41 });
    expect(numbers(await collect(big.items({ cursor })))).toEqual(upTo(BIG).slice(41));
    expect(numbers(await big.all({ cursor }))).toEqual(upTo(BIG).slice(41));
  });

  test('gives nothing where there is nothing', async () => {
    expect(await collect(events.where('stream', '=', 'nobody').items({ prefetch: true }))).toEqual([]);
    expect(await collect(events.where('stream', '=', 'nobody').pages())).toEqual([]);
  });

  test('rejects for what cannot be read, and sends nothing', async () => {
    const { events, operations } = recorded();
    await expect(collect((events as any).where('number', '=', 1).items())).rejects.toMatchObject({
      code: 'SCAN_REFUSED',
    });
    await expect(collect(events.where('stream', '=', 'big').items({ cursor: 'nonsense' }))).rejects.toMatchObject({
      code: 'CURSOR_INVALID',
    });
    expect(operations).toEqual([]);
  });
});

describe('pages()', () => {
  test.each([1, 7, 25, 100])('of %i items are those of page()', async (size) => {
    for (const prefetch of [false, true]) {
      const found = await collect(small.pages({ size, prefetch }));
      expect(numbers(found.flatMap(({ items }) => items))).toEqual(upTo(20));
      for (const { items } of found.slice(0, -1)) expect(items).toHaveLength(Math.min(size, 20));
    }
  });

  test.each([1, 2, 5, 100])('of %i filtered items are full, and each cursor goes on behind its page', async (size) => {
    const rare = events.where('stream', '=', 'big').where('kind', '=', 'rare');
    let before = 0;
    for await (const { items, cursor } of rare.pages({ size, prefetch: true })) {
      before += items.length;
      const rest = await rare.all({ cursor: cursor ?? (await rare.page({ size: 100 })).cursor });
      if (cursor !== undefined) expect(numbers(rest)).toEqual([0, 10, 20, 30, 40, 50].slice(before));
    }
    expect(before).toBe(6);
  });

  test('without a size are the answers of DynamoDB', async () => {
    const { events, operations } = recorded();
    const found = await collect(events.where('stream', '=', 'big').pages());
    expect(found.length).toBeGreaterThanOrEqual(3);
    expect(numbers(found.flatMap(({ items }) => items))).toEqual(upTo(BIG));
    expect(operations.length - found.length).toBeLessThanOrEqual(1);
    expect(found.at(-1)?.cursor).toBeUndefined();
  });

  test('leave out the rows of other models', async () => {
    const found = await collect(notes.where('book', '=', 'b').pages({ size: 6 }));
    expect(found.map(({ items }) => items.length)).toEqual([6, 6, 6, 2]);
    expect(await collect(notes.where('book', '=', 'b').limit(7).pages({ size: 6 }))).toMatchObject([
      { items: found[0]?.items },
      { items: found[1]?.items.slice(0, 1) },
    ]);
  });

  test('read a page ahead with prefetch, and no more than one', async () => {
    const { events, operations } = recorded();
    let seen = 0;
    for await (const _ of events.where('stream', '=', 'small').pages({ size: 4, prefetch: true })) {
      seen++;
      await expect.poll(() => operations.length).toBe(Math.min(seen + 1, 6));
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(operations.length).toBeLessThanOrEqual(seen + 1);
    }
    expect(seen).toBe(5);
  });

  test('take a positive size', () => {
    for (const size of [0, -1, 1.5, Number.NaN]) expect(() => small.pages({ size })).toThrow(RangeError);
  });
});

describe('a page', () => {
  test('has the size it is given, the limit of the query, or both', async () => {
    expect((await small.limit(3).page()).items).toHaveLength(3);
    expect((await small.limit(3).page({ size: 5 })).items).toHaveLength(3);
    expect((await small.limit(5).page({ size: 3 })).items).toHaveLength(3);
    const { cursor } = await small.limit(5).page();
    expect(numbers((await small.limit(5).page({ cursor })).items)).toEqual([5, 6, 7, 8, 9]);
  });
});

describe('first()', () => {
  test('reads on until an item passes the filter, in ever larger steps', async () => {
    const { events, operations } = recorded();
    const found = await events.where('stream', '=', 'big').where('body', 'exists', true).descending().first();
    expect(found?.number).toBe(BIG - 1);
    expect(operations).toHaveLength(1);
    operations.length = 0;
    const last = await events
      .where('stream', '=', 'big')
      .filter((c) => c('kind', '=', 'rare'))
      .descending()
      .first();
    expect(last?.number).toBe(50);
    expect(operations.map(({ outcome }) => outcome?.items)).toEqual([1]);
    operations.length = 0;
    const none = events.where('stream', '=', 'small').filter((c) => c('kind', '=', 'none'));
    expect(await none.first()).toBeUndefined();
    expect(operations.length).toBeLessThanOrEqual(3); // 10 rows, then 20
  });
});

describe('count()', () => {
  test('counts in DynamoDB, and takes limit as a bound', async () => {
    const { events, operations } = recorded();
    const query = events.where('stream', '=', 'big');
    expect(await query.count()).toBe(BIG);
    expect(await query.where('kind', '=', 'rare').count()).toBe(6);
    operations.length = 0;
    expect(await query.limit(7).count()).toBe(7);
    expect(await query.where('kind', '=', 'rare').limit(2).count()).toBe(2);
    expect(await query.limit(1000).count()).toBe(BIG);
    expect(operations[0]?.outcome?.items).toBe(7);
    const { cursor } = await query.page({ size: 50 });
    expect(await query.count({ cursor })).toBe(10);
  });

  test('leaves out the rows of other models', async () => {
    expect(await notes.where('book', '=', 'b').count()).toBe(20);
    expect(await notes.where('book', '=', 'b').limit(5).count()).toBe(5);
    expect(await notes.scan().count()).toBe(20);
    expect(await notes.scan({ segments: 3 }).count()).toBe(20);
  });

  test('counts whatever is selected, also through an index that holds little', async () => {
    const { events, operations } = recorded();
    expect(await events.where('stream', '=', 'small').select('address.city').count()).toBe(20);
    expect(await events.where('kind', '=', 'rare').count()).toBe(8);
    expect(operations.at(-1)?.index).toBe('byKind');
  });
});

describe('a parallel scan', () => {
  const sorted = (items: readonly { stream: string; number: number }[]): string[] =>
    items.map(({ stream, number }) => `${stream} ${number}`).sort();

  test.each([
    { segments: 1 },
    { segments: 3 },
    { segments: 8, concurrency: 2 },
    { segments: 20, concurrency: 50 },
  ])('reads what a scan reads: %j', async (options) => {
    const sequential = sorted(await events.scan().all());
    expect(sequential).toHaveLength(80);
    expect(sorted(await events.scan(options).all())).toEqual(sequential);
    expect(sorted(await collect(events.scan(options).items()))).toEqual(sequential);
    expect(sorted(await collect(events.scan(options).items({ prefetch: true })))).toEqual(sequential);
    expect(await events.scan(options).count()).toBe(80);
    expect(await events.scan(options).where('kind', '=', 'rare').count()).toBe(8);
  });

  test('has no more requests under way than its concurrency', async () => {
    let underWay = 0;
    let most = 0;
    let requests = 0;
    const observe = () => {
      requests++;
      most = Math.max(most, ++underWay);
      return () => void underWay--;
    };
    await shop.tables.$bind({ observe }).events.scan({ segments: 9, concurrency: 3 }).select('number').all();
    expect(most).toBe(3);
    expect(requests).toBeGreaterThanOrEqual(9);
    expect(underWay).toBe(0);
  });

  test('takes limit as a total, and sends nothing after it', async () => {
    const { events, operations } = recorded();
    expect(await events.scan({ segments: 8, concurrency: 2 }).limit(5).all()).toHaveLength(5);
    expect(await collect(events.scan({ segments: 8, concurrency: 2 }).limit(5).items())).toHaveLength(5);
    expect(await events.scan({ segments: 8 }).limit(5).count()).toBe(5);
    expect(operations.every(({ outcome }) => outcome !== undefined)).toBe(true);
  });

  test('ends with its loop', async () => {
    const { events, operations } = recorded();
    for await (const _ of events.scan({ segments: 8, concurrency: 2 }).items()) break;
    const sent = operations.length;
    expect(operations.every(({ outcome }) => outcome !== undefined)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(operations).toHaveLength(sent);
  });

  test('has no pages and no cursors', async () => {
    const { events, operations } = recorded();
    const scan = events.scan({ segments: 2 }) as any;
    for (const run of [
      () => scan.page(),
      () => collect(scan.pages()),
      () => scan.all({ cursor: 'x' }),
      () => collect(scan.items({ cursor: 'x' })),
      () => scan.count({ cursor: 'x' }),
    ]) {
      const error = await thrownBy(run(), ValidationFailedError);
      expect(error.problems).toMatchObject([{ keyword: 'segments' }]);
    }
    expect(operations).toEqual([]);
  });

  test('takes 1 to 1,000,000 segments', () => {
    for (const segments of [0, -1, 1.5, 1_000_001]) expect(() => events.scan({ segments })).toThrow(RangeError);
    expect(() => events.scan({ segments: 2, concurrency: 0 })).toThrow(RangeError);
  });
});

describe('select of parts', () => {
  const key = { stream: 'small', number: 7 };

  test('fetches them, with the names the model gives', async () => {
    const found = await small.select('number', 'address.city').limit(2).all();
    expect(found).toEqual([
      { number: 0, address: { city: 'city 0' } },
      { number: 1, address: { city: 'city 1' } },
    ]);
    expect(await events.getOrThrow(key, { select: ['address.zip'] })).toEqual({ address: { zip: 'zip 7' } });
  });

  test('gives the elements of a list that are there, without gaps', async () => {
    const line = (await small.where('number', '=', 7).select('lines[0].sku', 'lines[2].quantity').first())?.lines;
    expect(line).toEqual([{ sku: 's0' }, { quantity: 2 }]);
    expect(await events.get(key, { select: ['lines[1]', 'lines[9]'] })).toEqual({ lines: [{ sku: 's1', quantity: 1 }] });
    const short = await events.getOrThrow({ stream: 'small', number: 1 }, { select: ['lines[0].sku', 'lines[2].sku'] });
    expect(short).toEqual({ lines: [{ sku: 's0' }] });
  });

  test('leaves out what the item does not have', async () => {
    expect(await events.get({ stream: 'big', number: 1 }, { select: ['number', 'address.city', 'lines[0]'] })).toEqual({
      number: 1,
    });
  });

  test('reads through an index that holds the attribute', async () => {
    const { events, operations } = recorded();
    const found = await events.where('kind', '=', 'rare').where('number', '=', 10).select('address.city').all();
    expect(found).toEqual([{}, { address: { city: 'city 10' } }]);
    expect(operations.map(({ index }) => index)).toEqual(['byKind']);
    const other = events.where('kind', '=', 'rare').index('byKind').where('body', 'exists', true);
    expect((await thrownBy(other.all(), ValidationFailedError)).problems).toMatchObject([{ path: 'body' }]);
  });

  test('refuses paths that overlap, and those that lead nowhere, before anything is sent', async () => {
    const { events, operations } = recorded();
    const query: any = events.where('stream', '=', 'small');
    for (const paths of [
      ['address', 'address.city'],
      ['address.city', 'address'],
      ['lines[0].sku', 'lines[0]'],
      ['lines', 'lines[0].sku'],
      ['address.street'],
      ['lines.sku'],
      ['number.x'],
    ]) {
      for (const run of [() => query.select(...paths).all(), () => (events as any).get(key, { select: paths })]) {
        const error = await thrownBy(run(), ValidationFailedError);
        expect(error.problems).toMatchObject([{ path: paths.length === 1 ? paths[0] : paths[1], keyword: 'select' }]);
      }
    }
    expect(operations).toEqual([]);
    expect(await query.select('number', 'number').limit(1).all()).toEqual([{ number: 0 }]);
  });
});

describe('a stored item that does not fit', () => {
  const bad = events.where('stream', '=', 'bad');

  beforeAll(() =>
    putRows(
      'events',
      upTo(9).map((i) => ({
        stream: { S: 'bad' },
        number: { N: String(i) },
        ...(i === 4 ? {} : { kind: i === 7 ? { N: '1' } : { S: 'odd' } }),
      })),
    ),
  );

  test('ends the loop over items behind the good ones of its answer, with a cursor', async () => {
    const seen: number[] = [];
    const loop = async (cursor?: string) => {
      for await (const { number } of bad.limit(6).items({ cursor, prefetch: true })) seen.push(number);
    };
    const error = await thrownBy(loop(), StoredItemInvalidError);
    expect(seen).toEqual([0, 1, 2, 3, 5]);
    expect(error.items).toEqual([]);
    expect(error.problems).toMatchObject([{ path: 'kind', keyword: 'required' }]);
    const second = await thrownBy(loop(error.cursor), StoredItemInvalidError);
    expect(seen).toEqual([0, 1, 2, 3, 5, 6, 8]);
    expect(second.problems).toMatchObject([{ path: 'kind', keyword: 'type' }]);
  });

  test('ends the loop over pages with its own page, which the error holds', async () => {
    const seen: number[][] = [];
    const loop = async (cursor?: string) => {
      for await (const { items } of bad.pages({ size: 3, cursor, prefetch: true })) seen.push(numbers(items));
    };
    const error = await thrownBy(loop(), StoredItemInvalidError);
    expect(seen).toEqual([[0, 1, 2]]);
    expect(numbers(error.items as { number: number }[])).toEqual([3, 5]);
    const second = await thrownBy(loop(error.cursor), StoredItemInvalidError);
    expect(numbers(second.items as { number: number }[])).toEqual([6, 8]);
    expect(JSON.stringify(second)).not.toContain('cursor');
  });

  test('is found in a selection too, where the selected attribute is', async () => {
    const get = (number: number, select: any) => events.get({ stream: 'bad', number }, { select });
    expect((await thrownBy(get(7, ['kind']), StoredItemInvalidError)).problems).toMatchObject([{ path: 'kind' }]);
    expect((await thrownBy(get(4, ['kind']), StoredItemInvalidError)).problems).toMatchObject([{ path: 'kind' }]);
    expect(await get(7, ['number'])).toEqual({ number: 7 });
  });
});

describe('explain()', () => {
  const canary = 'c4n4ry';

  test('shows how a query is read, and sends nothing', () => {
    const { events, operations } = recorded();
    const query = events
      .where('stream', '=', canary)
      .where('number', '>=', 5)
      .where('kind', '=', canary)
      .filter((c) => c.or(c('address.city', 'beginsWith', canary), c('body', 'exists', false)))
      .select('number', 'lines[0].sku')
      .descending()
      .consistent();
    expect(query.explain()).toEqual({
      operation: 'Query',
      table: 'events',
      index: undefined,
      scans: false,
      segments: undefined,
      keyCondition: 'stream = ? AND number >= ?',
      filter: '(kind = ? AND (begins_with(address.c, ?) OR attribute_not_exists(body)))',
      projection: ['stream', 'number', 'lines[0].sku'],
      descending: true,
      consistent: true,
      capacity: 'strongly consistent: 1 read unit per 4 KB read, also for what a filter drops or a projection leaves out',
      request: expect.objectContaining({
        TableName: 'events',
        ExpressionAttributeValues: { ':0': { S: '?' }, ':1': { N: '?' }, ':2': { S: '?' }, ':3': { S: '?' } },
      }),
    });
    expect(operations).toEqual([]);
  });

  test('shows the index that is chosen, and scans', () => {
    expect(events.where('kind', '=', canary).index('byKind').explain()).toMatchObject({
      index: 'byKind',
      scans: false,
      capacity: expect.stringMatching(/^eventually consistent: 0\.5 read unit per 4 KB/),
    });
    expect(events.scan({ segments: 4 }).where('kind', '=', canary).explain()).toMatchObject({
      operation: 'Scan',
      scans: true,
      segments: 4,
      keyCondition: undefined,
      filter: 'kind = ?',
      projection: undefined,
    });
  });

  test('says why a query is refused', () => {
    expect(events.where('number', '=', 5).explain()).toEqual({
      refused: expect.stringMatching(/^Query of Event: no partition key is matched/),
    });
    expect((events as any).where('stream', '=', 5).explain()).toEqual({
      refused: 'Event is not valid: stream must be a string',
    });
  });

  test('never holds a value', () => {
    const queries: any[] = [
      events.where('stream', '=', canary),
      events.where('stream', '=', 'a').where('kind', 'in', [canary, 'b']),
      events.where('stream', '=', 'a').where('number', 'between', [987654, 987655]),
      events.scan().filter((c) => c.not(c('body', 'contains', canary))),
      notes.where('book', '=', canary).where('note', 'beginsWith', canary),
      notes.where('book', '=', canary).where('note', '>', canary),
      (events as any).where('stream', '=', { [canary]: canary }),
      (events as any).where('number', '=', canary),
      events.where('number', '=', 987654),
    ];
    for (const query of queries) expect(JSON.stringify(query.explain())).not.toMatch(/c4n4ry|98765/);
  });
});

describe('attributes a model does not know', () => {
  const of = (unknownAttributes?: 'keep' | 'drop' | 'error') =>
    defineModel({
      name: 'Thing',
      table: 'events',
      key: { partition: 'stream', sort: 'number' },
      attributes: { stream: string(), number: integer() },
      ...(unknownAttributes === undefined ? {} : { unknownAttributes }),
    });
  const key = { stream: 'unknown', number: 1 };
  const tablesOf = async <M extends AnyModel>(model: M) => {
    const { createTables } = await import('@tabletheory/core');
    return createTables({ client: shop.client, models: { things: model } }).things;
  };

  beforeAll(async () => {
    const Item = { stream: { S: 'unknown' }, number: { N: '1' }, legacy: { S: 's3cret' } };
    await shop.client.send(new PutItemCommand({ TableName: 'events', Item }));
  });

  test('are kept, dropped or an error, as the model says', async () => {
    for (const model of [of(), of('keep')]) {
      const kept = await (await tablesOf(model)).getOrThrow(key);
      expect(kept).toEqual(key);
      expect(unknownAttributesOf(kept)).toEqual({ legacy: 's3cret' });
    }
    const dropped = await (await tablesOf(of('drop'))).getOrThrow(key);
    expect(dropped).toEqual(key);
    expect(unknownAttributesOf(dropped)).toEqual({});
    const strict = await tablesOf(of('error'));
    const error = await thrownBy(strict.get(key), StoredItemInvalidError);
    expect(error.problems).toEqual([
      { path: 'legacy', keyword: 'additionalProperties', message: 'is no attribute of the model' },
    ]);
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('s3cret');
    expect(await strict.get(key, { select: ['number'] })).toEqual({ number: 1 });
  });

  test('have no other policy', () => {
    expect(() => of('hide' as any)).toThrow(/unknownAttributes must be keep, drop or error/);
  });
});
