import type { ErrorObject } from 'ajv';
import type { FromSchema } from './from-schema.ts';

/** A compiled validator: what `ajv.compile` returns, ajv's standalone code exports, or a type guard of your own. */
export interface BodyGuard<T = unknown> {
  (body: any): body is T;
  /** What the last call found wrong, as ajv leaves it. */
  errors?: ErrorObject[] | null;
}

/**
 * A JSON Schema that says which type it accepts. Types cannot be inferred from a schema imported from a JSON file,
 * because TypeScript widens its literals; this names the type by hand. The property exists in the types only.
 *
 * @example
 * import createOrder from './create-order.schema.json' with { type: 'json' };
 * interface CreateOrder { customerId: string; total: number }
 * validator({ body: createOrder as Schema<CreateOrder> });
 */
export type Schema<T> = object & { readonly '~input'?: T };

/** The type of the input a body schema or compiled validator accepts. */
export type InputOf<B> = B extends (body: any, ...rest: any[]) => body is infer T
  ? T
  : B extends (...args: any[]) => unknown
    ? unknown
    : '~input' extends keyof B
      ? B extends { readonly '~input'?: infer T }
        ? T
        : never
      : FromSchema<B>;
