/**
 * The type of the JSON a schema literal accepts, after `default`s are filled in. It understands `type` (also as a
 * list), `nullable`, `properties`, `required`, `default`, `additionalProperties` where there are no `properties`,
 * `items`, `enum`, `const`, and `anyOf`, `oneOf` beside no `type`. What it does not understand is `unknown`, never a
 * guess; so is a schema whose literals were widened, for example by an import from a JSON file.
 *
 * @example
 * type Line = FromSchema<{
 *   type: 'object';
 *   properties: { sku: { type: 'string' }; quantity: { type: 'integer'; default: 1 }; note: { type: 'string' } };
 *   required: ['sku'];
 * }>;
 * // { sku: string; quantity: number; note?: string }
 */
export type FromSchema<S> = S extends { readonly const: infer C }
  ? C
  : S extends { readonly enum: readonly (infer E)[] }
    ? E | Nullable<S>
    : S extends { readonly type: readonly (infer T)[] }
      ? FromType<T, S>
      : S extends { readonly type: infer T }
        ? FromType<T, S> | Nullable<S>
        : S extends { readonly anyOf: readonly (infer B)[] }
          ? FromSchema<B>
          : S extends { readonly oneOf: readonly (infer B)[] }
            ? FromSchema<B>
            : unknown;

type Nullable<S> = S extends { readonly nullable: true } ? null : never;

type FromType<T, S> = T extends 'string'
  ? string
  : T extends 'number' | 'integer'
    ? number
    : T extends 'boolean'
      ? boolean
      : T extends 'null'
        ? null
        : T extends 'array'
          ? FromArray<S>
          : T extends 'object'
            ? FromObject<S>
            : unknown;

// A list of schemas under `items` is draft-07's tuple, whose elements differ.
type FromArray<S> = S extends { readonly items: readonly unknown[] }
  ? unknown[]
  : S extends { readonly items: infer I }
    ? FromSchema<I>[]
    : unknown[];

type FromObject<S> = S extends { readonly properties: infer P }
  ? Flat<
      { -readonly [K in keyof P as K extends Present<S, P> ? K : never]: FromSchema<P[K]> } & {
        -readonly [K in keyof P as K extends Present<S, P> ? never : K]?: FromSchema<P[K]>;
      }
    >
  : S extends { readonly additionalProperties: infer A extends object }
    ? { [key: string]: FromSchema<A> }
    : { [key: string]: unknown };

/** The properties that are there after validation: the required ones and those with a default. */
type Present<S, P> =
  | (S extends { readonly required: readonly (infer R)[] } ? R : never)
  | { [K in keyof P]: P[K] extends { readonly default: unknown } ? K : never }[keyof P];

/** Shows an intersection as one object on hover. */
type Flat<T> = { [K in keyof T]: T[K] };
