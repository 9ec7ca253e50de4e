import {
  createdAt,
  date,
  defineModel,
  integer,
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
} from '@tabletheory/core';

/** A plain key, and an attribute of every kind an update can change. */
export const Article = defineModel({
  name: 'Article',
  table: 'articles',
  key: { partition: 'sku' },
  attributes: {
    sku: string({ minLength: 1 }),
    title: string({ maxLength: 200 }),
    status: string({ enum: ['draft', 'live', 'gone'], default: 'draft' }),
    price: number({ minimum: 0 }),
    stock: integer({ default: 0 }),
    supplierId: string({ optional: true }),
    tags: stringSet({ optional: true }),
    sizes: numberSet({ optional: true }),
    ratings: list(integer(), { optional: true }),
    details: map(
      { colour: string(), weight: number({ optional: true }), materials: list(string(), { optional: true }) },
      { optional: true },
    ),
    pictures: list(map({ url: string(), alt: string({ optional: true }) }), { optional: true }),
    notes: record(string(), { optional: true }),
    origin: string({ readOnly: true, optional: true }),
    internalNote: string({ optional: true, sensitive: true, name: 'note' }),
    expiresAt: ttl({ optional: true }),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    version: version(),
  },
  indexes: { bySupplier: { partition: 'supplierId', sort: 'price' } },
});

/** A sort key, a local index and a global index that holds only some attributes. */
export const Reading = defineModel({
  name: 'Reading',
  table: 'readings',
  key: { partition: 'sensorId', sort: 'takenAt' },
  attributes: {
    sensorId: string(),
    takenAt: date(),
    value: number(),
    unit: string(),
    quality: string({ optional: true }),
    remark: string({ optional: true }),
  },
  indexes: {
    byValue: { type: 'local', partition: 'sensorId', sort: 'value' },
    byUnit: { partition: 'unit', sort: 'value', projection: ['quality'] },
    byQuality: { partition: 'quality', sort: 'takenAt' },
  },
});

/** Shares a table with {@link Order}: both keys are composed. */
export const Customer = defineModel({
  name: 'Customer',
  table: 'shop',
  key: {
    partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' },
    sort: { attribute: 'SK', template: 'PROFILE' },
  },
  attributes: {
    customerId: string({ minLength: 1 }),
    name: string({ optional: true, sensitive: true }),
    orderCount: integer({ default: 0 }),
  },
});

/** The orders of a customer, with an index over two composed keys. */
export const Order = defineModel({
  name: 'Order',
  table: 'shop',
  key: {
    partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' },
    sort: { attribute: 'SK', template: 'ORDER#{orderId}' },
  },
  attributes: {
    customerId: string({ minLength: 1 }),
    orderId: string({ minLength: 1 }),
    status: string({ enum: ['open', 'paid', 'shipped'] }),
    total: number({ minimum: 0 }),
    region: string({ optional: true }),
    city: string({ optional: true }),
    lines: list(map({ sku: string(), quantity: integer({ minimum: 1 }) })),
    placedAt: date(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    version: version(),
  },
  indexes: {
    byStatus: { partition: 'status', sort: 'createdAt', projection: ['total'] },
    byPlace: {
      partition: { attribute: 'GSI1PK', template: 'REGION#{region}' },
      sort: { attribute: 'GSI1SK', template: 'CITY#{city}#{orderId}' },
    },
  },
});
