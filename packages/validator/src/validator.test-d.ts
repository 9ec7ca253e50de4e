import middy from '@middy/core';
import type { JSONSchemaType, ValidateFunction } from 'ajv';
import * as v from 'valibot';
import * as z from 'zod';
import type { Schema } from './input.ts';
import type { InputError } from './input-error.ts';
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

// One part other than the body is the input itself.
const limits = { type: 'object', properties: { limit: { type: 'integer', default: 20 } } } as const;
middy()
  .use(validator({ query: limits }))
  .handler(async (_event, { input }) => same<typeof input, { limit: number }>(true));
middy()
  .use(validator({ headers: guard, contextKey: 'headers' }))
  .handler(async (_event, { headers }) => same<typeof headers, CreateOrder>(true));
middy()
  .use(validator({ event: imported as Schema<{ source: string }> }))
  .handler(async (_event, { input }) => same<typeof input, { source: string }>(true));
middy()
  .use(validator({ detail: z.object({ state: z.string() }) }))
  .handler(async (_event, { input }) => same<typeof input, { state: string }>(true));

// Several are an object, and the response is none of them.
middy()
  .use(validator({ body: compiled, query: limits, path: { type: 'object' }, response: { type: 'object' } }))
  .handler(async (_event, { input }) => {
    same<typeof input, { path: { [key: string]: unknown }; query: { limit: number }; body: CreateOrder }>(true);
    // @ts-expect-error no schema was given for it
    input.headers;
  });
middy()
  .use(validator({ body: compiled, response: limits, maxBodyBytes: 1000 }))
  .handler(async (_event, { input }) => same<typeof input, CreateOrder>(true));
middy()
  .use(validator({ response: limits }))
  .handler(async (_event, context) => {
    // @ts-expect-error responses alone are no input
    context.input;
  });
middy()
  .use(validator({ body: compiled }))
  .use(validator({ response: limits }))
  .handler(async (_event, { input }) => same<typeof input, CreateOrder>(true));

// Standard Schemas: what they give, not what they take.
middy()
  .use(
    validator({
      query: z.object({ limit: z.coerce.number(), at: z.string().transform((at) => new Date(at)) }),
      body: v.object({ sku: v.string(), note: v.optional(v.string(), '') }),
    }),
  )
  .handler(async (_event, { input }) =>
    same<typeof input, { query: { limit: number; at: Date }; body: { sku: string; note: string } }>(true),
  );

// Messages are valid or not, and have to be asked.
middy()
  .use(validator({ records: compiled }))
  .handler(async (_event, { input }) => {
    for (const message of input) {
      // @ts-expect-error the message may be invalid
      message.body.customerId;
      if (message.error === undefined) same<typeof message.body, CreateOrder>(true);
      else same<typeof message.error, InputError>(true);
    }
  });

// Routes with parts.
middy()
  .use(
    validator({
      routes: {
        'GET /orders': { query: limits, response: { type: 'array' } },
        'PUT /orders/{id}': { path: z.object({ id: z.string() }), body: compiled },
        'POST /orders': v.object({ sku: v.string() }),
      },
    }),
  )
  .handler(async (_event, { input }) =>
    same<typeof input, { limit: number } | { path: { id: string }; body: CreateOrder } | { sku: string } | undefined>(
      true,
    ),
  );

// Without the middleware there is no input.
middy().handler(async (_event, context) => {
  // @ts-expect-error
  context.input;
});

// Options that do not go together.
// @ts-expect-error no schema
validator({});
// @ts-expect-error both
validator({ body: imported, routes: { 'GET /': imported } });
// @ts-expect-error both
validator({ query: limits, routes: { 'GET /': imported } });
// @ts-expect-error no such part
validator({ body: imported, querry: limits });
// @ts-expect-error no such part, and no schema
validator({ routes: { 'GET /': 'query' } });
// @ts-expect-error not a number
validator({ body: imported, maxBodyBytes: '1 MB' });
// @ts-expect-error not a schema
validator({ body: 'object' });
// @ts-expect-error the type of the input relies on defaults
validator({ body: imported, ajv: { useDefaults: false } });
