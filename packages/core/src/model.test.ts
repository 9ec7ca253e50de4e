import { describe, expect, it } from 'vitest';
import {
  any,
  binary,
  boolean,
  createdAt,
  date,
  defineModel,
  integer,
  list,
  string,
  ttl,
  updatedAt,
  version,
} from './index.ts';
import { fieldsOf, isTemplate } from './key-part.ts';

const definition = {
  name: 'Order',
  table: 'orders',
  key: { partition: 'customerId', sort: 'orderId' },
  attributes: { customerId: string(), orderId: string(), total: integer(), createdAt: createdAt() },
};

/** Defines a model as untyped code may. */
const define = (change: object) => defineModel({ ...definition, ...change } as any);

describe('defineModel', () => {
  it('gives back the definition, with no indexes where there are none', () => {
    expect(define({})).toMatchObject({ ...definition, indexes: {} });
    const indexes = { byTotal: { type: 'local', partition: 'customerId', sort: 'total' } };
    expect(define({ indexes })).toMatchObject({ ...definition, indexes });
  });

  it('does not call the function that finds the table', () => {
    const table = () => {
      throw new Error('called');
    };
    expect(define({ table }).table).toBe(table);
  });

  it.each<[string, object, RegExp]>([
    ['no name', { name: '' }, /^defineModel: name is missing$/],
    ['a name that is no text', { name: 5 }, /^defineModel: name is missing$/],
    ['no table', { table: undefined }, /Model Order: table is missing/],
    ['an empty table', { table: '' }, /table is missing/],
    ['another rule', { unknownAttributes: 'lose' }, /^Model Order: unknownAttributes must be keep, drop or error$/],
    ['no partition key', { key: {} }, /key has no partition key/],
    ['no key', { key: undefined }, /key has no partition key/],
    ['an unknown key', { key: { partition: 'id' } }, /key names unknown attribute id/],
    ['a key named as a member of every object', { key: { partition: 'constructor' } }, /unknown attribute constructor/],
    ['an unknown placeholder', { key: { partition: { attribute: 'PK', template: '{id}' } } }, /unknown attribute id/],
    ['a broken template', { key: { partition: { attribute: 'PK', template: '{id' } } }, /brace/],
    ['an index without partition', { indexes: { byTotal: { sort: 'total' } } }, /index byTotal has no partition key/],
    ['an index over nothing', { indexes: { x: { partition: 'colour' } } }, /index x names unknown attribute colour/],
    [
      'a projection of nothing',
      { indexes: { x: { partition: 'total', projection: ['a'] } } },
      /projects unknown attribute a/,
    ],
    [
      'a projection of toString',
      { indexes: { x: { partition: 'total', projection: ['toString'] } } },
      /unknown attribute/,
    ],
  ])('refuses %s', (_what, change, message) => {
    expect(() => define(change)).toThrow(message);
    expect(() => define(change)).toThrow(TypeError);
  });

  const withAttribute = (attribute: unknown, change: object = {}) =>
    define({ attributes: { ...definition.attributes, x: attribute }, ...change });

  it.each([
    ['a list', list(string())],
    ['a boolean', boolean()],
    ['anything', any()],
    ['an optional attribute', string({ optional: true })],
    ['a nullable attribute', string({ nullable: true })],
    ['the time of the last write', updatedAt()],
    ['the version', version()],
  ])('refuses %s as a key', (_what, attribute) => {
    expect(() => withAttribute(attribute, { key: { partition: 'x' } })).toThrow(/Model Order: key: x/);
    const composed = { partition: { attribute: 'PK', template: '{x}' } };
    expect(() => withAttribute(attribute, { key: composed })).toThrow(/Model Order: key: x/);
  });

  it('takes as key of an index what may be absent or change, not what may be null', () => {
    for (const attribute of [string({ optional: true }), updatedAt(), version()]) {
      expect(withAttribute(attribute, { indexes: { byX: { partition: 'x' } } }).indexes).toHaveProperty('byX');
    }
    expect(() => withAttribute(string({ nullable: true }), { indexes: { byX: { partition: 'x' } } })).toThrow(
      /index byX: x must not be nullable/,
    );
    const byX = { partition: { attribute: 'PK', template: '{x}' } };
    expect(() => withAttribute(version(), { indexes: { byX } })).toThrow(/index byX: x is counted up by DynamoDB/);
  });

  it('takes bytes and times to live as plain keys, not in a template', () => {
    for (const attribute of [binary(), ttl()]) {
      expect(withAttribute(attribute, { key: { partition: 'x' } }).key).toEqual({ partition: 'x' });
      expect(() => withAttribute(attribute, { key: { partition: { attribute: 'PK', template: '{x}' } } })).toThrow(
        /^Model Order: key: x is a \w+, and a key can only be made of string, number, integer, bigint, decimal, date$/,
      );
    }
  });

  it('takes the time of creation in a key, which never changes', () => {
    expect(define({ key: { partition: 'customerId', sort: 'createdAt' } }).key.sort).toBe('createdAt');
  });

  it.each<[string, object, RegExp]>([
    [
      'two attributes',
      { attributes: { ...definition.attributes, a: string({ name: 'total' }) } },
      /total and a are both stored as total/,
    ],
    [
      'a composed key and an attribute',
      { key: { partition: { attribute: 'total', template: '{orderId}' } } },
      /stored as total/,
    ],
    [
      'two composed keys',
      {
        key: { partition: { attribute: 'PK', template: 'A#{orderId}' } },
        indexes: { byB: { partition: { attribute: 'PK', template: 'B#{orderId}' } } },
      },
      /stored as PK/,
    ],
  ])('refuses to store %s under one name', (_what, change, message) => {
    expect(() => define(change)).toThrow(message);
  });

  it('lets an index turn a composed key around', () => {
    const PK = { attribute: 'PK', template: 'A#{customerId}' };
    const SK = { attribute: 'SK', template: 'B#{orderId}' };
    const model = define({
      key: { partition: PK, sort: SK },
      indexes: { inverted: { partition: SK, sort: PK } },
    });
    expect(Object.keys(model.indexes)).toEqual(['inverted']);
  });

  it.each([
    ['ttl', ttl()],
    ['createdAt', createdAt()],
    ['updatedAt', updatedAt()],
    ['version', version()],
  ])('refuses a second %s()', (role, attribute) => {
    const attributes = { ...definition.attributes, createdAt: date(), a: attribute, b: attribute };
    expect(() => define({ attributes })).toThrow(`a and b are both ${role}()`);
  });
});

describe('a key part', () => {
  it.each([
    ['customerId', ['customerId']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [{ attribute: 'PK', template: 'A#{a}#{b}' }, ['a', 'b']],
    [{ attribute: 'SK', template: 'PROFILE' }, []],
  ])('%j is made of %j', (part, fields) => {
    expect(fieldsOf(part)).toEqual(fields);
    expect(isTemplate(part)).toBe(typeof part === 'object' && 'template' in part);
  });
});
