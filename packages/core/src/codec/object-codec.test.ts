import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributes } from '../attribute.ts';
import { any, date, map, number, string } from '../attribute-builders.ts';
import { attributeCodec } from './attribute-codec.ts';
import { type Compile, defaultOf, fieldsOfObject, objectCodec } from './object-codec.ts';
import { unknownAttributesOf } from './unknown-attributes.ts';

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
    const missing = (message: string) => expect.objectContaining({ path: name, keyword: 'required', message });
    expect(() => required.write({ other: 'b' })).toThrow(missing('is missing'));
    expect(() => required.read({ other: { S: 'b' } })).toThrow(missing('is not in the stored item'));
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
            expect.objectContaining({
              path: key,
              keyword: 'additionalProperties',
              message: 'is no attribute of the model',
            }),
          );
        },
      ),
    );
  });

  it('may lack anything when it is read in part', () => {
    const partial = codecOf({ name: string(), home: map({ city: string() }), level: number({ default: 1 }) }, true);
    expect(partial.read({})).toEqual({});
    expect(partial.read({ home: { M: {} } })).toEqual({ home: {} });
    expect(unknownAttributesOf(partial.read({ name: { S: 'a' }, other: { S: 'x' } }))).toEqual({});
  });
});

describe('a field', () => {
  it.each([
    [string({ optional: true }), true],
    [string(), false],
    [string({ nullable: true }), false],
    [string({ optional: true, nullable: true }), false],
    [any({ optional: true }), false],
    [any(), false],
  ])('has no value where NULL is stored, if it may be absent and not null %#', (attribute, expected) => {
    const compile: Compile = (compiled, nullIsAbsent) => {
      expect(nullIsAbsent).toBe(expected);
      return attributeCodec(compiled, false, nullIsAbsent);
    };
    expect(fieldsOfObject({ a: attribute }, compile)).toMatchObject([{ nullIsAbsent: expected }]);
  });

  it('is looked for with care where every object has a property of its name', () => {
    const attributes = { a: string(), valueOf: string({ name: 'b' }), c: string({ name: 'toString' }) };
    const fields = fieldsOfObject(attributes, (attribute) => attributeCodec(attribute, false));
    expect(fields.map(({ inherited }) => inherited)).toEqual([false, true, true]);
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

describe('names in the table', () => {
  it('are each of one attribute', () => {
    const twice = { a: string(), b: string({ name: 'a' }) };
    expect(() => codecOf(twice)).toThrow(/Attributes a and b are both stored as a/);
    expect(() => attributeCodec(map(twice), false)).toThrow(TypeError);
  });
});

describe('an object of many attributes', () => {
  const names = Array.from({ length: 100 }, (_, i) => `attribute${i}`);
  const many = codecOf(Object.fromEntries(names.map((name) => [name, number({ optional: true })])));

  it('is written and read as one of few', () => {
    for (const count of [0, 1, 24, 25, 32, 33, 60, 100]) {
      const value = Object.fromEntries(names.slice(0, count).map((name, i) => [name, i]));
      const read = many.read(JSON.parse(JSON.stringify(many.write(value))));
      expect(read).toStrictEqual(value);
      expect(Object.keys(read)).toEqual(names.slice(0, count));
    }
  });
});

describe('what no attribute is', () => {
  const codec = codecOf({ a: string(), b: string({ optional: true }) });

  it('is refused where as many attributes are left out', () => {
    const refused = expect.objectContaining({ path: 'c', keyword: 'additionalProperties' });
    for (const value of [{ a: 'x', c: 1 }, { a: 'x', b: undefined, c: 1 }, { c: 1 }, { a: 1, c: 1 }]) {
      expect(() => codec.write(value)).toThrow(refused);
    }
    expect(codec.write({ a: 'x', b: undefined })).toEqual({ a: { S: 'x' } });
  });

  it('is kept where as many attributes are not stored', () => {
    const read = codec.read({ a: { S: 'x' }, c: { N: '1' } });
    expect(Object.keys(read)).toEqual(['a']);
    expect(codec.write(read)).toEqual({ a: { S: 'x' }, c: { N: '1' } });
    const optional = codecOf({ b: string({ optional: true }) });
    expect(unknownAttributesOf(optional.read({ c: { N: '1' } }))).toEqual({ c: 1 });
    expect(unknownAttributesOf(optional.read({ b: { S: 'x' }, c: { N: '1' } }))).toEqual({ c: 1 });
  });
});
