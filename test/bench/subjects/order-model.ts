import { boolean, defineModel, integer, list, map, string } from '@tabletheory/core';
import { TABLE } from './orders.ts';

/** The model of the orders in {@link TABLE}. */
export const OrderModel = defineModel({
  name: 'Order',
  table: TABLE,
  key: { partition: 'customerId', sort: 'orderId' },
  attributes: {
    customerId: string(),
    orderId: string(),
    status: string({ enum: ['open', 'paid', 'shipped'] }),
    total: integer({ minimum: 0 }),
    currency: string(),
    email: string(),
    placedAt: string(),
    paid: boolean(),
    note: string(),
    address: map({ street: string(), city: string(), zip: string(), country: string() }),
    lines: list(map({ sku: string(), quantity: integer(), price: integer() })),
    tags: list(string()),
  },
});
