import { RequestError } from '../request-error.ts';
import { jsonResponse } from '../response.ts';
import { route } from '../route.ts';

const MOST = 100;

/** Several products by their SKUs, in that order, and those there are none of. */
export const getProducts = route({
  key: 'GET /products',
  async handle({ query, tables }) {
    const skus = query.skus?.split(',').filter((sku) => sku !== '') ?? [];
    if (skus.length === 0 || skus.length > MOST) {
      throw new RequestError(400, 'SKUS_INVALID', `skus must be 1 to ${MOST} SKUs with commas between them.`);
    }
    const { items, missing, unprocessed } = await tables.products.batchGet(skus.map((sku) => ({ sku })));
    if (unprocessed.length > 0) throw new RequestError(503, 'BUSY', 'Not all products could be read. Try again.');
    return jsonResponse(200, { products: items, missing: missing.map(({ sku }) => sku) });
  },
});
