import { type Condition, date, defineModel, type Item, integer, type Operator, string } from '@tabletheory/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTables } from '../support/tables-on-engine.ts';
import { holds } from './condition-oracle.ts';
import { order } from './stored-value.ts';

/** The table's key and one index's are composed of text, dates and numbers; the other index's is plain. */
const Visit = defineModel({
  name: 'Visit',
  table: 'visits',
  key: {
    partition: { attribute: 'PK', template: 'SHOP#{shop}' },
    sort: { attribute: 'SK', template: 'ON#{day}#{door}#{visitor}' },
  },
  attributes: {
    shop: string(),
    day: date(),
    door: string(),
    visitor: string(),
    till: integer(),
    spent: integer(),
    note: string({ optional: true }),
  },
  indexes: {
    byDoor: {
      partition: { attribute: 'GSI1PK', template: '{door}@{till}' },
      sort: { attribute: 'GSI1SK', template: '{visitor}|{day}' },
    },
    byTill: { partition: 'till', sort: 'spent' },
  },
});
type Visit = Item<typeof Visit>;
type Comparison = Extract<Condition, { kind: 'comparison' }>;

// Text that goes on past the start of other text, with characters to both sides of the literals "#" and "|": the
// composed keys do not sort as their parts do.
const values = {
  shop: fc.constantFrom('s', 's1'),
  day: fc.constantFrom('2025-12-31', '2026-01-01', '2026-01-31', '2026-02-01').map((day) => new Date(day)),
  door: fc.constantFrom('a', 'a!', 'a~', 'ab', 'b', 'é', '\uffff', '😀', '\u{10ffff}', '\u{10ffff}a'),
  visitor: fc.constantFrom('a', 'a!', 'a~', 'ab', 'b#', '\uffff', '😀', '\u{10ffff}', '\u{10ffff}a'),
  till: fc.constantFrom(1, 2),
  spent: fc.constantFrom(-10, -9, 0, 9, 10),
  note: fc.constantFrom('', 'a', 'b'),
};
type Name = keyof typeof values;

/** One way to read visits: its partition and sort key, and how it sorts. */
interface Access {
  readonly index?: 'byDoor' | 'byTill';
  readonly partition: readonly Name[];
  readonly sort: readonly Name[];
  readonly sorted: (visit: Visit) => unknown;
  /** What may be filtered on: not what is stored only in the table's key, nor the key itself. */
  readonly filters: readonly Name[];
}

const accesses: Readonly<Record<string, Access>> = {
  'the table': {
    partition: ['shop'],
    sort: ['day', 'door', 'visitor'],
    sorted: ({ day, door, visitor }) => `${day.toISOString()}#${door}#${visitor}`,
    filters: ['till', 'spent', 'note'],
  },
  'an index with composed keys': {
    index: 'byDoor',
    partition: ['door', 'till'],
    sort: ['visitor', 'day'],
    sorted: ({ day, visitor }) => `${visitor}|${day.toISOString()}`,
    filters: ['spent', 'note'],
  },
  'an index with plain keys': {
    index: 'byTill',
    partition: ['till'],
    sort: ['spent'],
    sorted: ({ spent }) => spent,
    filters: ['note'],
  },
};

const compare = (path: Name, operator: Operator, operand: unknown): Comparison => ({
  kind: 'comparison',
  path,
  operator,
  operand,
});

const equalTo = (path: Name): fc.Arbitrary<Comparison> => values[path].map((value) => compare(path, '=', value));

/** A range of a sort key: one comparison, or two bounds. */
function range(path: Name): fc.Arbitrary<Comparison[]> {
  const value: fc.Arbitrary<string | number | Date> = values[path];
  // Bounds that are not in order are refused.
  const bounds = fc.tuple(value, value).map(([a, b]) => ((order(a, b) as number) <= 0 ? [a, b] : [b, a]));
  const prefix = path === 'day' ? fc.constantFrom('', '20', '2026', '2026-01') : fc.oneof(value, fc.constant(''));
  const comparator = fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const);
  return fc.oneof(
    fc.tuple(comparator, value).map(([operator, operand]) => [compare(path, operator, operand)]),
    bounds.map((operand) => [compare(path, 'between', operand)]),
    bounds.map(([low, high]) => [compare(path, '>=', low), compare(path, '<=', high)]),
    ...(path === 'spent' ? [] : [prefix.map((operand) => [compare(path, 'beginsWith', operand)])]),
  );
}

/** Comparisons that a way to read visits can answer: its partition, from the left of its sort key, and filters. */
function comparisonsOf({ partition, sort, filters }: Access): fc.Arbitrary<Comparison[]> {
  return fc.nat(sort.length).chain((equal) =>
    fc
      .tuple(
        fc.tuple(...partition.map(equalTo)),
        fc.tuple(...sort.slice(0, equal).map(equalTo)),
        equal < sort.length ? fc.oneof(fc.constant([]), range(sort[equal] as Name)) : fc.constant([]),
        fc.oneof(
          fc.constant([]),
          fc
            .constantFrom(...filters)
            .chain(equalTo)
            .map((filter) => [filter]),
        ),
      )
      .map((parts) => parts.flat()),
  );
}

const shop = await startTables({ visits: Visit });
const { visits } = shop.tables;
afterAll(() => shop[Symbol.asyncDispose]());

const seed = Date.now() | 0; // the visits follow from it too, and a failure reports it
const keyOf = ({ shop, day, door, visitor }: Visit): string => [shop, day.toISOString(), door, visitor].join();
const everyVisit: readonly Visit[] = [
  ...new Map(
    fc
      .sample(fc.record(values, { requiredKeys: ['shop', 'day', 'door', 'visitor', 'till', 'spent'] }), {
        numRuns: 150,
        seed,
      })
      .map((visit) => [keyOf(visit as Visit), visit as Visit]),
  ).values(),
];

beforeAll(async () => {
  await visits.batchWrite({ put: everyVisit });
});

/** A query with these comparisons, in this order. */
function queryOf(comparisons: readonly Comparison[], index?: string): any {
  const query = comparisons.reduce((query: any, { path, operator, operand }) => {
    return query.where(path, operator, operand);
  }, visits);
  return index === undefined ? query : query.index(index);
}

const byKey = (all: readonly Visit[]): Visit[] => all.toSorted((a, b) => order(keyOf(a), keyOf(b)) as number);

describe.each(Object.entries(accesses))('through %s', (_name, access) => {
  const comparisons = comparisonsOf(access);

  test('a query finds what its comparisons hold of, in the order of its sort key', async () => {
    await fc.assert(
      fc.asyncProperty(comparisons, fc.boolean(), async (conditions, descending) => {
        const query = queryOf(conditions, access.index);
        const found: Visit[] = await (descending ? query.descending() : query).all();
        expect(byKey(found)).toEqual(byKey(everyVisit.filter((visit) => holds({ kind: 'and', conditions }, visit))));
        const sorted = found.map(access.sorted);
        if (descending) sorted.reverse();
        for (const [i, key] of sorted.slice(1).entries()) expect(order(sorted[i], key)).toBeLessThanOrEqual(0);
      }),
      { seed, numRuns: 150 },
    );
  });

  test('it is read and finds the same, in whatever order its comparisons were written', async () => {
    const shuffled = comparisons.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([one, other]) => {
        const { index, keyCondition } = queryOf(one).explain();
        expect(index).toBe(access.index);
        expect(queryOf(other).explain()).toMatchObject({ index, keyCondition });
        expect(await queryOf(other).all()).toEqual(await queryOf(one).all());
      }),
      { seed, numRuns: 75 },
    );
  });

  test('its limit is the first of all it finds', async () => {
    await fc.assert(
      fc.asyncProperty(comparisons, fc.integer({ min: 1, max: 5 }), async (conditions, limit) => {
        const query = queryOf(conditions, access.index);
        const all: Visit[] = await query.all();
        expect(await query.limit(limit).all()).toEqual(all.slice(0, limit));
        expect(await query.first()).toEqual(all[0]);
        expect(await query.count()).toBe(all.length);
      }),
      { seed, numRuns: 40 },
    );
  });
});
