import {
  createdAt,
  date,
  defineModel,
  type Item,
  integer,
  list,
  map,
  string,
  stringSet,
  ttl,
  updatedAt,
  version,
} from '@tabletheory/core';

export const ORDER_STATUSES = ['open', 'paid', 'shipped'] as const;

export type OrderStatus = (typeof ORDER_STATUSES)[number];

// All models live in one table; called when the function starts, so that each deployment has a table of its own.
const table = () => process.env.ORDERS_TABLE ?? 'orders';

// A customer and that customer's orders share a partition.
const partition = { attribute: 'PK', template: 'CUSTOMER#{customerId}' } as const;

export const Order = defineModel({
  name: 'Order',
  table,
  key: { partition, sort: { attribute: 'SK', template: 'ORDER#{orderId}' } },
  attributes: {
    customerId: string({ minLength: 1, maxLength: 64 }),
    orderId: string({ minLength: 1, maxLength: 64 }),
    status: string({ enum: ORDER_STATUSES }),
    total: integer({ minimum: 0, description: 'In cents.' }),
    lines: list(
      map({
        sku: string({ minLength: 1 }),
        quantity: integer({ minimum: 1 }),
        price: integer({ minimum: 0, description: 'Of one piece, in cents.' }),
      }),
    ),
    labels: stringSet({ optional: true }),
    email: string({ sensitive: true, description: 'Where the confirmation goes.' }),
    placedAt: date(),
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
  table,
  key: { partition, sort: { attribute: 'SK', template: 'PROFILE' } },
  attributes: {
    customerId: string({ minLength: 1, maxLength: 64 }),
    name: string({ minLength: 1 }),
    email: string({ sensitive: true }),
    orderCount: integer({ minimum: 0, default: 0, description: 'Orders ever created.' }),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
});

export type Customer = Item<typeof Customer>;

export const Product = defineModel({
  name: 'Product',
  table,
  key: { partition: { attribute: 'PK', template: 'PRODUCT#{sku}' }, sort: { attribute: 'SK', template: 'INFO' } },
  attributes: {
    sku: string({ minLength: 1, maxLength: 64 }),
    name: string({ minLength: 1 }),
    price: integer({ minimum: 0, description: 'In cents.' }),
  },
});

export type Product = Item<typeof Product>;

/** The models by the names their tables have in the handlers. */
export const models = { orders: Order, customers: Customer, products: Product };
