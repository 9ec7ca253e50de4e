import { describe, expect, it } from 'vitest';
import { type CompiledModel, compileModel } from '../compiled-model.ts';
import { ValidationFailedError } from '../errors.ts';
import { defineModel, list, map, number, string, type UnknownAttributes, unknownAttributesOf } from '../index.ts';
import type { AttributeValue, StoredItem } from './attribute-value.ts';
import { readItem, writeItem } from './item-codec.ts';
import { keepUnknown } from './unknown-attributes.ts';

const orderWith = (unknownAttributes: UnknownAttributes): CompiledModel =>
  compileModel(
    defineModel({
      name: 'Order',
      table: 'shop',
      key: {
        partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' },
        sort: { attribute: 'SK', template: 'ORDER#{orderId}' },
      },
      attributes: {
        customerId: string(),
        orderId: string(),
        total: number(),
        lines: list(map({ sku: string() }), { optional: true }),
        region: string({ optional: true }),
        town: string({ optional: true }),
        street: string({ optional: true }),
      },
      indexes: {
        byRegion: { partition: { attribute: 'GSI1PK', template: 'REGION#{region}' } },
        byTown: {
          partition: { attribute: 'GSI2PK', template: 'TOWN#{town}' },
          sort: { attribute: 'GSI2SK', template: 'STREET#{street}' },
        },
      },
      unknownAttributes,
    }),
  );

const Order = orderWith('keep');
const order = { customerId: 'c1', orderId: 'o1', total: 5 };
const write = (model: CompiledModel, item: object): StoredItem =>
  writeItem(model, item, { now: new Date(0), version: 1 }, 'PutItem');

const stored: StoredItem = {
  ...write(Order, order),
  ...JSON.parse('{"__proto__": {"M": {"admin": {"BOOL": true}}}, "constructor": {"S": "x"}, "legacy": {"NULL": true}}'),
};

describe('unknown stored attributes', () => {
  it('stay with the item, out of its properties', () => {
    const item = readItem(Order, stored);
    expect(Object.keys(item)).not.toContain('legacy');
    expect(Object.entries(unknownAttributesOf(item))).toEqual([
      ['__proto__', { admin: true }],
      ['constructor', 'x'],
      ['legacy', null],
    ]);
    expect((item as { admin?: boolean }).admin).toBeUndefined();
  });

  it('stay with a map within the item as well', () => {
    const line: AttributeValue = { M: { sku: { S: 'a' }, gift: { BOOL: true } } };
    const item = readItem(Order, { ...write(Order, order), lines: { L: [line] } });
    expect(item.lines).toEqual([expect.objectContaining({ sku: 'a' })]);
    expect(unknownAttributesOf((item.lines as object[])[0]!)).toEqual({ gift: true });
    expect(write(Order, item).lines).toEqual({ L: [line] });
  });

  it('are written back, also from a copy of the item', () => {
    const copy = { ...readItem(Order, stored), total: 6 };
    const written = write(Order, copy);
    for (const name of ['__proto__', 'constructor', 'legacy']) {
      expect(Object.getOwnPropertyDescriptor(written, name)?.value).toEqual(
        Object.getOwnPropertyDescriptor(stored, name)?.value,
      );
    }
  });

  it('are kept however many keys of indexes are not stored', () => {
    for (const places of [{}, { region: 'eu' }, { town: 'x', street: 'y' }]) {
      for (const count of [1, 2, 3, 4]) {
        const unknown = Object.fromEntries(Array.from({ length: count }, (_, i) => [`unknown${i}`, { S: 'x' }]));
        const item = readItem(Order, { ...write(Order, { ...order, ...places }), ...unknown });
        expect(Object.keys(unknownAttributesOf(item))).toEqual(Object.keys(unknown));
      }
    }
  });

  it('are refused where they have become what DynamoDB cannot hold', () => {
    const item = readItem(Order, stored);
    Object.assign(unknownAttributesOf(item), { legacy: () => 1 });
    const problems = [expect.objectContaining({ path: 'legacy', keyword: 'type' })];
    expect(() => write(Order, item)).toThrow(expect.objectContaining({ problems }));
    expect(() => write(Order, item)).toThrow(ValidationFailedError);
  });

  it('leave no trace where there are none', () => {
    const object = {};
    keepUnknown(object, { a: { S: 'x' } }, new Set(['a']), [], false);
    expect(Object.getOwnPropertySymbols(object)).toEqual([]);
  });
});

describe('unknown stored attributes, by the policy', () => {
  it('are dropped', () => {
    const item = readItem(orderWith('drop'), { ...stored, region: { NULL: true } });
    expect(item).toEqual(order);
    expect(unknownAttributesOf(item)).toEqual({});
  });

  it('make the item one that does not fit', () => {
    const Strict = orderWith('error');
    const { legacy } = stored as { legacy: AttributeValue };
    const problem = { path: 'legacy', keyword: 'additionalProperties', message: 'is no attribute of the model' };
    expect(() => readItem(Strict, { ...write(Strict, order), legacy })).toThrow(expect.objectContaining(problem));
    expect(readItem(Strict, write(Strict, order))).toEqual(order);
  });
});
