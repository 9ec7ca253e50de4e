import {
  createdAt,
  date,
  defineModel,
  type Item,
  integer,
  list,
  map,
  number,
  string,
  stringSet,
  ttl,
  updatedAt,
  version,
} from '@tabletheory/core';

/** The model of the README, with the types an application exports beside it. */
export const Order = defineModel({
  name: 'Order',
  table: 'orders',
  key: { partition: 'customerId', sort: 'orderId' },
  attributes: {
    customerId: string({ minLength: 1 }),
    orderId: string({ pattern: '^o-' }),
    status: string({ enum: ['open', 'paid', 'shipped'] }),
    total: number({ minimum: 0 }),
    lines: list(map({ sku: string(), quantity: integer({ minimum: 1 }) })),
    labels: stringSet({ optional: true }),
    placedAt: date(),
    email: string({ format: 'email', sensitive: true, optional: true }),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    version: version(),
    expiresAt: ttl({ optional: true }),
  },
  indexes: { byStatus: { partition: 'status', sort: 'createdAt', projection: ['total'] } },
});
export type Order = Item<typeof Order>;

export const Customer = defineModel({
  name: 'Customer',
  table: 'customers',
  key: { partition: 'customerId' },
  attributes: { customerId: string(), name: string(), orderCount: integer({ default: 0 }) },
});
export type Customer = Item<typeof Customer>;
