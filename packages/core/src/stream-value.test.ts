import { describe, expect, it } from 'vitest';
import { checkedImage } from './stream-value.ts';

describe('checkedImage', () => {
  it('takes every type at any depth', () => {
    const image = {
      s: { S: '' },
      n: { N: '12345678901234567890.5' },
      b: { B: 'AID/' },
      empty: { B: '' },
      bool: { BOOL: false },
      null: { NULL: true },
      ss: { SS: ['a', 'AID/'] },
      ns: { NS: ['1'] },
      bs: { BS: ['AID/', ''] },
      l: { L: [{ B: 'AID/' }, { M: { b: { B: 'AID/' } } }] },
    };
    expect(checkedImage(image)).toBe(image);
  });

  it('keeps __proto__ as data', () => {
    const image = checkedImage(JSON.parse('{"__proto__":{"M":{"__proto__":{"S":"x"}}}}'));
    expect(Object.getPrototypeOf(image)).toBe(Object.prototype);
    expect(JSON.stringify(image)).toBe('{"__proto__":{"M":{"__proto__":{"S":"x"}}}}');
  });

  it.each<[string, unknown, string]>([
    ['no object', 'text', ''],
    ['a list', [], ''],
    ['nothing', null, ''],
    ['a plain value', { a: 'text' }, 'a'],
    ['a value without a type', { a: {} }, 'a'],
    ['a value of two types', { a: { S: 'text', N: 1 } }, 'a'],
    ['no value', { a: undefined }, 'a'],
    ['an unknown type', { a: { X: 'text' } }, 'a'],
    ['a member of every object as type', { a: { constructor: 'text' } }, 'a'],
    ['a number as text', { a: { S: 1 } }, 'a'],
    ['a number that is no text', { a: { N: 1 } }, 'a'],
    ['bytes that are no text', { a: { B: [1] } }, 'a'],
    ['text for a boolean', { a: { BOOL: 'true' } }, 'a'],
    ['a set that is no list', { a: { SS: 'ab' } }, 'a'],
    ['a wrong element', { a: { L: [{ S: 'ok' }, { NS: ['1', 2] }] } }, 'a[1][1]'],
    ['a wrong property', { a: { M: { b: { BS: null } } } }, 'a.b'],
  ])('refuses %s', (_what, image, path) => {
    const problem = expect.objectContaining({ path, message: 'is no DynamoDB JSON' });
    expect(() => checkedImage(image)).toThrow(problem);
  });
});
