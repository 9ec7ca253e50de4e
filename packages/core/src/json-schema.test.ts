import { describe, expect, it } from 'vitest';
import {
  any,
  bigint,
  binary,
  binarySet,
  boolean,
  createdAt,
  date,
  decimal,
  defineModel,
  integer,
  json,
  list,
  map,
  number,
  numberSet,
  record,
  string,
  stringSet,
  ttl,
  updatedAt,
  version,
} from './index.ts';

const Order = defineModel({
  name: 'Order',
  table: 'shop',
  key: {
    partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' },
    sort: { attribute: 'SK', template: 'ORDER#{placedAt}#{number}' },
  },
  attributes: {
    customerId: string({ maxLength: 36 }),
    placedAt: date(),
    number: integer({ minimum: 1 }),
    status: string({ enum: ['open', 'paid'], default: 'open', description: 'Where the order stands.' }),
    region: string({ optional: true, name: 'r' }),
    note: string({ nullable: true, optional: true }),
    origin: string({ readOnly: true, sensitive: true }),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    version: version(),
  },
  indexes: { byRegion: { partition: 'region', sort: 'createdAt' } },
});

describe('jsonSchema', () => {
  const customerId = { type: 'string', maxLength: 36, minLength: 1 };
  const placedAt = { type: 'string', format: 'date-time' };
  const amount = { type: 'integer', minimum: 1 };
  const status = { type: 'string', enum: ['open', 'paid'], description: 'Where the order stands.' };
  const region = { type: 'string', minLength: 1 };
  const note = { type: ['string', 'null'] };

  it('describes a new item, which is the default', () => {
    expect(Order.jsonSchema()).toEqual({
      type: 'object',
      properties: {
        customerId,
        placedAt,
        number: amount,
        status: { ...status, default: 'open' },
        region,
        note,
        origin: { type: 'string' },
      },
      required: ['customerId', 'placedAt', 'number', 'origin'],
      additionalProperties: false,
    });
    expect(Order.jsonSchema('new')).toEqual(Order.jsonSchema());
  });

  it('describes a key, in the attributes it is composed of', () => {
    expect(Order.jsonSchema('key')).toEqual({
      type: 'object',
      properties: { customerId, placedAt, number: amount },
      required: ['customerId', 'placedAt', 'number'],
      additionalProperties: false,
    });
  });

  it('describes an update: what can be changed, nothing required, no default', () => {
    expect(Order.jsonSchema('update')).toEqual({
      type: 'object',
      properties: { status, region, note },
      required: [],
      additionalProperties: false,
    });
  });

  it('refuses another kind', () => {
    expect(() => Order.jsonSchema('old' as 'new')).toThrow(
      new TypeError('Model Order: there is no JSON Schema of kind old, only of new, key and update'),
    );
  });

  it('is a new object each time', () => {
    expect(Order.jsonSchema()).not.toBe(Order.jsonSchema());
    expect(Order.jsonSchema().properties.placedAt).not.toBe(Order.jsonSchema().properties.placedAt);
  });

  const DECIMAL = '^-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d{1,3})?$';
  const bytes = { type: 'string', contentEncoding: 'base64', pattern: expect.stringContaining('A-Za-z0-9+/') };

  it.each<[string, any, object]>([
    [
      'string',
      string({ minLength: 2, maxLength: 3, pattern: '^a', format: 'email' }),
      { type: 'string', minLength: 2, maxLength: 3, pattern: '^a', format: 'email' },
    ],
    ['string with an empty default', string({ default: '' }), { type: 'string', default: '' }],
    [
      'enum or null',
      string({ enum: ['a', 'b'], nullable: true }),
      { type: ['string', 'null'], enum: ['a', 'b', null] },
    ],
    [
      'number',
      number({ minimum: 0, maximum: 9, exclusiveMinimum: -1, exclusiveMaximum: 10, multipleOf: 0.5, default: 0 }),
      {
        type: 'number',
        minimum: 0,
        maximum: 9,
        exclusiveMinimum: -1,
        exclusiveMaximum: 10,
        multipleOf: 0.5,
        default: 0,
      },
    ],
    ['bigint', bigint({ default: 10n }), { type: 'string', pattern: '^-?\\d{1,38}$', default: '10' }],
    ['decimal', decimal({ default: '0.1' }), { type: 'string', pattern: DECIMAL, default: '0.1' }],
    ['boolean', boolean({ default: false, nullable: true }), { type: ['boolean', 'null'], default: false }],
    ['binary', binary(), bytes],
    [
      'date',
      date({ default: new Date(0) }),
      { type: 'string', format: 'date-time', default: '1970-01-01T00:00:00.000Z' },
    ],
    ['ttl', ttl(), { type: 'string', format: 'date-time' }],
    [
      'list',
      list(string({ nullable: true }), { minItems: 1, maxItems: 2 }),
      { type: 'array', items: { type: ['string', 'null'] }, minItems: 1, maxItems: 2 },
    ],
    [
      'record',
      record(integer(), { minItems: 1, maxItems: 2 }),
      { type: 'object', additionalProperties: { type: 'integer' }, minProperties: 1, maxProperties: 2 },
    ],
    [
      'stringSet',
      stringSet({ maxItems: 5 }),
      { type: 'array', items: { type: 'string' }, uniqueItems: true, minItems: 1, maxItems: 5 },
    ],
    [
      'numberSet',
      numberSet({ minItems: 2 }),
      { type: 'array', items: { type: 'number' }, uniqueItems: true, minItems: 2 },
    ],
    ['binarySet', binarySet(), { type: 'array', items: bytes, uniqueItems: true, minItems: 1 }],
    ['json', json({ description: 'Anything.' }), { description: 'Anything.' }],
    ['any', any({ nullable: true }), {}],
  ])('describes %s', (_kind, attribute, schema) => {
    const Model = defineModel({
      name: 'M',
      table: 't',
      key: { partition: 'id' },
      attributes: { id: integer(), x: attribute },
    });
    expect(Model.jsonSchema().properties.x).toEqual(schema);
  });

  it('requires of a map what is neither optional nor has a constant default', () => {
    const line = map({
      sku: string(),
      quantity: integer({ default: 1 }),
      id: string({ default: () => 'made' }),
      note: string({ optional: true, name: 'n' }),
    });
    const Model = defineModel({
      name: 'M',
      table: 't',
      key: { partition: 'id' },
      attributes: { id: string(), made: string({ default: () => 'made' }), lines: list(line) },
    });
    const items = {
      type: 'object',
      properties: {
        sku: { type: 'string' },
        quantity: { type: 'integer', default: 1 },
        id: { type: 'string' },
        note: { type: 'string' },
      },
      required: ['sku', 'id'],
      additionalProperties: false,
    };
    const schema = Model.jsonSchema();
    expect(schema.properties).toMatchObject({ made: { type: 'string' }, lines: { type: 'array', items } });
    expect(schema.required).toEqual(['id', 'lines']);
    expect(Model.jsonSchema('update').properties.lines).toEqual({ type: 'array', items });
  });

  it('takes an attribute of any name', () => {
    const Model = defineModel({
      name: 'M',
      table: 't',
      key: { partition: 'constructor' },
      attributes: { constructor: string(), toString: number({ optional: true }) } as any,
    });
    expect(Model.jsonSchema('key').required).toEqual(['constructor']);
    expect(Object.keys(Model.jsonSchema().properties)).toEqual(['constructor', 'toString']);
  });
});
