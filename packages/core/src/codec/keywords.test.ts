import { describe, expect, it } from 'vitest';
import type { AttributeOptions } from '../attribute.ts';
import { checksOf } from './keywords.ts';

const passes = (options: AttributeOptions, value: unknown, message: string): boolean => {
  try {
    for (const check of checksOf(options)) check(value);
    return true;
  } catch (problem) {
    expect(problem).toMatchObject({ keyword: Object.keys(options)[0], message });
    return false;
  }
};

describe.each<[options: AttributeOptions, valid: unknown[], invalid: unknown[], message: string]>([
  [{ enum: ['a', 'b'] }, ['a', 'b'], ['c', '', 'A'], 'must be one of a, b'],
  [
    { minLength: 2 },
    ['ab', '😀😀', 'abc'],
    ['a', '😀', '', '\u{10000}', '\u{10ffff}'],
    'must have at least 2 characters',
  ],
  // A unit that is half a character counts as one, unless the other half is beside it.
  [
    { minLength: 2 },
    ['\ud83da', '\ud83d\ufffd', 'a\udc00', '\ue000\udc00', '\udc00\udc00'],
    [],
    'must have at least 2 characters',
  ],
  [{ maxLength: 2 }, ['', 'ab', '😀😀'], ['abc', '😀😀😀'], 'must have at most 2 characters'],
  [{ pattern: '^o-' }, ['o-1'], ['x', ' o-1'], 'must match ^o-'],
  [{ pattern: '^.$' }, ['😀'], ['ab'], 'must match ^.$'],
  [{ format: 'date' }, ['2026-01-31'], ['2026-13-01', '2026-01-32', '2026-1-1'], 'must be a valid date'],
  [
    { format: 'date-time' },
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.5+02:00'],
    ['2026-01-31', '2026-01-31T25:00:00Z'],
    'must be a valid date-time',
  ],
  [
    { format: 'email' },
    ['a@b.c', 'a.b+c@d.example.org'],
    ['a', 'a@b', '@b.c', 'a b@c.d', 'a@@b.c'],
    'must be a valid email',
  ],
  [{ format: 'uri' }, ['https://a.b/c', 'urn:a'], ['a', '://a', '1a:b'], 'must be a valid uri'],
  [
    { format: 'uuid' },
    ['01234567-89ab-cdef-0123-456789ABCDEF'],
    ['0123', '01234567-89ab-cdef-0123-456789abcdeg'],
    'must be a valid uuid',
  ],
  [{ minimum: 1 }, [1, 2], [0, 0.99, -1], 'must be at least 1'],
  [{ maximum: 1 }, [1, -5], [1.01, 2], 'must be at most 1'],
  [{ exclusiveMinimum: 1 }, [1.01], [1, 0], 'must be more than 1'],
  [{ exclusiveMaximum: 1 }, [0.99], [1, 2], 'must be less than 1'],
  [{ multipleOf: 0.1 }, [0.3, 1, 0, -0.7], [0.35, 0.301], 'must be a multiple of 0.1'],
  [{ multipleOf: 0.01 }, [1234567.89, 9876543.21, 1111111.11], [1234567.895], 'must be a multiple of 0.01'],
  [{ multipleOf: 5 }, [0, 5, -10], [1, 5.5], 'must be a multiple of 5'],
  [
    { minItems: 2 },
    [['a', 'b'], new Set([1, 2]), { a: 1, b: 2 }],
    [['a'], new Set([1]), { a: 1 }],
    'must have at least 2 elements',
  ],
  [
    { maxItems: 1 },
    [[], ['a'], new Set([1]), {}],
    [['a', 'b'], new Set([1, 2]), { a: 1, b: 2 }],
    'must have at most 1 elements',
  ],
])('%j', (options, valid, invalid, message) => {
  it.each(valid.map((value) => [value]))('takes %j', (value) => expect(passes(options, value, message)).toBe(true));
  it.each(invalid.map((value) => [value]))('refuses %j', (value) =>
    expect(passes(options, value, message)).toBe(false),
  );
});

describe('checksOf', () => {
  it('checks nothing without keywords', () => expect(checksOf({})).toEqual([]));

  it.each(['postcode', 'constructor', 'toString', '__proto__'])('refuses the unknown format %s', (format) => {
    const message = `unknown format ${format}; known are date, date-time, email, uri, uuid`;
    expect(() => checksOf({ format })).toThrow(new TypeError(message));
  });

  it('stays fast on long text that nearly matches', () => {
    const long = 'a'.repeat(100_000);
    for (const format of ['date', 'date-time', 'email', 'uri', 'uuid']) {
      expect(passes({ format }, `${long}@${long}`, `must be a valid ${format}`)).toBe(false);
    }
  });
});
