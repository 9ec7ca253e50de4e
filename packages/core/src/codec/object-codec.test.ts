import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributes } from '../attribute.ts';
import { date, map, number, string } from '../attribute-builders.ts';
import { attributeCodec } from './attribute-codec.ts';
import { defaultOf, objectCodec } from './object-codec.ts';

const codecOf = (attributes: Attributes, partial = false) =>
  objectCodec(attributes, (attribute) => attributeCodec(attribute, partial), partial);

const INHERITED = [...Object.getOwnPropertyNames(Object.prototype)];

describe.each(INHERITED)('an attribute named %s', (name) => {
  const optional = codecOf({ [name]: string({ optional: true }), other: string() });
  const required = codecOf({ [name]: string(), other: string() });
  const withValue = (): Record<string, unknown> =>
    Object.fromEntries([
      [name, 'a'],
      ['other', 'b'],
    ]);

  it('is absent where the object has none of its own', () => {
    expect(Object.keys(optional.write({ other: 'b' }))).toEqual(['other']);
    expect(Object.keys(optional.read({ other: { S: 'b' } }))).toEqual(['other']);
  });

  it('is missing where it is required', () => {
    const missing = expect.objectContaining({ path: name, keyword: 'required' });
    expect(() => required.write({ other: 'b' })).toThrow(missing);
    expect(() => required.read({ other: { S: 'b' } })).toThrow(missing);
  });

  it('is written and read as data', () => {
    const written = required.write(withValue());
    expect(Object.entries(written)).toEqual([
      [name, { S: 'a' }],
      ['other', { S: 'b' }],
    ]);
    const read = required.read(structuredClone(written));
    expect(Object.entries(read)).toEqual(Object.entries(withValue()));
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it('can be the stored name of another', () => {
    const renamed = codecOf({ value: string({ name, optional: true }) });
    expect(renamed.read({})).toEqual({});
    expect(renamed.read(structuredClone(renamed.write({ value: 'a' })))).toEqual({ value: 'a' });
  });
});

describe('an object', () => {
  const person = codecOf({
    name: string({ name: 'n' }),
    age: number({ optional: true }),
    level: number({ default: 1 }),
    home: map({ city: string({ name: 'c' }) }, { optional: true }),
  });

  it('is stored under its stored names', () => {
    expect(person.write({ name: 'a', home: { city: 'x' } })).toEqual({
      n: { S: 'a' },
      level: { N: '1' },
      home: { M: { c: { S: 'x' } } },
    });
  });

  it('is read under its properties', () => {
    expect(person.read({ n: { S: 'a' }, level: { N: '2' }, home: { M: { c: { S: 'x' } } } })).toEqual({
      name: 'a',
      level: 2,
      home: { city: 'x' },
    });
  });

  it('has no properties but its attributes', () => {
    fc.assert(
      fc.property(
        fc.string().filter((key) => !['name', 'age', 'level', 'home'].includes(key)),
        (key) => {
          const value = Object.fromEntries([
            ['name', 'a'],
            [key, 1],
          ]);
          expect(() => person.write(value)).toThrow(
            expect.objectContaining({ path: key, keyword: 'additionalProperties' }),
          );
        },
      ),
    );
  });

  it('may lack anything when it is read in part', () => {
    const partial = codecOf({ name: string(), home: map({ city: string() }), level: number({ default: 1 }) }, true);
    expect(partial.read({})).toEqual({});
    expect(partial.read({ home: { M: {} } })).toEqual({ home: {} });
  });
});

describe('a default', () => {
  it('is the value, or made by the function', () => {
    let calls = 0;
    expect(defaultOf(number({ default: 0 }))).toBe(0);
    expect(defaultOf(number({ default: () => ++calls }))).toBe(1);
    expect(defaultOf(number({ default: () => ++calls }))).toBe(2);
    expect(defaultOf(number())).toBeUndefined();
  });

  it('is not shared, where it is a Date', () => {
    const epoch = new Date(0);
    const attribute = date({ default: epoch });
    (defaultOf(attribute) as Date).setTime(1);
    expect(defaultOf(attribute)).toEqual(new Date(0));
  });
});
