import type { ErrorObject } from 'ajv';
import type { FromSchema } from './from-schema.ts';
import type { MessageResult } from './messages.ts';
import type { PartName } from './part.ts';

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

/** The type of the input a schema or compiled validator accepts. */
export type InputOf<S> = S extends { readonly '~standard': { readonly types?: infer T } }
  ? NonNullable<T> extends { readonly output: infer O }
    ? O
    : unknown
  : S extends (body: any, ...rest: any[]) => body is infer T
    ? T
    : S extends (...args: any[]) => unknown
      ? unknown
      : '~input' extends keyof S
        ? S extends { readonly '~input'?: infer T }
          ? T
          : never
        : FromSchema<S>;

/** The type of the input several schemas accept: of one part it is that part, of more an object of them by name. */
export type InputOfParts<P> = InputOfGiven<{
  [K in keyof P as K extends PartName ? (P[K] extends object ? K : never) : never]: P[K];
}>;

type InputOfGiven<P> = [keyof P] extends [never]
  ? undefined
  : IsOne<keyof P> extends true
    ? InputOfPart<keyof P, P[keyof P]>
    : { -readonly [K in keyof P]: InputOfPart<K, P[K]> };

type InputOfPart<K, S> = K extends 'records' ? MessageResult<InputOf<S>>[] : InputOf<S>;

// Of a union, the other members are left over for each.
type IsOne<K, All = K> = K extends unknown ? ([All] extends [K] ? true : false) : never;

/** The type of a route's input: a schema of its body, or several parts. */
export type InputOfRoute<R> = R extends { readonly '~standard': unknown } | ((...args: any[]) => unknown)
  ? InputOf<R>
  : R extends unknown
    ? [Extract<keyof R, PartName | 'response'>] extends [never]
      ? InputOf<R>
      : InputOfParts<R>
    : never;
