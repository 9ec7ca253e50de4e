import { ValidationFailedError } from '@tabletheory/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BIG, collect, Event, Note, numbers, putEvents, upTo } from '../support/events.ts';
import { recordOperations } from '../support/recorded-operations.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';

const shop = await startTables({ events: Event, notes: Note });
afterAll(() => shop[Symbol.asyncDispose]());
const { events, notes } = shop.tables;
beforeAll(() => putEvents(shop.client));

/** Tables whose operations are recorded. */
function recorded() {
  const { observe, operations } = recordOperations();
  return { ...shop.tables.$bind({ observe }), operations };
}

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
    expect(numbers(await collect(events.where('stream', '=', 'big').limit(2).items({ prefetch: true })))).toEqual([
      0, 1,
    ]);
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

  test.each([{ segments: 1 }, { segments: 3 }, { segments: 8, concurrency: 2 }, { segments: 20, concurrency: 50 }])(
    'reads what a scan reads: %j',
    async (options) => {
      const sequential = sorted(await events.scan().all());
      expect(sequential).toHaveLength(80);
      expect(sorted(await events.scan(options).all())).toEqual(sequential);
      expect(sorted(await collect(events.scan(options).items()))).toEqual(sequential);
      expect(sorted(await collect(events.scan(options).items({ prefetch: true })))).toEqual(sequential);
      expect(await events.scan(options).count()).toBe(80);
      expect(await events.scan(options).where('kind', '=', 'rare').count()).toBe(8);
    },
  );

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
