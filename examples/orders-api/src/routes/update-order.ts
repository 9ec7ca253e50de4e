import { ORDER_STATUSES } from '../models.ts';
import { jsonResponse } from '../response.ts';
import { route } from '../route.ts';

const YEAR = 365 * 24 * 60 * 60 * 1000;

/**
 * Changes the status of an order, if it still is as the client has read it: `version` is the one of that reading.
 * A shipped order is kept for a year.
 */
export const updateOrder = route({
  key: 'PATCH /orders/{customerId}/{orderId}',
  body: {
    type: 'object',
    properties: {
      version: { type: 'integer', minimum: 1 },
      status: { enum: ORDER_STATUSES },
    },
    required: ['version', 'status'],
    additionalProperties: false,
  },
  async handle({ parameters, input: { version, status }, tables }) {
    const expiresAt = status === 'shipped' ? new Date(Date.now() + YEAR) : undefined;
    return jsonResponse(200, await tables.orders.update(parameters, { status, expiresAt }, { version }));
  },
});
