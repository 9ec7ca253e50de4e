import {
  any,
  bigint,
  binary,
  binarySet,
  boolean,
  date,
  decimal,
  defineModel,
  integer,
  json,
  list,
  map,
  number,
  numberSet,
  record,
  string,
  stringSet,
  ttl,
} from '@tabletheory/core';
import { afterAll, expect, test } from 'vitest';
import { startTables } from '../support/tables-on-engine.ts';

/** One attribute of every kind. */
const Everything = defineModel({
  name: 'Everything',
  table: 'everything',
  key: { partition: 'id', sort: 'rank' },
  attributes: {
    id: string(),
    rank: integer(),
    text: string(),
    real: number(),
    yes: boolean(),
    no: boolean(),
    huge: bigint(),
    exact: decimal(),
    bytes: binary(),
    day: date(),
    until: ttl(),
    words: stringSet(),
    numbers: numberSet(),
    blobs: binarySet(),
    nothing: string({ nullable: true }),
    absent: string({ optional: true }),
    settings: json<{ theme: string; sizes: number[] }>(),
    whatever: any(),
    places: list(map({ name: string(), seen: date(), codes: stringSet() })),
    byName: record(number()),
  },
});

const shop = await startTables({ everything: Everything });
const { everything } = shop.tables;
afterAll(() => shop[Symbol.asyncDispose]());

test('values of every kind come back as they were', async () => {
  const item = {
    id: 'ä/€/😀',
    rank: 0,
    text: '',
    real: -1.5e-7,
    yes: true,
    no: false,
    huge: 12345678901234567890123456789012345678n,
    exact: '-0.1234567890123456789012345678901234567',
    bytes: new Uint8Array([0, 255, 0]),
    day: new Date('0999-01-01T00:00:00.001Z'),
    until: new Date('2033-05-18T03:33:20.000Z'),
    words: new Set(['b', 'a']),
    numbers: new Set([0, -1, 2.5]),
    blobs: new Set([new Uint8Array([1]), new Uint8Array([2])]),
    nothing: null,
    settings: { theme: 'dark', sizes: [1, 2] },
    whatever: {
      list: [1, 'two', null, true, { deep: new Set(['x']) }],
      big: 9007199254740993n,
      bytes: new Uint8Array([7]),
      constructor: 'text',
      ['__proto__']: { polluted: true },
    },
    places: [
      { name: 'here', seen: new Date(0), codes: new Set(['c']) },
      { name: '', seen: new Date(1), codes: new Set(['d', 'e']) },
    ],
    byName: { toString: 1, ['__proto__']: 2, '': 3, 'a.b[0]': 4 },
  };
  const created = await everything.create(item);
  expect(created).toEqual(item);
  const read = await everything.getOrThrow({ id: item.id, rank: 0 });
  expect(read).toEqual(item);
  expect(Object.keys(read.byName).sort()).toEqual(['', '__proto__', 'a.b[0]', 'toString']);
  expect(Object.hasOwn(read.whatever, '__proto__')).toBe(true);
  expect(Object.getPrototypeOf(read.whatever)).toBe(Object.prototype);
  expect(read).not.toHaveProperty('absent');
});
