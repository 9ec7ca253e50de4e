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
  ValidationFailedError,
} from '@tabletheory/core';
import { afterAll, expect, test } from 'vitest';
import { recordOperations } from '../support/recorded-operations.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';

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
    byName: { toString: 1, ['__proto__']: 2, 'a.b[0]': 3 },
  };
  const created = await everything.create(item);
  expect(created).toEqual(item);
  const read = await everything.getOrThrow({ id: item.id, rank: 0 });
  expect(read).toEqual(item);
  expect(Object.keys(read.byName).sort()).toEqual(['__proto__', 'a.b[0]', 'toString']);
  expect(Object.hasOwn(read.whatever, '__proto__')).toBe(true);
  expect(Object.getPrototypeOf(read.whatever)).toBe(Object.prototype);
  expect(read).not.toHaveProperty('absent');
});

const Picture = defineModel({
  name: 'Picture',
  table: 'pictures',
  key: { partition: 'id' },
  attributes: { id: binary(), one: binary(), several: binarySet(), free: any(), counts: record(number()) },
});
const gallery = await startTables({ pictures: Picture });
const { pictures } = gallery.tables;
afterAll(() => gallery[Symbol.asyncDispose]());

test('a Buffer comes back as a Uint8Array of its own, from a create as from a get', async () => {
  const given = () => Buffer.from([1, 2]);
  const item = { id: given(), one: given(), several: new Set([given()]), free: [given()], counts: {} };
  const plain = new Uint8Array([1, 2]);
  const expected = { id: plain, one: plain, several: new Set([plain]), free: [plain], counts: {} };
  const created = await pictures.create(item);
  const [transacted] = await gallery.tables.$transactWrite((tx) => [tx.pictures.put(item)]);
  item.one.fill(0);
  expect(created).toStrictEqual(expected);
  expect(transacted).toStrictEqual(expected);
  expect(await pictures.get({ id: plain })).toStrictEqual(expected);
});

test('an empty key of a map is refused before it is sent, with its place', async () => {
  const { operations, observe } = recordOperations();
  const one = new Uint8Array([1]);
  const item = { id: one, one, several: new Set([one]), free: { list: [{ '': 1 }] }, counts: { a: 1, '': 2 } };
  const error = await thrownBy(gallery.tables.$bind({ observe }).pictures.create(item), ValidationFailedError);
  expect(error.problems).toMatchObject([
    { path: 'free.list[0]', keyword: 'propertyNames' },
    { path: 'counts', keyword: 'propertyNames' },
  ]);
  expect(operations).toEqual([]);
});
