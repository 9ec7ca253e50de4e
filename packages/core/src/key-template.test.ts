import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeKey, type KeyTemplate, parseTemplate, readKey } from './key-template.ts';

/** Few characters, so that values often hold the literals around them, whole or in part. */
const literal = fc.string({ unit: fc.constantFrom('#', '-', 'A', '😀'), minLength: 1, maxLength: 3 });
const value = fc.string({ unit: fc.constantFrom('#', '-', 'A', 'b', '😀', '{', '}'), maxLength: 5 });

const templates: fc.Arbitrary<KeyTemplate> = fc
  .record({
    first: fc.oneof(literal, fc.constant('')),
    between: fc.array(literal, { maxLength: 3 }),
    last: fc.oneof(literal, fc.constant('')),
  })
  .map(({ first, between, last }) => {
    const placeholders = ['a', 'b', 'c', 'd'].slice(0, between.length + 1);
    const literals = [first, ...between, last];
    return parseTemplate(placeholders.map((name, i) => `${literals[i]}{${name}}`).join('') + last);
  });

const tuples = fc.array(value, { minLength: 4, maxLength: 4 });

/** The key of a tuple; `undefined` where the template cannot hold it. */
function compose(template: KeyTemplate, tuple: readonly string[]): string | undefined {
  try {
    return composeKey(template, (i) => tuple[i]).key;
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return undefined;
  }
}

describe('a composed key', () => {
  it('reads back as the values it was composed of', () => {
    fc.assert(
      fc.property(templates, tuples, (template, tuple) => {
        const key = compose(template, tuple);
        fc.pre(key !== undefined);
        expect(readKey(template, key)).toEqual(tuple.slice(0, template.placeholders.length));
      }),
      { numRuns: 1000 },
    );
  });

  it('is of one tuple of values only', () => {
    fc.assert(
      fc.property(templates, fc.array(tuples, { minLength: 2, maxLength: 20 }), (template, all) => {
        const seen = new Map<string, string>();
        for (const tuple of all) {
          const key = compose(template, tuple);
          if (key === undefined) continue;
          const values = JSON.stringify(tuple.slice(0, template.placeholders.length));
          expect(seen.get(key) ?? values).toBe(values);
          seen.set(key, values);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('read from any text composes that text again, or is none', () => {
    fc.assert(
      fc.property(templates, fc.string({ unit: fc.constantFrom('#', '-', 'A', 'b', '😀') }), (template, text) => {
        const values = readKey(template, text);
        if (values !== undefined) expect(compose(template, values)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('composeKey', () => {
  const template = parseTemplate('ORDER#{orderId}#LINE#{line}');
  const of = (values: Record<string, string>) =>
    composeKey(template, (i) => values[template.placeholders[i] as string]);

  it('gives the prefix up to the first missing value', () => {
    expect(of({ orderId: 'o1', line: '2' })).toEqual({ key: 'ORDER#o1#LINE#2', complete: true });
    expect(of({ orderId: 'o1' })).toEqual({ key: 'ORDER#o1#LINE#', complete: false });
    expect(of({ line: '2' })).toEqual({ key: 'ORDER#', complete: false });
  });

  it.each([
    ['orderId', { orderId: '', line: '2' }],
    ['line', { orderId: 'o1', line: '' }],
    ['orderId', { orderId: 'a#LINE#b', line: '2' }],
  ])('refuses a value that would share another key: %s', (name, values) => {
    expect(() => of(values)).toThrow(new RegExp(`^${name} is part of a key`));
  });

  it('refuses a value whose end runs into the literal', () => {
    const doubled = parseTemplate('{a}##{b}');
    expect(() => composeKey(doubled, () => 'x#')).toThrow(RangeError);
  });

  it('takes the literal in the last value, where nothing follows', () => {
    expect(of({ orderId: 'o1', line: 'a#LINE#b' }).key).toBe('ORDER#o1#LINE#a#LINE#b');
  });

  it('of a template without placeholders is its text', () => {
    const fixed = parseTemplate('PROFILE');
    expect(composeKey(fixed, () => undefined)).toEqual({ key: 'PROFILE', complete: true });
    expect(readKey(fixed, 'PROFILE')).toEqual([]);
    expect(readKey(fixed, 'PROFILES')).toBeUndefined();
  });
});

describe('readKey', () => {
  it.each([
    ['{a}#X', 'v#X', ['v']],
    ['{a}#X', 'v#Xy', undefined],
    ['{a}#X', 'v#', undefined],
    ['{a}#X', '#X', undefined],
    ['A#{a}', 'A#v', ['v']],
    ['A#{a}', 'A#', undefined],
    ['A#{a}', 'B#v', undefined],
    ['A', 'A', []],
    ['A', 'AB', undefined],
  ])('of %s: %s is %j', (template, key, values) => {
    expect(readKey(parseTemplate(template), key)).toEqual(values);
  });
});

describe('parseTemplate', () => {
  it('says what is wrong', () => {
    expect(() => parseTemplate('{a}{b}')).toThrow(/^Key template \{a\}\{b\}: two placeholders touch/);
    expect(() => parseTemplate('{a}#{a}')).toThrow(/^Key template \{a\}#\{a\}: \{a\} stands twice$/);
  });

  it('finds literals and placeholders', () => {
    expect(parseTemplate('A#{b}-{c}')).toEqual({ literals: ['A#', '-', ''], placeholders: ['b', 'c'] });
  });

  it.each(['{a}{b}', '{a}#{a}', '{a', 'a}', '{a}}', '{{a}}', 'x{'])('refuses %s', (template) => {
    expect(() => parseTemplate(template)).toThrow(TypeError);
  });
});
