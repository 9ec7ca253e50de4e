import { CursorInvalidError, createTables } from '@tabletheory/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Order, Reading } from '../support/models.ts';
import { startTables } from '../support/tables-on-engine.ts';

const models = { readings: Reading, orders: Order };
const shop = await startTables(models);
const { readings, orders } = shop.tables;
const signed = createTables({ client: shop.client, models, cursorSecret: 'secret' });
afterAll(() => shop[Symbol.asyncDispose]());

const EACH = 15;
const at = (hour: number): Date => new Date(Date.UTC(2026, 0, 1, hour));
const each = <T>(make: (i: number) => T): T[] => Array.from({ length: EACH }, (_, i) => make(i));

beforeAll(async () => {
  await readings.batchWrite({
    put: ['a', 'b'].flatMap((sensorId) =>
      each((i) => ({ sensorId, takenAt: at(i), value: i % 4, unit: i % 3 === 0 ? 'F' : 'C', quality: 'good' })),
    ),
  });
  for (const customerId of ['c', 'd']) {
    for (const i of each((i) => i)) {
      await orders.create({
        customerId,
        orderId: `o${i}`,
        status: i % 2 === 0 ? 'open' : 'paid',
        total: i,
        region: 'north',
        city: i < 8 ? 'Oslo' : 'Kiruna',
        lines: [],
        placedAt: at(i),
      });
    }
  }
});

/** A query, and which items may come of it whatever its cursor says. */
interface Case {
  readonly query: (tables: typeof shop.tables) => any;
  readonly belongs: (item: any) => boolean;
}

const cases: Readonly<Record<string, Case>> = {
  'a partition': {
    query: (t) => t.readings.where('sensorId', '=', 'a'),
    belongs: (item) => item.sensorId === 'a',
  },
  'a partition from its end': {
    query: (t) => t.readings.where('sensorId', '=', 'b').descending(),
    belongs: (item) => item.sensorId === 'b',
  },
  'a range': {
    query: (t) => t.readings.where('sensorId', '=', 'a').where('takenAt', 'between', [at(2), at(12)]),
    belongs: (item) => item.sensorId === 'a' && item.takenAt >= at(2) && item.takenAt <= at(12),
  },
  'a local index': {
    query: (t) => t.readings.where('sensorId', '=', 'a').where('value', '>=', 1),
    belongs: (item) => item.sensorId === 'a' && item.value >= 1,
  },
  'a global index': {
    query: (t) => t.readings.where('unit', '=', 'C').index('byUnit'),
    belongs: (item) => item.unit === 'C',
  },
  'composed keys, filtered': {
    query: (t) => t.orders.where('customerId', '=', 'c').filter((c) => c('status', '=', 'open')),
    belongs: (item) => item.customerId === 'c' && item.status === 'open',
  },
  'a composed index': {
    query: (t) => t.orders.where('region', '=', 'north').where('city', '=', 'Oslo'),
    belongs: (item) => item.region === 'north' && item.city === 'Oslo',
  },
  'a scan': {
    query: (t) => t.readings.scan().where('unit', '=', 'F'),
    belongs: (item) => item.unit === 'F',
  },
};

const nameOf = fc.constantFrom(...Object.keys(cases));
const caseOf = (name: string): Case => cases[name] as Case;
const size = fc.integer({ min: 1, max: EACH });

/** The first cursor of a query's pages. */
const cursorOf = async ({ query }: Case, tables: typeof shop.tables, size: number): Promise<string> =>
  (await query(tables).page({ size })).cursor;

describe('the pages of', () => {
  test.each(Object.entries(cases))(
    '%s, whatever their sizes, are together what all() returns',
    async (_name, { query }) => {
      const all = await query(shop.tables).all();
      await fc.assert(
        fc.asyncProperty(fc.array(size, { minLength: 1, maxLength: 4 }), async (sizes) => {
          const found: unknown[] = [];
          let cursor: string | undefined;
          let pages = 0;
          do {
            const page = await query(shop.tables).page({ size: sizes[pages++ % sizes.length], cursor });
            found.push(...page.items);
            cursor = page.cursor;
          } while (cursor !== undefined);
          expect(found).toEqual(all);
        }),
        { numRuns: 8 },
      );
    },
  );
});

/** What someone does to a cursor. */
type Tampering = (cursor: string) => string;

const letter = fc.constantFrom(...'ABCXYZabcxyz0189-_=.+/ %'.split(''));
const ofText: fc.Arbitrary<Tampering> = fc.oneof(
  fc.tuple(fc.nat(), letter).map(
    ([i, letter]) =>
      (text: string) =>
        splice(text, i, 1, letter),
  ),
  fc.tuple(fc.nat(), letter).map(
    ([i, letter]) =>
      (text: string) =>
        splice(text, i, 0, letter),
  ),
  fc.tuple(fc.nat(), fc.nat(20)).map(
    ([i, length]) =>
      (text: string) =>
        splice(text, i, length, ''),
  ),
  fc.string().map((text) => () => text),
);

function splice(text: string, i: number, length: number, put: string): string {
  const start = i % (text.length + 1);
  return text.slice(0, start) + put + text.slice(start + length);
}

/** Changes what a cursor says, as someone can who knows how it is made. */
const saying = (change: (body: any) => unknown): Tampering => {
  return (cursor) => {
    const [body, ...signature] = cursor.split('.') as [string, ...string[]];
    const said = change(JSON.parse(Buffer.from(body, 'base64url').toString()));
    return [Buffer.from(JSON.stringify(said)).toString('base64url'), ...signature].join('.');
  };
};

const keyText = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'C', 'F', '0', '3', '-1e9', '1e999', 'NaN', '', 'YQ=='),
  fc.constantFrom('CUSTOMER#c', 'CUSTOMER#d', 'ORDER#o1', 'PROFILE', 'REGION#south', 'CITY#Oslo#o1'),
  fc.nat(EACH).map((hour) => at(hour).toISOString()),
  fc.string(),
);
const keyValue = fc.tuple(fc.constantFrom('S', 'N', 'B', 'BOOL', 'M'), keyText);
const ofBody: fc.Arbitrary<Tampering> = fc.oneof(
  fc
    .tuple(fc.nat(), keyValue)
    .map(([i, value]) => saying(([version, digest, key]) => [version, digest, key.with(i % key.length, value)])),
  fc
    .tuple(fc.nat(), keyText)
    .map(([i, text]) =>
      saying(([version, digest, key]) => [version, digest, key.with(i % key.length, [key[i % key.length][0], text])]),
    ),
  fc.array(keyValue, { maxLength: 4 }).map((key) => saying(([version, digest]) => [version, digest, key])),
  fc.tuple(fc.nat(2), fc.jsonValue()).map(([i, value]) => saying((body) => body.with(i, value))),
  fc.jsonValue().map((body) => saying(() => body)),
);

describe('a cursor', () => {
  const tampering = fc.oneof(ofText, ofBody);

  test('that was tampered with reads nothing but what its query may read, or is a CursorInvalidError', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(nameOf, size, tampering, async (name, size, tamper) => {
        const one = caseOf(name);
        const cursor = await cursorOf(one, shop.tables, 4);
        const page = await readOrInvalid(one.query(shop.tables), size, tamper(cursor));
        if (page === undefined) return;
        accepted++;
        expect(page.items.filter((item) => !one.belongs(item))).toEqual([]);
      }),
      { numRuns: 400 },
    );
    expect(accepted).toBeGreaterThan(0);
  });

  test('that was tampered with is always a CursorInvalidError where it was signed', async () => {
    await fc.assert(
      fc.asyncProperty(nameOf, size, tampering, async (name, size, tamper) => {
        const one = caseOf(name);
        const cursor = await cursorOf(one, signed, 4);
        const tampered = tamper(cursor);
        fc.pre(tampered !== cursor);
        expect(await readOrInvalid(one.query(signed), size, tampered)).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    ['unsigned', shop.tables],
    ['signed', signed],
  ])('is a CursorInvalidError in any other query: %s', async (_which, tables) => {
    for (const one of Object.values(cases)) {
      const cursor = await cursorOf(one, tables, 4);
      for (const other of Object.values(cases)) {
        if (other !== one) expect(await readOrInvalid(other.query(tables), 4, cursor)).toBeUndefined();
      }
    }
  });
});

/** A page; `undefined` when its cursor was refused. */
async function readOrInvalid(query: any, size: number, cursor: string): Promise<{ items: object[] } | undefined> {
  try {
    return await query.page({ size, cursor });
  } catch (error) {
    if (error instanceof CursorInvalidError) return undefined;
    throw new Error(`page() failed with the cursor ${cursor}`, { cause: error });
  }
}
