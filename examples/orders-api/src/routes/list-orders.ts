import { ORDER_STATUSES, type OrderStatus } from '../models.ts';
import { RequestError } from '../request-error.ts';
import { jsonResponse } from '../response.ts';
import { route } from '../route.ts';

const LARGEST_PAGE = 100;

/** The orders of one status, newest first, page by page. */
export const listOrders = route({
  key: 'GET /orders',
  async handle({ query, tables }) {
    const page = await tables.orders
      .where('status', '=', statusIn(query.status))
      .index('byStatus')
      .descending()
      .page({ size: sizeIn(query.size), cursor: query.cursor });
    return jsonResponse(200, page);
  },
});

function statusIn(text: string | undefined): OrderStatus {
  const status = ORDER_STATUSES.find((known) => known === text);
  if (status !== undefined) return status;
  throw new RequestError(400, 'STATUS_INVALID', `status must be one of ${ORDER_STATUSES.join(', ')}.`);
}

function sizeIn(text = '20'): number {
  const size = Number(text);
  if (Number.isInteger(size) && size >= 1 && size <= LARGEST_PAGE) return size;
  throw new RequestError(400, 'SIZE_INVALID', `size must be a whole number from 1 to ${LARGEST_PAGE}.`);
}
