import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attribute } from '../attribute.ts';
import {
  any,
  bigint,
  binary,
  binarySet,
  boolean,
  createdAt,
  date,
  decimal,
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
} from '../attribute-builders.ts';
import { attributeCodec } from './attribute-codec.ts';
import type { AttributeValue } from './attribute-value.ts';
import { canonicalDecimal } from './numbers.ts';

const storable = (value: number): boolean => value === 0 || (Math.abs(value) >= 1e-130 && Math.abs(value) < 1e126);
const numbers = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .filter(storable)
  .map((value) => value + 0); // DynamoDB has one zero
const texts = fc.string({ unit: 'grapheme' });
const bytes = fc.uint8Array({ maxLength: 20 });
const dates = fc.date({ noInvalidDate: true });
const keys = fc
  .oneof(texts, fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty'))
  .filter((key) => key !== '');
const decimals = fc
  .tuple(fc.stringMatching(/^-?[1-9][0-9]{0,37}$/), fc.integer({ min: -130, max: 80 }))
  .map(([digits, power]) => canonicalDecimal(`${digits}e${power}`));
const setOf = <T>(element: fc.Arbitrary<T>): fc.Arbitrary<Set<T>> =>
  fc.uniqueArray(element, { minLength: 1, maxLength: 5, selector: identity }).map((elements) => new Set(elements));

/** What two elements of a set must differ in. */
const identity = (element: unknown): unknown =>
  element instanceof Uint8Array ? Buffer.from(element).toString('latin1') : element;

/** An object as JSON.parse makes it: `__proto__` is a property like any other. */
function ownProperties<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries);
}

const lines = map({ sku: string(), quantity: integer(), constructor: string({ optional: true }) });
const lineValues = fc.record({ sku: texts, quantity: fc.maxSafeInteger() });

const kinds: [name: string, attribute: Attribute, values: fc.Arbitrary<unknown>][] = [
  ['string', string(), texts],
  ['number', number(), numbers],
  ['integer', integer(), fc.maxSafeInteger()],
  ['bigint', bigint(), fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })],
  ['decimal', decimal(), decimals],
  ['boolean', boolean(), fc.boolean()],
  ['binary', binary(), bytes],
  ['date', date(), dates],
  ['ttl', ttl(), fc.integer({ min: 0, max: 1e10 }).map((seconds) => new Date(seconds * 1000))],
  ['list', list(lines), fc.array(lineValues, { maxLength: 5 })],
  ['nested list', list(list(date({ nullable: true }))), fc.array(fc.array(fc.option(dates), { maxLength: 4 }))],
  ['map', lines, lineValues],
  ['record', record(numberSet()), fc.array(fc.tuple(keys, setOf(numbers)), { maxLength: 5 }).map(ownProperties)],
  ['stringSet', stringSet(), setOf(texts)],
  ['numberSet', numberSet(), setOf(numbers)],
  ['binarySet', binarySet(), setOf(bytes)],
  ['json', json(), fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)))],
  [
    'any',
    any(),
    fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        texts,
        numbers,
        fc
          .bigInt({ min: 2n ** 60n + 1n, max: 10n ** 38n - 1n })
          .map((whole) => (whole % 2n === 0n ? whole + 1n : whole)),
        fc.boolean(),
        fc.constant(null),
        bytes,
        setOf(texts),
        setOf(numbers),
        setOf(bytes),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.array(fc.tuple(keys, tie('value')), { maxLength: 4 }).map(ownProperties),
      ),
    })).value,
  ],
  ['nullable string', string({ nullable: true }), fc.option(texts)],
  ['nullable map', map({ at: date() }, { nullable: true }), fc.option(fc.record({ at: dates }))],
];

/** A value as the network gives it back: a new object. */
function overTheWire(value: AttributeValue): AttributeValue {
  return structuredClone(value);
}

describe.each(kinds)('%s', (_name, attribute, values) => {
  const codec = attributeCodec(attribute, false);

  it('reads back every value it writes', () => {
    fc.assert(
      fc.property(values, (value) => {
        const read = codec.read(overTheWire(codec.write(value)));
        expect(read).toEqual(value);
      }),
    );
  });

  it('compares with what it writes', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(codec.operand(value)).toEqual(codec.write(value));
      }),
    );
  });

  it('refuses a stored value of another type, and says which', () => {
    const other: AttributeValue = attribute.kind === 'boolean' ? { NULL: true } : { BOOL: true };
    if (attribute.kind === 'any') return expect(codec.read(other)).toBe(true);
    expect(() => codec.read(other)).toThrow(
      expect.objectContaining({ keyword: 'type', message: expect.stringContaining(Object.keys(other)[0] as string) }),
    );
  });
});

describe('types', () => {
  class Money {
    amount = 5;
  }
  const wrong: [string, Attribute, unknown][] = [
    ['a number for a string', string(), 5],
    ['a string for a number', number(), '5'],
    ['NaN', number(), Number.NaN],
    ['a fraction for an integer', integer(), 1.5],
    ['an unsafe integer', integer(), 2 ** 53],
    ['a number for a bigint', bigint(), 5],
    ['a bigint of 39 digits', bigint(), 10n ** 38n + 1n],
    ['a number for a decimal', decimal(), 5],
    ['text for a decimal', decimal(), 'five'],
    ['1 for true', boolean(), 1],
    ['an array for bytes', binary(), [1, 2]],
    ['an ArrayBuffer for bytes', binary(), new ArrayBuffer(2)],
    ['text for a date', date(), '2026-01-31T12:00:00.000Z'],
    ['an invalid date', date(), new Date(Number.NaN)],
    ['a number for a ttl', ttl(), 1_700_000_000],
    ['an invalid date for a ttl', ttl(), new Date(Number.NaN)],
    ['an array for a set', stringSet(), ['a']],
    ['an array for a number set', numberSet(), [1]],
    ['an array for a binary set', binarySet(), [new Uint8Array(1)]],
    ['a set for a list', list(string()), new Set(['a'])],
    ['an object for a list', list(string()), { 0: 'a', length: 1 }],
    ['a class instance for a map', map({ amount: number() }), new Money()],
    ['a Map for a map', map({ amount: number() }), new Map([['amount', 5]])],
    ['an array for a map', map({}), []],
    ['a Date for a record', record(string()), new Date()],
    ['a class instance for a record', record(number()), new Money()],
    ['a Map for a record', record(number()), new Map([['a', 1]])],
    ['null', string(), null],
    ['null for an optional attribute', string({ optional: true }), null],
    ['null for a map', map({}), null],
    ['a function for JSON', json(), () => 1],
    ['undefined for JSON', json(), undefined],
    ['a bigint for JSON', json(), { total: 5n }],
  ];

  it.each(wrong)('refuse %s', (_what, attribute, value) => {
    const codec = attributeCodec(attribute, false);
    const problem = expect.objectContaining({ keyword: 'type', path: '' });
    expect(() => codec.write(value)).toThrow(problem);
    // The start of a date's text is what beginsWith takes.
    if (attribute.kind !== 'date' || typeof value !== 'string') expect(() => codec.operand(value)).toThrow(problem);
  });

  it('refuse a cycle in JSON as a problem', () => {
    const cycle: { self?: object } = {};
    cycle.self = cycle;
    expect(() => attributeCodec(json(), false).write(cycle)).toThrow(expect.objectContaining({ keyword: 'type' }));
  });

  it('never put the value into the message', () => {
    for (const [, attribute] of wrong) {
      try {
        attributeCodec(attribute, false).write('s3cret');
      } catch (problem) {
        expect(JSON.stringify(problem)).not.toContain('s3cret');
      }
    }
  });
});

describe('stored values', () => {
  const unreadable: [string, Attribute, AttributeValue][] = [
    ['a number of 18 digits', number(), { N: '123456789012345678' }],
    ['a number between two JavaScript numbers', number(), { N: '9007199254740993' }],
    ['a fraction of 20 digits', number(), { N: '0.12345678901234567891' }],
    ['an unsafe integer', integer(), { N: '9007199254740992' }],
    ['a fraction in an integer', integer(), { N: '1.5' }],
    ['a fraction in a bigint', bigint(), { N: '1.5' }],
    ['a number of 18 digits in a set', numberSet(), { NS: ['1', '123456789012345678'] }],
    ['text that is no number', number(), { N: 'twelve' }],
    ['text that is no date', date(), { S: 'yesterday' }],
    ['text that only Date.parse takes for a date', date(), { S: 'March 7, 2026' }],
    ['a lone number that Date.parse takes for a year', date(), { S: '1' }],
    ['a ttl in milliseconds of the far future', ttl(), { N: '17000000000000' }],
    ['text that is no JSON', json(), { S: '{' }],
    ['no value at all in any()', any(), {} as AttributeValue],
    ['NULL in an attribute that is not nullable', string({ optional: true }), { NULL: true }],
  ];

  it.each(unreadable)('%s: refused, not altered', (_what, attribute, stored) => {
    expect(() => attributeCodec(attribute, false).read(stored)).toThrow(expect.objectContaining({ keyword: 'type' }));
  });

  const dates: [stored: string, time: string][] = [
    ['2026-01-31T12:00:00.000Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T12:00:00.123456Z', '2026-01-31T12:00:00.123Z'],
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['-000001-01-01T00:00:00.000Z', '-000001-01-01T00:00:00.000Z'],
  ];

  it.each(dates)('%s is a date', (stored, time) => {
    expect((attributeCodec(date(), false).read({ S: stored }) as Date).toISOString()).toBe(time);
  });

  it('a ttl is rounded down to seconds', () => {
    const codec = attributeCodec(ttl(), false);
    expect(codec.write(new Date('2026-01-31T12:00:00.999Z'))).toEqual({ N: '1769860800' });
    expect(codec.read({ N: '1769860800' })).toEqual(new Date('2026-01-31T12:00:00.000Z'));
  });

  it.each([0, false, '', new Uint8Array(0), new Uint8Array(2)])('%j is a value, not an absence', (value) => {
    const codec = attributeCodec(any(), false);
    expect(codec.read(codec.write(value))).toEqual(value);
  });
});

describe('operands', () => {
  it('are checked for their type and not for the keywords', () => {
    const codec = attributeCodec(string({ minLength: 5 }), false);
    expect(codec.operand('ab')).toEqual({ S: 'ab' });
    expect(() => codec.write('ab')).toThrow(expect.objectContaining({ keyword: 'minLength' }));
  });

  it('may be the start of a date', () => {
    expect(attributeCodec(date(), false).operand('2026-01')).toEqual({ S: '2026-01' });
  });
});

describe('keywords', () => {
  it('do not apply to null', () => {
    expect(attributeCodec(string({ nullable: true, minLength: 5 }), false).write(null)).toEqual({ NULL: true });
  });

  it('do not apply to stored values, which an older model may have written', () => {
    expect(attributeCodec(string({ enum: ['a'] }), false).read({ S: 'b' })).toBe('b');
  });
});

describe('what only an attribute of the item itself can be', () => {
  it.each([
    [map({ email: string({ unique: true }) }), /email: is unique/],
    [list(string({ unique: true })), /is unique/],
    [map({ at: createdAt() }), /at: is createdAt\(\)/],
  ])('is refused further in', (attribute, message) => {
    expect(() => attributeCodec(attribute, false)).toThrow(message);
  });
});
