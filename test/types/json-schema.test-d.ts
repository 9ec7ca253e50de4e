import middy from '@middy/core';
import { validator } from '@tabletheory/validator';
import { Customer, Order } from './models.ts';

// The schema of a model gives the input its type.
middy()
  .use(validator({ body: Order.jsonSchema('new') }))
  .use(validator({ body: Order.jsonSchema('key'), contextKey: 'id' }))
  .handler(async (_event, { input, id }) => {
    const order: { customerId: string; status: 'open' | 'paid' | 'shipped'; placedAt: string } = input;
    const quantities: number[] = input.lines.map(({ quantity }) => quantity);
    const labels: string[] | undefined = input.labels;
    const key: { customerId: string; orderId: string } = id;
    // @ts-expect-error a date is a string in JSON
    const placedAt: Date = input.placedAt;
    // @ts-expect-error filled in by the table layer
    input.createdAt;
    // @ts-expect-error filled in by the table layer
    input.version;
    // @ts-expect-error no attribute
    input.colour;
    // @ts-expect-error not part of the key
    id.status;
    return [order, quantities, labels, key, placedAt];
  });

middy()
  .use(validator({ routes: { 'POST /c': Customer.jsonSchema(), 'PATCH /c/{id}': Customer.jsonSchema('update') } }))
  .handler(async (_event, { input }) => {
    const name: string | undefined = input?.name;
    return name;
  });
