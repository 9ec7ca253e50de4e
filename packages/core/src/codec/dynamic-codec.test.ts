import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredItem } from './attribute-value.ts';
import { decodeAny, encodeAny } from './dynamic-codec.ts';
import { ExactNumber } from './exact-number.ts';

/** Values that util-dynamodb and any() both accept: plain data without the cases util-dynamodb alters. */
const shared = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.maxSafeInteger(),
    fc.integer({ min: -1000, max: 1000 }).map((thousandths) => thousandths / 1000 + 0),
    // Odd, so that all of its 21 digits or more count: a JavaScript number would round it.
    fc.bigInt({ min: 10n ** 20n, max: 10n ** 30n }).map((whole) => whole | 1n),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 10 }),
    fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 }).map((elements) => new Set(elements)),
    fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 4 }).map((elements) => new Set(elements)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__' && key !== ''),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

/** What util-dynamodb makes, as it is on the wire: bytes in base64. */
function wireForm(stored: object): StoredItem {
  const base64 = (_key: string, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  return JSON.parse(JSON.stringify(stored, base64));
}

describe('any(), beside util-dynamodb', () => {
  it('writes what marshall writes', () => {
    fc.assert(
      fc.property(shared, (value) => {
        expect(encodeAny({ value })).toEqual({ M: wireForm(marshall({ value })) });
      }),
      { numRuns: 300 },
    );
  });

  it('reads what unmarshall reads', () => {
    fc.assert(
      fc.property(shared, (value) => {
        const stored = marshall({ value });
        expect(decodeAny({ M: wireForm(stored) })).toEqual(unmarshall(stored));
      }),
      { numRuns: 300 },
    );
  });
});

describe('any()', () => {
  it('keeps a key __proto__ as data', () => {
    const value = JSON.parse('{"__proto__": {"admin": true}, "constructor": 1, "toString": null}');
    const encoded = encodeAny(value);
    expect(Object.keys(encoded.M ?? {})).toEqual(['__proto__', 'constructor', 'toString']);
    const decoded = decodeAny(structuredClone(encoded)) as Record<string, unknown>;
    expect(Object.keys(decoded)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect(decoded.admin).toBeUndefined();
  });

  it('stores a Date as ISO 8601 text, at any depth', () => {
    const at = new Date('2026-01-31T12:00:00.000Z');
    expect(encodeAny({ list: [at], set: new Set([at]) })).toEqual({
      M: { list: { L: [{ S: at.toISOString() }] }, set: { SS: [at.toISOString()] } },
    });
  });

  it('leaves out undefined properties and refuses undefined elements', () => {
    expect(encodeAny({ a: 1, b: undefined })).toEqual({ M: { a: { N: '1' } } });
    expect(() => encodeAny({ list: [1, undefined] })).toThrow(expect.objectContaining({ path: 'list[1]' }));
  });

  it('refuses a hole in an array like an undefined element', () => {
    const sparse: unknown[] = [1];
    sparse[2] = 3;
    expect(() => encodeAny({ sparse })).toThrow(expect.objectContaining({ path: 'sparse[1]', keyword: 'type' }));
  });

  it('reads a whole number as a bigint where a number would round it', () => {
    expect(decodeAny({ N: '9007199254740993' })).toBe(9007199254740993n);
    expect(decodeAny({ N: '9007199254740992' })).toBe(9007199254740992);
    expect(decodeAny({ NS: ['1', '9007199254740993'] })).toEqual(new Set([1, 9007199254740993n]));
  });

  it('accepts an object without a prototype', () => {
    expect(encodeAny(Object.assign(Object.create(null), { a: 1 }))).toEqual({ M: { a: { N: '1' } } });
  });

  class Point {
    x = 1;
  }

  it.each([
    ['a class instance', new Point(), 'must be a plain object'],
    ['a Map', new Map([['a', 1]]), 'must be a plain object'],
    ['a function', () => 1, 'must not be of type function: DynamoDB cannot hold it'],
    ['a symbol', Symbol('a'), 'must not be of type symbol: DynamoDB cannot hold it'],
    ['undefined', undefined, 'must not be of type undefined: DynamoDB cannot hold it'],
    ['NaN', Number.NaN, 'must be a finite number'],
    ['Infinity', Number.POSITIVE_INFINITY, 'must be a finite number'],
    ['an invalid Date', new Date(Number.NaN), 'must be a valid Date'],
    ['a boxed string', Object('a'), 'must be a plain object'],
    ['a bigint of 39 digits', 10n ** 38n + 1n, 'must have at most 38 significant digits'],
    ['a regular expression', /a/, 'must be a plain object'],
    ['an Error', new Error('a'), 'must be a plain object'],
    ['a Set of different types', new Set([1, 'a']), 'must be a Set of strings, of numbers or of byte arrays'],
    ['a Set of Sets', new Set([new Set(['a'])]), 'must be a Set of strings, of numbers or of byte arrays'],
    ['a Set of booleans', new Set([true]), 'must be a Set of strings, of numbers or of byte arrays'],
  ])('refuses %s, alone and nested', (_what, value, message) => {
    expect(() => encodeAny(value)).toThrow(expect.objectContaining({ keyword: 'type', message }));
    expect(() => encodeAny([value])).toThrow(expect.objectContaining({ keyword: 'type' }));
    if (value !== undefined) {
      expect(() => encodeAny({ a: { b: value } })).toThrow(expect.objectContaining({ path: 'a.b', keyword: 'type' }));
    }
  });

  it('refuses an empty key, which DynamoDB does not take', () => {
    for (const [value, path] of [
      [{ '': 1 }, ''],
      [{ a: [{ b: 1, '': 2 }] }, 'a[0]'],
    ] as const) {
      expect(() => encodeAny(value)).toThrow(expect.objectContaining({ path, keyword: 'propertyNames' }));
    }
  });

  it('refuses an empty Set', () => {
    const message = 'must not be an empty Set: DynamoDB has none, leave the attribute out instead';
    const problem = expect.objectContaining({ path: 'a', keyword: 'minItems', message });
    expect(() => encodeAny({ a: new Set() })).toThrow(problem);
  });

  it('keeps every digit of a stored number that no JavaScript number is', () => {
    const stored = { M: { list: { L: [{ N: '1' }, { N: '0.12345678901234567891' }] } } };
    const read = decodeAny(stored) as { list: unknown[] };
    expect(read.list[1]).toEqual(new ExactNumber('0.12345678901234567891'));
    expect(JSON.stringify(read)).toBe('{"list":[1,"0.12345678901234567891"]}');
    expect(String(read.list[1])).toBe('0.12345678901234567891');
    expect(encodeAny(read)).toEqual(stored);
  });

  it('refuses a set whose elements are one in the table', () => {
    for (const value of [new Set([1, 1n]), new Set([new Uint8Array([1]), new Uint8Array([1])])]) {
      expect(() => encodeAny(value)).toThrow(expect.objectContaining({ keyword: 'uniqueItems' }));
    }
  });
});
