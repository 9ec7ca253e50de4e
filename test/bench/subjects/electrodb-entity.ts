import { Entity } from 'electrodb';
import { TABLE } from './orders.ts';

/** What ElectroDB stores with each item, and asks of each item that it reads. */
export const ELECTRODB_MARKS = { __edb_e__: 'order', __edb_v__: '1' };

/** The orders as an entity whose keys are the attributes themselves. */
export const orderEntity = (client?: any) =>
  new Entity(
    {
      model: { entity: 'order', version: '1', service: 'shop' },
      attributes: {
        customerId: { type: 'string', required: true },
        orderId: { type: 'string', required: true },
        status: { type: ['open', 'paid', 'shipped'] as const, required: true },
        total: { type: 'number', required: true },
        currency: { type: 'string', required: true },
        email: { type: 'string', required: true },
        placedAt: { type: 'string', required: true },
        paid: { type: 'boolean', required: true },
        note: { type: 'string', required: true },
        address: {
          type: 'map',
          required: true,
          properties: {
            street: { type: 'string', required: true },
            city: { type: 'string', required: true },
            zip: { type: 'string', required: true },
            country: { type: 'string', required: true },
          },
        },
        lines: {
          type: 'list',
          required: true,
          items: {
            type: 'map',
            properties: {
              sku: { type: 'string', required: true },
              quantity: { type: 'number', required: true },
              price: { type: 'number', required: true },
            },
          },
        },
        tags: { type: 'list', required: true, items: { type: 'string' } },
      },
      indexes: {
        byCustomer: {
          pk: { field: 'customerId', composite: ['customerId'] },
          sk: { field: 'orderId', composite: ['orderId'] },
        },
      },
    },
    { table: TABLE, client },
  );
