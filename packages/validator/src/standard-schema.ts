/**
 * A schema of zod, valibot, arktype or any other library with the Standard Schema interface, version 1: the part of
 * it that is used here. Source: https://standardschema.dev
 */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** What such a schema answers: the value it accepts, or what is wrong. */
export type StandardResult<Output = unknown> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One thing that is wrong with a value. Libraries add members of their own. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Whether a schema has the interface. Some libraries' schemas are functions. */
export function isStandardSchema(schema: object): schema is StandardSchema {
  return '~standard' in schema;
}
