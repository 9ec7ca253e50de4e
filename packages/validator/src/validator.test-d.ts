import middy from '@middy/core';
import type { JSONSchemaType, ValidateFunction } from 'ajv';
import type { Schema } from './input.ts';
import { validator } from './validator.ts';

interface CreateOrder {
  customerId: string;
  items: { sku: string }[];
}

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_equal: Equal<A, B>): void {}

// A schema written inline.
middy()
  .use(
    validator({
      body: {
        type: 'object',
        properties: { customerId: { type: 'string' }, note: { type: 'string' }, status: { enum: ['open', 'paid'] } },
        required: ['customerId', 'status'],
      },
    }),
  )
  .handler(async (_event, { input, awsRequestId }) => {
    same<typeof input, { customerId: string; status: 'open' | 'paid'; note?: string }>(true);
    same<typeof awsRequestId, string>(true);
    // @ts-expect-error no such property in the schema
    input.missing;
    // @ts-expect-error an optional property
    input.note.length;
    // @ts-expect-error not a value of the enum
    return input.status === 'shipped';
  });

// Compiled validators: ajv's own, and a type guard.
declare const compiled: ValidateFunction<CreateOrder>;
declare const guard: (body: unknown) => body is CreateOrder;
declare const untyped: (body: any) => boolean;
middy()
  .use(validator({ body: compiled }))
  .handler(async (_event, { input }) => same<typeof input, CreateOrder>(true));
middy()
  .use(validator({ body: guard, contextKey: 'order' }))
  .handler(async (_event, context) => {
    same<typeof context.order, CreateOrder>(true);
    // @ts-expect-error the input has another name
    context.input;
  });
middy()
  .use(validator({ body: untyped }))
  .handler(async (_event, { input }) => {
    // @ts-expect-error a function that is no type guard tells no type
    input.customerId;
  });

// A schema with widened literals, as imported from a JSON file.
const imported = { type: 'object', properties: { customerId: { type: 'string' } }, required: ['customerId'] };
middy()
  .use(validator({ body: imported }))
  .handler(async (_event, { input }) => {
    // @ts-expect-error its type is not known
    input.customerId;
  });
middy()
  .use(validator<CreateOrder>({ body: imported }))
  .handler(async (_event, { input }) => same<typeof input, CreateOrder>(true));
middy()
  .use(validator<CreateOrder, 'order'>({ body: imported, contextKey: 'order' }))
  .handler(async (_event, { order }) => same<typeof order, CreateOrder>(true));
middy()
  .use(validator({ body: imported as Schema<CreateOrder> }))
  .handler(async (_event, { input }) => same<typeof input, CreateOrder>(true));

// A schema that carries its type, such as a model's, beside literal keywords.
declare const branded: { readonly type: 'object' } & { readonly '~input'?: CreateOrder };
declare const ajvTyped: JSONSchemaType<{ sku: string }>;
middy()
  .use(validator({ body: branded }))
  .handler(async (_event, { input }) => same<typeof input, CreateOrder>(true));
validator<{ sku: string }>({ body: ajvTyped });

// Routes: the union of their inputs, or nothing.
middy()
  .use(
    validator({
      routes: {
        'POST /orders': imported as Schema<CreateOrder>,
        'PATCH /orders/{id}': { type: 'object', properties: { status: { const: 'paid' } }, required: ['status'] },
      },
    }),
  )
  .handler(async (_event, { input }) => {
    same<typeof input, CreateOrder | { status: 'paid' } | undefined>(true);
    // @ts-expect-error the route may be another one
    input.status;
    if (input !== undefined && 'status' in input) same<typeof input.status, 'paid'>(true);
  });

// Without the middleware there is no input.
middy().handler(async (_event, context) => {
  // @ts-expect-error
  context.input;
});

// Options that do not go together.
// @ts-expect-error neither body nor routes
validator({});
// @ts-expect-error both
validator({ body: imported, routes: { 'GET /': imported } });
// @ts-expect-error not a schema
validator({ body: 'object' });
// @ts-expect-error the type of the input relies on defaults
validator({ body: imported, ajv: { useDefaults: false } });
