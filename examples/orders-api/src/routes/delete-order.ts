import { RequestError } from '../request-error.ts';
import { route } from '../route.ts';

export const deleteOrder = route({
  key: 'DELETE /orders/{customerId}/{orderId}',
  async handle({ parameters, tables }) {
    const deleted = await tables.orders.delete(parameters);
    if (deleted === undefined) throw new RequestError(404, 'ORDER_NOT_FOUND', 'There is no such order.');
    return { statusCode: 204 };
  },
});
