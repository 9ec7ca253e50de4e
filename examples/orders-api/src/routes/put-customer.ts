import { ConditionFailedError } from '@tabletheory/core';
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
    try {
      return jsonResponse(201, await tables.customers.create({ customerId, ...input }));
    } catch (error) {
      if (!(error instanceof ConditionFailedError)) throw error;
      return jsonResponse(200, await tables.customers.update({ customerId }, input));
    }
  },
});
