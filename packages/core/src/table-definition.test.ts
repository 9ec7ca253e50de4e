import { describe, expect, it } from 'vitest';
import { binary, createdAt, date, defineModel, integer, string, ttl } from './index.ts';
import { tableDefinitions } from './table-definition.ts';

const order = {
  name: 'Order',
  table: 'shop',
  key: {
    partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' },
    sort: { attribute: 'SK', template: 'ORDER#{orderId}' },
  },
  attributes: {
    customerId: string(),
    orderId: string(),
    status: string({ name: 's' }),
    total: integer(),
    createdAt: createdAt(),
    expiresAt: ttl({ optional: true, name: 'exp' }),
  },
} as const;
const Order = defineModel({
  ...order,
  indexes: { byStatus: { partition: 'status', sort: 'createdAt', projection: ['total', 'customerId'] } },
});
const Customer = defineModel({
  name: 'Customer',
  table: 'shop',
  key: {
    partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' },
    sort: { attribute: 'SK', template: 'PROFILE' },
  },
  attributes: { customerId: string(), city: string({ optional: true }) },
  indexes: { byCity: { partition: 'city' } },
});
const Reading = defineModel({
  name: 'Reading',
  table: () => 'readings',
  key: { partition: 'sensor', sort: 'at' },
  attributes: { sensor: binary(), at: date(), value: integer(), site: string(), room: string(), unit: string() },
  indexes: {
    byValue: { type: 'local', partition: 'sensor', sort: 'value', projection: [] },
    bySite: { partition: ['site', 'room'], sort: ['value', 'at'] },
  },
});

describe('tableDefinitions', () => {
  it('describes a table with plain keys and both kinds of index', () => {
    expect(tableDefinitions({ readings: Reading })).toEqual([
      {
        create: {
          TableName: 'readings',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [
            { AttributeName: 'sensor', AttributeType: 'B' },
            { AttributeName: 'at', AttributeType: 'S' },
            { AttributeName: 'value', AttributeType: 'N' },
            { AttributeName: 'site', AttributeType: 'S' },
            { AttributeName: 'room', AttributeType: 'S' },
          ],
          KeySchema: [
            { AttributeName: 'sensor', KeyType: 'HASH' },
            { AttributeName: 'at', KeyType: 'RANGE' },
          ],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'bySite',
              KeySchema: [
                { AttributeName: 'site', KeyType: 'HASH' },
                { AttributeName: 'room', KeyType: 'HASH' },
                { AttributeName: 'value', KeyType: 'RANGE' },
                { AttributeName: 'at', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
          LocalSecondaryIndexes: [
            {
              IndexName: 'byValue',
              KeySchema: [
                { AttributeName: 'sensor', KeyType: 'HASH' },
                { AttributeName: 'value', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'KEYS_ONLY' },
            },
          ],
        },
        timeToLive: undefined,
      },
    ]);
  });

  it('joins models that share a table', () => {
    const [shop, ...others] = tableDefinitions({ orders: Order, customers: Customer });
    expect(others).toEqual([]);
    expect(shop?.timeToLive).toBe('exp');
    expect(shop?.create).toMatchObject({
      TableName: 'shop',
      KeySchema: [
        { AttributeName: 'PK', KeyType: 'HASH' },
        { AttributeName: 'SK', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        { IndexName: 'byStatus', Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['total'] } },
        { IndexName: 'byCity', Projection: { ProjectionType: 'ALL' } },
      ],
    });
    expect(shop?.create.AttributeDefinitions?.map(({ AttributeName }) => AttributeName)).toEqual([
      'PK',
      'SK',
      's',
      'createdAt',
      'city',
    ]);
  });

  it('gives a shared index what either model needs of it', () => {
    const Refund = defineModel({
      ...order,
      name: 'Refund',
      key: { ...order.key, sort: { attribute: 'SK', template: 'REFUND#{orderId}' } },
      attributes: { ...order.attributes, reason: string() },
      indexes: { byStatus: { partition: 'status', sort: 'createdAt', projection: ['reason'] } },
    });
    const projectionOf = (models: object) =>
      tableDefinitions(models as never)[0]?.create.GlobalSecondaryIndexes?.[0]?.Projection;
    expect(projectionOf({ orders: Order, refunds: Refund })).toEqual({
      ProjectionType: 'INCLUDE',
      NonKeyAttributes: ['total', 'reason'],
    });
    const Whole = defineModel({ ...order, indexes: { byStatus: { partition: 'status', sort: 'createdAt' } } });
    for (const models of [
      { a: Order, b: Whole },
      { a: Whole, b: Order },
    ]) {
      expect(projectionOf(models)).toEqual({ ProjectionType: 'ALL' });
    }
  });

  it('keeps tables apart', () => {
    expect(tableDefinitions({ orders: Order, readings: Reading }).map(({ create }) => create.TableName)).toEqual([
      'shop',
      'readings',
    ]);
  });

  it.each<[string, RegExp, object]>([
    ['key', /its key/, { key: { partition: { attribute: 'PK', template: '{orderId}' } } }],
    ['index', /the key of index byStatus/, { indexes: { byStatus: { partition: 'status' } } }],
    [
      'time to live',
      /time to live/,
      { attributes: { ...order.attributes, expiresAt: ttl({ name: 'other', optional: true }) } },
    ],
    [
      'type of a key',
      /the type of s/,
      {
        attributes: { ...order.attributes, status: integer({ name: 's' }) },
        indexes: { byState: { partition: 'status' } },
      },
    ],
  ])('refuses models that share a table but not its %s', (_what, message, change) => {
    const Other = defineModel({ ...order, name: 'Other', ...change } as any);
    expect(() => tableDefinitions({ orders: Order, others: Other })).toThrow(message);
    expect(() => tableDefinitions({ orders: Order, others: Other })).toThrow(/Order, Other share table shop/);
  });
});
