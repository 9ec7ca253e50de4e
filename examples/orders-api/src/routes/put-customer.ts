import { jsonResponse } from '../response.ts';
import { route } from '../route.ts';

/** Creates a customer, or changes name and address of one. */
export const putCustomer = route({
  key: 'PUT /customers/{customerId}',
  body: {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 1 },
      email: { type: 'string', format: 'email' },
    },
    required: ['name', 'email'],
    additionalProperties: false,
  },
  async handle({ parameters: { customerId }, input, tables }) {
    const customer = await tables.customers.upsert({ customerId, ...input });
    const isNew = customer.createdAt.getTime() === customer.updatedAt.getTime();
    return jsonResponse(isNew ? 201 : 200, customer);
  },
});
