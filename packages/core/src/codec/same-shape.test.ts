import { describe, expect, it } from 'vitest';
import { plainObject } from './plain-object.ts';
import { sameShape } from './same-shape.ts';

describe('sameShape', () => {
  const Shape = sameShape<number>();

  it('makes plain, empty objects', () => {
    const object = new Shape();
    expect(object).toStrictEqual({});
    expect(plainObject(object)).toBe(object);
    expect(object.constructor).toBe(Object);
  });

  it('makes objects that share nothing', () => {
    const one = new Shape();
    one.a = 1;
    expect(new Shape()).toStrictEqual({});
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
