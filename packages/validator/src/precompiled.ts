import type { BodyGuard } from './input.ts';
import type { SchemaOptions } from './options.ts';

/** A string format, as ajv takes it. */
export type Formats = NonNullable<SchemaOptions['formats']>;

/** The code of one plain schema, compiled when the function was bundled. The formats it uses are given at run time. */
export interface PrecompiledSchema {
  /** Makes the validator that stops at the first error. */
  readonly verdict: (formats: Formats) => BodyGuard;
  /** Makes the validator that lists all errors. */
  readonly listing: (formats: Formats) => BodyGuard;
}

type Lookup = (schema: object, options: object) => PrecompiledSchema | undefined;

/** Where a bundler leaves the schemas it has compiled: `@tabletheory/esbuild` does. */
const LOOKUP = Symbol.for('@tabletheory/validator/precompiled');

/**
 * The code of a schema that was compiled when the function was bundled.
 *
 * @param options the options of ajv it has to be compiled with.
 * @returns `undefined` where there is none: ajv has to compile the schema.
 */
export function precompiledSchema(schema: object, options: object): PrecompiledSchema | undefined {
  return (globalThis as { [LOOKUP]?: Lookup })[LOOKUP]?.(schema, options);
}
