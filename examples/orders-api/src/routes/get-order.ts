import { jsonResponse } from '../response.ts';
import { route } from '../route.ts';

export const getOrder = route({
  key: 'GET /orders/{customerId}/{orderId}',
  async handle({ parameters, tables }) {
    return jsonResponse(200, await tables.orders.getOrThrow(parameters));
  },
});
