import { describe, expect, it } from 'vitest';
import {
  any,
  binary,
  binarySet,
  date,
  list,
  map,
  number,
  numberSet,
  record,
  string,
  stringSet,
} from '../attribute-builders.ts';
import { attributeCodec } from './attribute-codec.ts';

const codec = (attribute: Parameters<typeof attributeCodec>[0]) => attributeCodec(attribute, false);

describe('nested values', () => {
  const at = new Date('2026-01-31T12:00:00.000Z');
  const attribute = map({
    dates: list(date()),
    byName: record(date()),
    inner: map({ at: date(), tags: stringSet() }),
    sets: list(numberSet()),
    setsByName: record(binarySet()),
    free: any(),
  });
  const value = {
    dates: [at],
    byName: { first: at },
    inner: { at, tags: new Set(['a', 'b']) },
    sets: [new Set([1, 2]), new Set([0])],
    setsByName: { keys: new Set([new Uint8Array([0, 1])]) },
    free: { tags: new Set(['a']), bytes: new Uint8Array([0]) },
  };

  it('keep their types at any depth', () => {
    expect(codec(attribute).read(structuredClone(codec(attribute).write(value)))).toEqual(value);
  });

  it('are stored in their natural types', () => {
    expect(codec(attribute).write(value)).toEqual({
      M: {
        dates: { L: [{ S: at.toISOString() }] },
        byName: { M: { first: { S: at.toISOString() } } },
        inner: { M: { at: { S: at.toISOString() }, tags: { SS: ['a', 'b'] } } },
        sets: { L: [{ NS: ['1', '2'] }, { NS: ['0'] }] },
        setsByName: { M: { keys: { BS: ['AAE='] } } },
        free: { M: { tags: { SS: ['a'] }, bytes: { B: 'AA==' } } },
      },
    });
  });
});

describe('problems', () => {
  const order = map({ lines: list(map({ sku: string(), prices: record(number()) })) });
  const line = { sku: 'a', prices: {} };

  it.each([
    ['lines[1].sku', { lines: [line, { ...line, sku: 5 }] }],
    ['lines[0].prices.eur', { lines: [{ ...line, prices: { eur: '5' } }] }],
    ['lines[1]', { lines: [line, undefined] }],
    ['lines[0].colour', { lines: [{ ...line, colour: 'red' }] }],
    ['lines[0].prices', { lines: [{ sku: 'a' }] }],
    ['lines', {}],
  ])('are found at %s on writing', (path, value) => {
    expect(() => codec(order).write(value)).toThrow(expect.objectContaining({ path }));
  });

  it('are found on reading', () => {
    const stored = { M: { lines: { L: [{ M: { sku: { S: 'a' }, prices: { M: { eur: { S: '5' } } } } }] } } };
    expect(() => codec(order).read(stored)).toThrow(
      expect.objectContaining({ path: 'lines[0].prices.eur', message: 'is stored as S, expected N' }),
    );
  });
});

describe('sets', () => {
  it.each([stringSet(), numberSet(), binarySet()])('are never empty: DynamoDB has no empty set', (attribute) => {
    const message = 'must not be an empty Set: DynamoDB has none, leave the attribute out instead';
    expect(() => codec(attribute).write(new Set())).toThrow(expect.objectContaining({ keyword: 'minItems', message }));
  });

  it.each([
    [stringSet(), ['a', 1], 'must be a Set of strings'],
    [numberSet(), [1, '2'], 'must be a Set of numbers'],
    [numberSet(), [Number.NaN], 'must be a finite number'],
    [binarySet(), [[1]], 'must be a Set of Uint8Arrays'],
    [binarySet(), ['a'], 'must be a Set of Uint8Arrays'],
  ])('hold elements of one type %#', (attribute, elements, message) => {
    const problem = expect.objectContaining({ keyword: 'type', message });
    expect(() => codec(attribute).write(new Set<unknown>(elements))).toThrow(problem);
  });

  it('hold no bytes twice', () => {
    const twice = new Set([new Uint8Array([1]), new Uint8Array([1])]);
    const problem = expect.objectContaining({ keyword: 'uniqueItems', message: 'must not hold one element twice' });
    expect(() => codec(binarySet()).write(twice)).toThrow(problem);
  });
});

describe('records', () => {
  const counts = codec(record(number()));

  it('take any key as data', () => {
    const value = JSON.parse('{"__proto__": 1, "constructor": 2, "a.b": 3}');
    const read = counts.read(structuredClone(counts.write(value))) as object;
    expect(Object.entries(read)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
      ['a.b', 3],
    ]);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it('have no empty key: DynamoDB refuses it', () => {
    const message = 'has an empty key, which DynamoDB cannot hold';
    const problem = expect.objectContaining({ path: 'byName', keyword: 'propertyNames', message });
    const attribute = codec(map({ byName: record(number()) }));
    for (const write of [attribute.write, attribute.operand]) {
      expect(() => write({ byName: { a: 1, '': 2 } })).toThrow(problem);
    }
    expect(counts.write({ '': undefined })).toEqual({ M: {} });
  });

  it('leave out undefined values', () => {
    expect(counts.write({ a: 1, b: undefined })).toEqual({ M: { a: { N: '1' } } });
  });
});

describe('what is shared', () => {
  it('no byte is shared with the value that was written, and a Buffer becomes a plain Uint8Array', () => {
    const attribute = map({ one: binary(), several: binarySet(), free: any() });
    const bytes = (): Buffer => Buffer.from([1, 2]);
    const value = { one: bytes(), several: new Set([bytes()]), free: { one: bytes(), several: new Set([bytes()]) } };
    const written = codec(attribute).write(value);
    for (const { one, several } of [value, value.free]) for (const given of [one, ...several]) given.fill(0);
    const plain = new Uint8Array([1, 2]);
    expect(codec(attribute).read(written)).toStrictEqual({
      one: plain,
      several: new Set([plain]),
      free: { one: plain, several: new Set([plain]) },
    });
  });

  it('no array, object or Set is shared with the value that was written', () => {
    const attribute = map({ list: list(number()), set: stringSet(), free: any() });
    const value = { list: [1], set: new Set(['a']), free: { list: [1], set: new Set([1]) } };
    const written = codec(attribute).write(value);
    value.list.push(2);
    value.set.add('b');
    value.free.list.push(2);
    value.free.set.add(2);
    const unchanged = { list: [1], set: new Set(['a']), free: { list: [1], set: new Set([1]) } };
    expect(codec(attribute).read(written)).toEqual(unchanged);
    const first = codec(attribute).read(written) as typeof value;
    first.list.push(3);
    first.set.add('c');
    first.free.list.push(3);
    expect(codec(attribute).read(written)).toEqual(unchanged);
  });
});
