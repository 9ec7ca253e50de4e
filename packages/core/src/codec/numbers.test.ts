import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalDecimal,
  compareNumbers,
  encodeNumber,
  isExact,
  isStorableNumber,
  shortDecimal,
  wholeNumber,
} from './numbers.ts';

/** Significant digits, a sign and a power of ten: every number DynamoDB can hold, and none it cannot. */
const numbers = fc.record({
  negative: fc.boolean(),
  digits: fc.stringMatching(/^[1-9][0-9]{0,37}$/),
  power: fc.integer({ min: -130, max: 88 }),
});

/** A few ways to write one number. */
const spellings = fc.record({
  digits: fc.stringMatching(/^[1-9][0-9]{0,37}$/),
  negative: fc.boolean(),
  /** Where the point stands, from the left of the digits. */
  point: fc.integer({ min: -30, max: 60 }),
  power: fc.integer({ min: -20, max: 20 }),
  zeros: fc.integer({ min: 0, max: 5 }),
});

function spell({ digits, negative, point, power, zeros }: typeof spellings extends fc.Arbitrary<infer T> ? T : never) {
  const padded = '0'.repeat(zeros) + digits.padEnd(Math.max(point, 0), '0');
  const at = zeros + Math.max(point, 0);
  const text =
    point <= 0
      ? `${'0'.repeat(zeros)}.${'0'.repeat(-point)}${digits}`
      : `${padded.slice(0, at)}${padded.length > at ? `.${padded.slice(at)}` : ''}`;
  return `${negative ? '-' : ''}${text}${power === 0 ? '' : `e${power}`}`;
}

const SCALE = 400;

/** A numeral's value times 10^400, worked out apart from the code under test. */
function scaled(numeral: string): bigint {
  const [mantissa = '', power = '0'] = numeral.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const magnitude = BigInt(`${whole}${fraction}` || '0') * 10n ** BigInt(SCALE - fraction.length + Number(power));
  return mantissa.startsWith('-') ? -magnitude : magnitude;
}

/** A JavaScript number's exact value times 2^1100, from its bits. */
function exactBits(value: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const exponent = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & ((1n << 52n) - 1n);
  const mantissa = exponent === 0 ? fraction : fraction | (1n << 52n);
  const magnitude = mantissa << BigInt(Math.max(exponent, 1) - 1075 + 1100);
  return raw >> 63n ? -magnitude : magnitude;
}

const OUT_OF_RANGE = 'is outside the range of numbers DynamoDB can store (1E-130 to 9.99E+125)';

describe('canonicalDecimal', () => {
  it('keeps the value of every spelling', () => {
    fc.assert(
      fc.property(spellings, (spelling) => {
        const text = spell(spelling);
        expect(scaled(canonicalDecimal(text))).toBe(scaled(text));
      }),
      { numRuns: 500 },
    );
  });

  it('gives all spellings of one number the same text', () => {
    fc.assert(
      fc.property(spellings, fc.integer({ min: -20, max: 20 }), (spelling, shift) => {
        const { point, power } = spelling;
        const other = { ...spelling, point: point + shift, power: power - shift, zeros: 0 };
        expect(canonicalDecimal(spell(other))).toBe(canonicalDecimal(spell(spelling)));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['0.10', '0.1'],
    ['+7', '7'],
    ['-0.000', '0'],
    ['007', '7'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1e3', '1000'],
    ['1E-3', '0.001'],
    ['99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
    ['9.9999999999999999999999999999999999999E+125', '9.9999999999999999999999999999999999999e125'],
    ['1E-130', '1e-130'],
    ['0e999', '0'],
    ['1e-21', `0.${'0'.repeat(20)}1`],
    ['1e-22', '1e-22'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalDecimal(text)).toBe(canonical);
  });

  it.each(['', ' ', '.', '-', 'e5', '1e', '1.2.3', '0x10', '1_000', '1,5', ' 1', '1 ', 'NaN', 'Infinity', '1e99999'])(
    'refuses %j, which is no decimal number',
    (text) => {
      const problem = expect.objectContaining({ keyword: 'type', message: 'must be a decimal number' });
      expect(() => canonicalDecimal(text)).toThrow(problem);
      expect(isStorableNumber(text)).toBe(false);
    },
  );

  it.each([
    ['39 significant digits', `1${'0'.repeat(37)}1`, 'must have at most 38 significant digits'],
    ['39 significant digits of a fraction', `0.${'1'.repeat(39)}`, 'must have at most 38 significant digits'],
    ['1E+126', '1E+126', OUT_OF_RANGE],
    ['less than 1E-130', '9E-131', OUT_OF_RANGE],
  ])('refuses %s', (_what, text, message) => {
    expect(() => canonicalDecimal(text)).toThrow(expect.objectContaining({ keyword: 'type', message }));
    expect(isStorableNumber(text)).toBe(false);
  });
});

describe('isExact', () => {
  it('says true only when the JavaScript number has all the digits', () => {
    fc.assert(
      fc.property(spellings, (spelling) => {
        const text = spell(spelling);
        const value = Number(text);
        // Exact means that the shortest text of the JavaScript number is the stored number: what a write sends back.
        expect(isExact(text, value)).toBe(scaled(String(value)) === scaled(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('says true of a whole number of up to 53 bits, and never of one that was rounded', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), (whole) => {
        const value = Number(whole);
        const safe = Number.isSafeInteger(value);
        if (safe) expect(isExact(String(whole), value)).toBe(true);
        if (isExact(String(whole), value)) expect(scaled(String(value))).toBe(scaled(String(whole)));
      }),
      { numRuns: 500 },
    );
  });

  it('says true of what every JavaScript number is written as', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = String(value);
        expect(isExact(text, Number(text))).toBe(true);
        expect(exactBits(Number(text) + 0)).toBe(exactBits(value + 0));
      }),
      { numRuns: 500 },
    );
  });

  it.each(['abc', '', 'Infinity', '-Infinity', '1e400', 'NaN'])('says false of %j', (text) => {
    if (text !== '') expect(isExact(text, Number(text))).toBe(false);
    expect(isExact(text, Number.NaN)).toBe(false);
  });

  it.each([
    '9007199254740993',
    '0.1234567890123456789',
    '123456789012345678',
    '1.00000000000000000001',
    '1.23456789e-320',
    '-1.2345678e-320',
  ])('says false of %s, which would be rounded', (text) => {
    expect(isExact(text, Number(text))).toBe(false);
  });

  it('says false of what is no decimal number, though JavaScript reads it', () => {
    expect(isExact('0x00000000000000010', 16)).toBe(false);
  });

  it.each(['9007199254740992', '1e21', '1000000000000000000000', '0.1', '1E+21', '-0.000000123', '5e-7'])(
    'says true of %s',
    (text) => {
      expect(isExact(text, Number(text))).toBe(true);
    },
  );
});

describe('encodeNumber', () => {
  it('writes every number DynamoDB can hold so that it reads back the same', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -9e125, max: 9e125 }), (value) => {
        fc.pre(value === 0 || Math.abs(value) >= 1e-130);
        const text = encodeNumber(value);
        expect(Number(text)).toBe(value + 0);
        expect(scaled(canonicalDecimal(text))).toBe(scaled(text));
      }),
      { numRuns: 500 },
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %s', (value) => {
    const problem = expect.objectContaining({ keyword: 'type', message: 'must be a finite number' });
    expect(() => encodeNumber(value)).toThrow(problem);
  });

  it.each([1e126, -1e126, 1e-131, -5e-324])('refuses %s, which DynamoDB cannot hold', (value) => {
    expect(() => encodeNumber(value)).toThrow(expect.objectContaining({ keyword: 'type', message: OUT_OF_RANGE }));
  });

  it('writes the smallest and the largest that DynamoDB can hold', () => {
    for (const value of [1e-130, -1e-130, 9.99e125]) expect(encodeNumber(value)).toBe(String(value));
  });

  it('writes both zeros as 0', () => {
    expect([encodeNumber(0), encodeNumber(-0)]).toEqual(['0', '0']);
  });
});

describe('shortDecimal', () => {
  it('is what Number makes of a number with one or two decimals', () => {
    const hundredths = fc.maxSafeInteger().map((whole) => (whole / 100).toFixed(2));
    const texts = fc.oneof(
      hundredths,
      hundredths.map((text) => text.slice(0, -1)),
      fc.stringMatching(/^-?\d{1,14}\.\d{1,2}$/),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const value = shortDecimal(text);
        if (value === undefined) expect(text.length).toBeGreaterThan(16);
        else expect([value, isExact(text, value)]).toEqual([Number(text), true]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    '',
    '1',
    '.5',
    '-.5',
    '1.',
    '12',
    '1.234',
    '1..5',
    '1.2.3',
    '--1.5',
    '1e5.5',
    ' 1.5',
    'a.5',
    '1.5x',
    '+1.5',
  ])('never takes %j for another number', (text) => {
    const value = shortDecimal(text);
    if (value !== undefined) expect(value).toBe(Number(text));
  });
});

describe('encodeNumber, in its short ways', () => {
  it('writes what String writes', () => {
    const numbers = fc.oneof(
      fc.integer(),
      fc.maxSafeInteger(),
      fc.integer({ min: -(10 ** 10), max: 10 ** 10 }).map((hundredths) => hundredths / 100),
      fc.tuple(fc.integer(), fc.integer({ min: 0, max: 6 })).map(([digits, places]) => digits / 10 ** places),
    );
    fc.assert(
      fc.property(numbers, (value) => encodeNumber(value) === String(value)),
      { numRuns: 5000 },
    );
  });

  it.each([
    0.01, 0.05, 0.1, 0.5, 0.99, 1.01, 1.05, 1.1, 1.25, 1.9, 5, 19.99, 20.5, 9_999_999.99, 10_000_000.01, 21_474_836.47,
    21_474_836.48, 42_949_672.97, 1.005, 0.015, -0.01, -0.5, -1.05, -19.99,
  ])('writes %s as String does', (value) => {
    expect(encodeNumber(value)).toBe(String(value));
  });
});

describe('wholeNumber', () => {
  it('reads a whole number with all its digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), (whole) => {
        expect(wholeNumber(String(whole))).toBe(whole);
        expect(wholeNumber(canonicalDecimal(String(whole)))).toBe(whole);
      }),
      { numRuns: 500 },
    );
  });

  it('tells a fraction from a whole number, however it is written', () => {
    fc.assert(
      fc.property(numbers, ({ negative, digits, power }) => {
        const text = `${negative ? '-' : ''}${digits}e${power}`;
        const unit = 10n ** BigInt(SCALE);
        const value = scaled(text);
        expect(wholeNumber(text)).toBe(value % unit === 0n ? value / unit : undefined);
      }),
      { numRuns: 500 },
    );
  });

  it('reads no number as none', () => {
    expect(wholeNumber('twelve')).toBeUndefined();
  });
});

describe('compareNumbers', () => {
  it.each([
    ['1', '1.0', 0],
    ['0', '-0.0', 0],
    ['-12', '-12', 0],
    ['12', '13', -1],
    ['-12', '-13', 1],
    ['-1', '0', -1],
    ['-2', '30', -1],
    ['9', '10', -1],
    ['-9', '-10', 1],
  ])('tells %s from %s', (a, b, order) => {
    expect([Math.sign(compareNumbers(a, b)), Math.sign(compareNumbers(b, a)) + 0]).toEqual([order, 0 - order]);
  });

  const decimals = fc.oneof(
    fc.record({ whole: fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }), power: fc.integer({ min: -5, max: 5 }) }),
    fc.record({ whole: fc.bigInt({ min: -20n, max: 20n }), power: fc.integer({ min: -2, max: 2 }) }),
  );

  it('orders numbers by their digits, however they are written', () => {
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        const [x, y] = [a, b].map(({ whole, power }) => whole * 10n ** BigInt(power + 5)) as [bigint, bigint];
        const order = compareNumbers(`${a.whole}e${a.power}`, `${b.whole}e${b.power}`);
        expect(Math.sign(order)).toBe(x < y ? -1 : x > y ? 1 : 0);
      }),
      { numRuns: 1_000 },
    );
  });
});
