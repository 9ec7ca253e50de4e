import { jsonResponse } from '../response.ts';
import { route } from '../route.ts';

/** Writes many products at once, and says which of them were not written. */
export const importProducts = route({
  key: 'POST /products/import',
  body: {
    type: 'object',
    properties: {
      products: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            sku: { type: 'string', minLength: 1, maxLength: 64 },
            name: { type: 'string', minLength: 1 },
            price: { type: 'integer', minimum: 0 },
          },
          required: ['sku', 'name', 'price'],
          additionalProperties: false,
        },
        minItems: 1,
        maxItems: 500,
      },
    },
    required: ['products'],
    additionalProperties: false,
  },
  async handle({ input: { products }, tables }) {
    const { written, unprocessed } = await tables.products.batchWrite({ put: products });
    const left = unprocessed.put.map(({ sku }) => sku);
    // 207: some were written and some were not; the client sends those again.
    return jsonResponse(left.length === 0 ? 200 : 207, { written, unprocessed: left });
  },
});
