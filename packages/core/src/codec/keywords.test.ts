import { describe, expect, it } from 'vitest';
import type { AttributeOptions } from '../attribute.ts';
import { checksOf } from './keywords.ts';

const passes = (options: AttributeOptions, value: unknown): boolean => {
  try {
    for (const check of checksOf(options)) check(value);
    return true;
  } catch (problem) {
    expect(problem).toMatchObject({ keyword: Object.keys(options)[0] });
    return false;
  }
};

describe.each<[options: AttributeOptions, valid: unknown[], invalid: unknown[]]>([
  [{ enum: ['a', 'b'] }, ['a', 'b'], ['c', '', 'A']],
  [{ minLength: 2 }, ['ab', '😀😀', 'abc'], ['a', '😀', '']],
  [{ maxLength: 2 }, ['', 'ab', '😀😀'], ['abc', '😀😀😀']],
  [{ pattern: '^o-' }, ['o-1'], ['x', ' o-1']],
  [{ pattern: '^.$' }, ['😀'], ['ab']],
  [{ format: 'date' }, ['2026-01-31'], ['2026-13-01', '2026-01-32', '2026-1-1']],
  [
    { format: 'date-time' },
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.5+02:00'],
    ['2026-01-31', '2026-01-31T25:00:00Z'],
  ],
  [{ format: 'email' }, ['a@b.c', 'a.b+c@d.example.org'], ['a', 'a@b', '@b.c', 'a b@c.d', 'a@@b.c']],
  [{ format: 'uri' }, ['https://a.b/c', 'urn:a'], ['a', '://a', '1a:b']],
  [{ format: 'uuid' }, ['01234567-89ab-cdef-0123-456789ABCDEF'], ['0123', '01234567-89ab-cdef-0123-456789abcdeg']],
  [{ minimum: 1 }, [1, 2], [0, 0.99, -1]],
  [{ maximum: 1 }, [1, -5], [1.01, 2]],
  [{ exclusiveMinimum: 1 }, [1.01], [1, 0]],
  [{ exclusiveMaximum: 1 }, [0.99], [1, 2]],
  [{ multipleOf: 0.1 }, [0.3, 1, 0, -0.7], [0.35, 0.301]],
  [{ multipleOf: 5 }, [0, 5, -10], [1, 5.5]],
  [{ minItems: 2 }, [['a', 'b'], new Set([1, 2]), { a: 1, b: 2 }], [['a'], new Set([1]), { a: 1 }]],
  [{ maxItems: 1 }, [[], ['a'], new Set([1]), {}], [['a', 'b'], new Set([1, 2]), { a: 1, b: 2 }]],
])('%j', (options, valid, invalid) => {
  it.each(valid.map((value) => [value]))('takes %j', (value) => expect(passes(options, value)).toBe(true));
  it.each(invalid.map((value) => [value]))('refuses %j', (value) => expect(passes(options, value)).toBe(false));
});

describe('checksOf', () => {
  it('checks nothing without keywords', () => expect(checksOf({})).toEqual([]));

  it.each(['postcode', 'constructor', 'toString', '__proto__'])('refuses the unknown format %s', (format) => {
    expect(() => checksOf({ format })).toThrow(/unknown format/);
  });

  it('stays fast on long text that nearly matches', () => {
    const long = 'a'.repeat(100_000);
    for (const format of ['date', 'date-time', 'email', 'uri', 'uuid']) {
      expect(passes({ format }, `${long}@${long}`)).toBe(false);
    }
  });
});
