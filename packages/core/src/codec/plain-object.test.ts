import { describe, expect, it } from 'vitest';
import { countOf, mapEntries, plainObject, setOwn } from './plain-object.ts';

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
    const problem = expect.objectContaining({ keyword: 'type', message: 'must be a plain object' });
    expect(() => plainObject(value)).toThrow(problem);
  });
});

describe('countOf', () => {
  it('counts properties', () => {
    expect([{}, { a: undefined }, { a: 1, b: 2 }].map(countOf)).toEqual([0, 1, 2]);
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

  it('sets __proto__ so that it can be changed and deleted, as any other', () => {
    const target: Record<string, unknown> = {};
    for (const value of [1, 2]) setOwn(target, '__proto__', value);
    expect(Object.getOwnPropertyDescriptor(target, '__proto__')).toEqual({
      value: 2,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  });
});
