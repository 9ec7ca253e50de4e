import { describe, expect, it } from 'vitest';
import { any, list, map, number, record, string, ttl } from '../attribute-builders.ts';
import { createTables, defineModel, sensitiveAttributesOf } from '../index.ts';

// What does not compile is refused in untyped code as well.
const encrypted = { encrypted: true, optional: true } as any;

const Customer = defineModel({
  name: 'Customer',
  table: 'customers',
  key: { partition: 'id' },
  attributes: {
    id: string(),
    card: string({ encrypted: true, optional: true, name: 'c' }),
    limit: number({ encrypted: true, optional: true }),
    notes: list(string(), { encrypted: true, optional: true }),
    address: map({ city: string() }, { encrypted: true, optional: true }),
  },
});
const client = { config: {} } as any;
const tables = createTables({
  client,
  models: { customers: Customer },
  encryption: { keyId: 'k' },
}) as any;
const { customers } = tables;

describe('an encrypted attribute', () => {
  it.each<[what: string, attributes: object, others: object, problem: RegExp]>([
    ['a key', { id: string(encrypted) }, {}, /key: id is encrypted and cannot be part of a key/],
    [
      'an index key',
      { id: string(), a: string(encrypted) },
      { indexes: { i: { partition: 'a' } } },
      /index i: a is enc/,
    ],
    [
      'part of a composed key',
      { id: string(), a: string(encrypted) },
      { indexes: { i: { partition: { attribute: 'PK', template: 'A#{a}' } } } },
      /index i: a is encrypted/,
    ],
    ['unique', { id: string(), a: string({ unique: true, ...encrypted }) }, {}, /a is unique and cannot be encrypted/],
    ['a time to live', { id: string(), a: ttl(encrypted) }, {}, /a is ttl\(\) and cannot be encrypted/],
  ])('is not %s', (_, attributes, others, problem) => {
    const definition = { name: 'M', table: 't', key: { partition: 'id' }, attributes, ...others };
    expect(() => defineModel(definition as any)).toThrow(problem);
    expect(() => defineModel(definition as any)).toThrow(TypeError);
  });

  it.each([map({ x: string(encrypted) }), list(string(encrypted)), record(any(encrypted))])(
    'is not within another: case %#',
    (inner) => {
      const Outer = defineModel({
        name: 'M',
        table: 't',
        key: { partition: 'id' },
        attributes: { id: string(), inner },
      });
      const make = () => createTables({ client, models: { m: Outer }, encryption: { keyId: 'k' } });
      expect(make).toThrow(/is encrypted, which only an attribute of the item itself can be/);
    },
  );

  it.each<[what: string, use: () => Promise<unknown>]>([
    ['where', () => customers.scan().where('card', '=', 'x').all()],
    ['where of a part', () => customers.scan().where('address.city', '=', 'x').all()],
    ['exists', () => customers.where('id', '=', 'a').where('card', 'exists', true).all()],
    [
      'filter',
      () =>
        customers
          .scan()
          .filter((c: any) => c.not(c('limit', '>', 1)))
          .first(),
    ],
    ['if', () => customers.delete({ id: 'a' }, { if: (c: any) => c('card', '=', 'x') })],
    [
      'check',
      async () =>
        tables.$transactWrite((tx: any) => [tx.customers.check({ id: 'a' }, (c: any) => c('card', '=', 'x'))]),
    ],
    ['add', () => customers.update({ id: 'a' }, (u: any) => u.add('limit', 1))],
    ['append', () => customers.update({ id: 'a' }, (u: any) => u.append('notes', ['x']))],
    ['setIfNotExists', () => customers.update({ id: 'a' }, (u: any) => u.setIfNotExists('card', 'x'))],
    ['set of a part', () => customers.update({ id: 'a' }, (u: any) => u.set('address.city', 'x'))],
    ['remove of a part', () => customers.update({ id: 'a' }, (u: any) => u.remove('notes[0]'))],
    ['select of a part', () => customers.get({ id: 'a' }, { select: ['address.city'] })],
  ])('has no %s', async (_, use) => {
    await expect(use()).rejects.toThrow(/^Customer\.\S+ is encrypted: /);
    await expect(use()).rejects.toThrow(TypeError);
  });

  it('is sensitive', () => {
    expect(sensitiveAttributesOf(Customer)).toEqual(['card', 'c', 'limit', 'notes', 'address']);
  });
});
