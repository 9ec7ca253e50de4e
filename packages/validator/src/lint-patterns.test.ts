import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lintPatterns } from './index.ts';

const found = (pattern: string): boolean => lintPatterns({ pattern }).length > 0;

describe('lintPatterns', () => {
  it.each([
    '^(a+)+$',
    '^(a*)*$',
    '^(a|a)*$',
    '^(a|ab|b)*$',
    '^(a{0,2})+$',
    '^(a{2}|a{3})+$',
    '^(\\w+\\s?)*$',
    '^([a-z]+ ?)+$',
    '^(.*,)*x$',
    '^(\\d+|[0-9a-f]+)+$',
    '^(?:(?:a{1,30}){1,30})$',
    '^(?=(x+x+)+y)',
    '^(?<word>[^\\s]+\\S*)+$',
    '(\\u0061+)+b',
    '(\\u{61}+[a]*)+b',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$',
  ])('finds %s', (pattern) => {
    expect(found(pattern)).toBe(true);
  });

  it.each([
    '',
    '^o-',
    '^[a-z]+$',
    '^a+b+a+$',
    '^(a|b)*$',
    '^(ab+)*$',
    '^[\\w.]+(?:\\.[\\w-]+)*$',
    '^(?:[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?\\.)+[a-z]{2,}$',
    '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?:Z|[+-]\\d{2}:\\d{2})$',
    '^(\\d{16} )+$',
    '^(?:[^,]*,)*[^,]*$',
    '^(?:"[^"\\\\]*(?:\\\\.[^"\\\\]*)*")$',
    '^\\p{L}+(?: \\p{L}+)*$'.replaceAll('\\p{L}', '[a-z]'),
    '^(\\w+)\\1$',
    '^[^\\]]+(?:\\cA|\\x41|\\t|[\\b])?$',
    '^(?:a|b(?!c))*$',
  ])('does not find %s', (pattern) => {
    expect(found(pattern)).toBe(false);
  });

  it('tells where, at any depth', () => {
    const slow = '^(a+)+$';
    const schema = {
      properties: { 'a/b': { items: [{ pattern: slow }, { pattern: '^a$' }] }, pattern: { type: 'string' } },
      patternProperties: { [slow]: { type: 'string' }, '^b': {} },
      $defs: { loop: { anyOf: [{ pattern: slow }] } },
      default: { pattern: slow },
      enum: [{ pattern: slow }],
    };
    expect(lintPatterns(schema).map(({ schemaPath }) => schemaPath)).toEqual([
      '/patternProperties/^(a+)+$',
      '/properties/a~1b/items/0/pattern',
      '/$defs/loop/anyOf/0/pattern',
    ]);
  });

  it('comes to an end with a schema that holds itself', () => {
    const schema: Record<string, unknown> = { pattern: '^(a*)*$' };
    schema.items = schema;
    expect(lintPatterns(schema)).toHaveLength(1);
  });

  it('refuses what is no regular expression', () => {
    expect(() => lintPatterns({ pattern: '(' })).toThrow(SyntaxError);
  });

  // Few enough repetitions beside each other that a polynomial of them is small.
  const atom = fc.constantFrom('a', 'b', '[ab]', '.', 'ab', '(?:a|b)', '(?:a|ab)', '(?:a|a)');
  const sign = fc.constantFrom('', '', '*', '+', '?');
  const piece = fc
    .tuple(atom, fc.oneof(sign, fc.constantFrom('{2}', '{0,2}')))
    .map(([body, sign]) => (sign && body.length > 1 ? `(?:${body})${sign}` : body + sign));
  const group = fc
    .tuple(fc.array(piece, { minLength: 1, maxLength: 2 }), sign)
    .map(([pieces, sign]) => `(?:${pieces.join('')})${sign}`);
  const pattern = fc
    .array(fc.oneof(piece, group), { minLength: 1, maxLength: 2 })
    .map((parts) => `^${parts.join('')}$`);

  /** Microseconds of CPU; other threads of the process count, so that the least of some is taken where it is much. */
  function timeOf(source: string, text: string): number {
    let least = Number.POSITIVE_INFINITY;
    for (let tries = 0; least > 1_000_000 && tries < 3; tries++) {
      const before = process.cpuUsage().user;
      new RegExp(source, 'u').test(text);
      least = Math.min(least, process.cpuUsage().user - before);
    }
    return least;
  }

  it('finds every pattern that takes exponentially many steps', () => {
    fc.assert(
      fc.property(pattern, (source) => {
        if (found(source)) return;
        // An exponential one takes 2^30 steps, a polynomial one less than a million.
        for (const text of [`${'a'.repeat(30)}!`, `${'ab'.repeat(15)}!`, `${'b'.repeat(30)}!`]) {
          expect(timeOf(source, text)).toBeLessThan(1_000_000);
        }
      }),
    );
  });
});
