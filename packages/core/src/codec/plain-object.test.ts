import { describe, expect, it } from 'vitest';
import { mapEntries, plainObject, setOwn } from './plain-object.ts';

describe('plainObject', () => {
  it.each([{}, { a: 1 }, Object.create(null), JSON.parse('{"__proto__": 1}')])('takes %j', (value) => {
    expect(plainObject(value)).toBe(value);
  });

  it.each([
    [[]],
    [null],
    [undefined],
    ['text'],
    [new Date()],
    [new Map()],
    [new (class A {})()],
    [Object.create({})],
    [() => 1],
  ])('refuses %s', (value) => {
    expect(() => plainObject(value)).toThrow(expect.objectContaining({ keyword: 'type' }));
  });
});

describe('mapEntries', () => {
  it('maps own properties alone', () => {
    const from = Object.assign(Object.create({ inherited: 1 }), { a: 1, b: undefined });
    expect(mapEntries(from, String)).toEqual({ a: '1' });
  });

  it('lets an error that is no problem through as it is', () => {
    const error = new RangeError('other');
    const fail = () =>
      mapEntries({ a: 1 }, () => {
        throw error;
      });
    expect(fail).toThrow(error);
  });
});

describe('setOwn', () => {
  it('sets a property under any name', () => {
    const target: Record<string, unknown> = {};
    setOwn(target, '__proto__', { admin: true });
    setOwn(target, 'a', 1);
    expect(Object.entries(target)).toEqual([
      ['__proto__', { admin: true }],
      ['a', 1],
    ]);
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
  });
});
