import { defineModel, integer, type Model, string } from '@tabletheory/core';

const orderAttributes = { customerId: string(), orderId: string(), quantity: integer({ optional: true }) };
const orderKey = { partition: 'customerId', sort: 'orderId' } as const;

export const Order: Model<typeof orderAttributes, typeof orderKey, {}> = defineModel({
  name: 'Order',
  table: 'orders',
  key: orderKey,
  attributes: orderAttributes,
});

const customerAttributes = { customerId: string() };
const customerKey = { partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' } } as const;

export const Customer: Model<typeof customerAttributes, typeof customerKey, {}> = defineModel({
  name: 'Customer',
  table: 'customers',
  key: customerKey,
  attributes: customerAttributes,
});
