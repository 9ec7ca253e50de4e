import { describe, expect, it } from 'vitest';
import { fromStreamImage } from './stream-value.ts';

describe('fromStreamImage', () => {
  it('keeps every type, and reads base64 as bytes at any depth', () => {
    const bytes = new Uint8Array([0, 128, 255]);
    const base64 = 'AID/';
    const image = {
      s: { S: '' },
      n: { N: '12345678901234567890.5' },
      b: { B: base64 },
      empty: { B: '' },
      bool: { BOOL: false },
      null: { NULL: true },
      ss: { SS: ['a', base64] },
      ns: { NS: ['1'] },
      bs: { BS: [base64, ''] },
      l: { L: [{ B: base64 }, { M: { b: { B: base64 } } }] },
    };
    expect(fromStreamImage(image)).toStrictEqual({
      ...image,
      b: { B: bytes },
      empty: { B: new Uint8Array() },
      bs: { BS: [bytes, new Uint8Array()] },
      l: { L: [{ B: bytes }, { M: { b: { B: bytes } } }] },
    });
  });

  it('keeps __proto__ as data', () => {
    const image = fromStreamImage(JSON.parse('{"__proto__":{"M":{"__proto__":{"S":"x"}}}}'));
    expect(Object.getPrototypeOf(image)).toBe(Object.prototype);
    expect(JSON.stringify(image)).toBe('{"__proto__":{"M":{"__proto__":{"S":"x"}}}}');
  });

  it.each<[string, unknown, string]>([
    ['no object', 'text', ''],
    ['a list', [], ''],
    ['nothing', null, ''],
    ['a plain value', { a: 'text' }, 'a'],
    ['a value without a type', { a: {} }, 'a'],
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
    expect(() => fromStreamImage(image)).toThrow(problem);
  });
});
