import { TransactionCanceledError } from '@tabletheory/core';
import { RequestError } from '../request-error.ts';
import { jsonResponse } from '../response.ts';
import { route } from '../route.ts';

/** Creates an order and counts it with its customer: both, or neither. */
export const createOrder = route({
  key: 'POST /orders',
  body: {
    type: 'object',
    properties: {
      customerId: { type: 'string', minLength: 1, maxLength: 64 },
      orderId: { type: 'string', pattern: '^[a-z0-9-]{1,64}$' },
      email: { type: 'string', format: 'email' },
      placedAt: { type: 'string', format: 'date-time' },
      labels: { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1, uniqueItems: true },
      lines: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            sku: { type: 'string', minLength: 1 },
            quantity: { type: 'integer', minimum: 1, default: 1 },
            price: { type: 'integer', minimum: 0 },
          },
          required: ['sku', 'price'],
          additionalProperties: false,
        },
        minItems: 1,
        maxItems: 100,
      },
    },
    required: ['customerId', 'orderId', 'email', 'lines'],
    additionalProperties: false,
  },
  async handle({ input, tables, log }) {
    const { customerId, orderId, email, lines, labels, placedAt } = input;
    const total = lines.reduce((sum, { quantity, price }) => sum + quantity * price, 0);
    try {
      const [order] = await tables.$transactWrite((tx) => [
        tx.orders.create({
          customerId,
          orderId,
          email,
          lines,
          total,
          status: 'open',
          labels: labels && new Set(labels),
          placedAt: placedAt === undefined ? new Date() : new Date(placedAt),
        }),
        tx.customers.update({ customerId }, (customer) => customer.add('orderCount', 1)),
      ]);
      log.info({ order }, 'order created');
      return jsonResponse(201, order);
    } catch (error) {
      throw businessError(error);
    }
  },
});

/** Says in the API's terms which action of the transaction could not be done. */
function businessError(error: unknown): unknown {
  if (!(error instanceof TransactionCanceledError)) return error;
  const refused = error.reasons.find(({ code }) => code === 'ConditionalCheckFailed');
  if (refused?.model === 'Order') {
    return new RequestError(409, 'ORDER_EXISTS', 'This customer has an order with this id.', { cause: error });
  }
  if (refused?.model === 'Customer') {
    return new RequestError(404, 'CUSTOMER_NOT_FOUND', 'There is no such customer.', { cause: error });
  }
  return error;
}
