import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attribute, AttributeKind } from '../attribute.ts';
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

/** DynamoDB's type of each kind. */
const STORED_TYPES: Partial<Record<AttributeKind, keyof AttributeValue>> = {
  string: 'S',
  number: 'N',
  integer: 'N',
  bigint: 'N',
  decimal: 'N',
  boolean: 'BOOL',
  binary: 'B',
  date: 'S',
  ttl: 'N',
  list: 'L',
  map: 'M',
  record: 'M',
  stringSet: 'SS',
  numberSet: 'NS',
  binarySet: 'BS',
  json: 'S',
};

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
    const message = `is stored as ${Object.keys(other)[0]}, expected ${STORED_TYPES[attribute.kind]}`;
    expect(() => codec.read(other)).toThrow(expect.objectContaining({ keyword: 'type', message }));
  });
});

describe('types', () => {
  class Money {
    amount = 5;
  }
  const wrong: [string, Attribute, unknown, message: string][] = [
    ['a number for a string', string(), 5, 'must be a string'],
    ['a string for a number', number(), '5', 'must be a number'],
    ['NaN', number(), Number.NaN, 'must be a finite number'],
    ['a fraction for an integer', integer(), 1.5, 'must be a safe integer'],
    ['an unsafe integer', integer(), 2 ** 53, 'must be a safe integer'],
    ['a number for a bigint', bigint(), 5, 'must be a bigint'],
    ['a bigint of 39 digits', bigint(), 10n ** 38n + 1n, 'must have at most 38 significant digits'],
    ['a number for a decimal', decimal(), 5, 'must be a decimal number in a string'],
    ['text for a decimal', decimal(), 'five', 'must be a decimal number'],
    ['1 for true', boolean(), 1, 'must be true or false'],
    ['an array for bytes', binary(), [1, 2], 'must be a Uint8Array'],
    ['an ArrayBuffer for bytes', binary(), new ArrayBuffer(2), 'must be a Uint8Array'],
    ['text for a date', date(), '2026-01-31T12:00:00.000Z', 'must be a Date'],
    ['an invalid date', date(), new Date(Number.NaN), 'must be a valid Date'],
    ['a number for a ttl', ttl(), 1_700_000_000, 'must be a Date'],
    ['an invalid date for a ttl', ttl(), new Date(Number.NaN), 'must be a valid Date'],
    ['an array for a set', stringSet(), ['a'], 'must be a Set'],
    ['an array for a number set', numberSet(), [1], 'must be a Set'],
    ['an array for a binary set', binarySet(), [new Uint8Array(1)], 'must be a Set'],
    ['a set for a list', list(string()), new Set(['a']), 'must be an array'],
    ['an object for a list', list(string()), { 0: 'a', length: 1 }, 'must be an array'],
    ['a class instance for a map', map({ amount: number() }), new Money(), 'must be a plain object'],
    ['a Map for a map', map({ amount: number() }), new Map([['amount', 5]]), 'must be a plain object'],
    ['an array for a map', map({}), [], 'must be a plain object'],
    ['a Date for a record', record(string()), new Date(), 'must be a plain object'],
    ['a class instance for a record', record(number()), new Money(), 'must be a plain object'],
    ['a Map for a record', record(number()), new Map([['a', 1]]), 'must be a plain object'],
    ['null', string(), null, 'must be a string'],
    ['null for an optional attribute', string({ optional: true }), null, 'must be a string'],
    ['null for a map', map({}), null, 'must be a plain object'],
    ['a function for JSON', json(), () => 1, 'must be a value JSON can hold'],
    ['undefined for JSON', json(), undefined, 'must be a value JSON can hold'],
    ['a bigint for JSON', json(), { total: 5n }, 'must be a value JSON can hold'],
  ];

  it.each(wrong)('refuse %s', (_what, attribute, value, message) => {
    const codec = attributeCodec(attribute, false);
    const problem = expect.objectContaining({ keyword: 'type', path: '', message });
    expect(() => codec.write(value)).toThrow(problem);
    // The start of a date's text is what beginsWith takes.
    if (attribute.kind !== 'date' || typeof value !== 'string') expect(() => codec.operand(value)).toThrow(problem);
  });

  it('refuse a cycle in JSON as a problem', () => {
    const cycle: { self?: object } = {};
    cycle.self = cycle;
    expect(() => attributeCodec(json(), false).write(cycle)).toThrow(expect.objectContaining({ keyword: 'type' }));
  });

  const lost: [string, unknown, path: string, message: string][] = [
    ['NaN', { a: [1, Number.NaN] }, 'a[1]', 'must be a value JSON can hold'],
    ['infinity', { a: { b: Number.POSITIVE_INFINITY } }, 'a.b', 'must be a value JSON can hold'],
    ['undefined in an array', [undefined], '[0]', 'must be a value JSON can hold'],
    ['a function', { a: () => 1 }, 'a', 'must be a value JSON can hold'],
    ['a symbol', { a: Symbol('a') }, 'a', 'must be a value JSON can hold'],
    ['a Date', { a: new Date(0) }, 'a', 'must be a plain object'],
    ['a Map', { a: [new Map([['b', 1]])] }, 'a[0]', 'must be a plain object'],
    ['a class instance', { a: new Money() }, 'a', 'must be a plain object'],
  ];

  it.each(lost)('refuse %s in JSON, which would be dropped or changed', (_what, value, path, message) => {
    const problem = expect.objectContaining({ keyword: 'type', path, message });
    expect(() => attributeCodec(json(), false).write(value)).toThrow(problem);
  });

  it('leave undefined properties out of JSON', () => {
    expect(attributeCodec(json(), false).write({ a: 1, b: undefined })).toEqual({ S: '{"a":1}' });
  });

  it('have all a codec', () => {
    const unknown = { kind: 'unknown', options: {} } as unknown as Attribute;
    expect(() => attributeCodec(unknown, false)).toThrow(/^No codec for attributes of kind unknown$/);
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
  const LOSES_DIGITS = 'has more digits than a JavaScript number holds: declare the attribute as bigint() or decimal()';
  const unreadable: [string, Attribute, AttributeValue, message: string][] = [
    ['a number of 18 digits', number(), { N: '123456789012345678' }, LOSES_DIGITS],
    ['a number between two JavaScript numbers', number(), { N: '9007199254740993' }, LOSES_DIGITS],
    ['a fraction of 20 digits', number(), { N: '0.12345678901234567891' }, LOSES_DIGITS],
    ['an unsafe integer', integer(), { N: '9007199254740992' }, 'is stored as a number that is no safe integer'],
    ['a fraction in an integer', integer(), { N: '1.5' }, 'is stored as a number that is no safe integer'],
    ['a fraction in a bigint', bigint(), { N: '1.5' }, 'is stored as a number with a fraction'],
    ['a number of 18 digits in a set', numberSet(), { NS: ['1', '123456789012345678'] }, LOSES_DIGITS],
    ['text that is no number', number(), { N: 'twelve' }, LOSES_DIGITS],
    ['text that is no date', date(), { S: 'yesterday' }, 'is stored as text that is no ISO 8601 date'],
    [
      'text that only Date.parse takes for a date',
      date(),
      { S: 'March 7, 2026' },
      'is stored as text that is no ISO 8601 date',
    ],
    [
      'a lone number that Date.parse takes for a year',
      date(),
      { S: '1' },
      'is stored as text that is no ISO 8601 date',
    ],
    [
      'a ttl in milliseconds of the far future',
      ttl(),
      { N: '17000000000000' },
      'is stored as a number that is no time',
    ],
    ['text that is no JSON', json(), { S: '{' }, 'is stored as text that is no JSON'],
    ['no value at all in any()', any(), {} as AttributeValue, 'is stored as nothing, expected a known type'],
    [
      'NULL in an attribute that is not nullable',
      string({ optional: true }),
      { NULL: true },
      'is stored as NULL, expected S',
    ],
  ];

  it.each(unreadable)('%s: refused, not altered', (_what, attribute, stored, message) => {
    const problem = expect.objectContaining({ keyword: 'type', message });
    expect(() => attributeCodec(attribute, false).read(stored)).toThrow(problem);
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
  it('apply all, however many there are', () => {
    const two = attributeCodec(string({ minLength: 2, pattern: '^a' }), false);
    const three = attributeCodec(string({ minLength: 2, maxLength: 3, pattern: '^a' }), false);
    for (const { write } of [two, three]) {
      expect(write('ab')).toEqual({ S: 'ab' });
      expect(() => write('a')).toThrow(expect.objectContaining({ keyword: 'minLength' }));
      expect(() => write('ba')).toThrow(expect.objectContaining({ keyword: 'pattern' }));
    }
    expect(() => three.write('abcd')).toThrow(expect.objectContaining({ keyword: 'maxLength' }));
  });

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
