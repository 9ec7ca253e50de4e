import { type OptionSchema, validateOptions } from '@tabletheory/invocation';
import type { Options as AjvOptions, ErrorObject } from 'ajv';

/** Puts the messages of ajv's errors into another language, in place. */
export type Localize = (errors: ErrorObject[] | null | undefined) => void;

/**
 * Options of ajv for plain schemas, added to the middleware's own. `useDefaults` is always on, since the type of the
 * input relies on it, and `allErrors` is left to the middleware, which bounds it.
 */
export type SchemaOptions = Omit<AjvOptions, 'allErrors' | 'useDefaults'>;

/** What both forms of the options share. */
export interface SharedOptions<Key extends string = 'input'> {
  /** The property of the context that receives the validated body. Default `input`. */
  readonly contextKey?: Key;
  /** Message localizers by language; `context.preferredLanguage` chooses. */
  readonly languages?: Readonly<Record<string, Localize>>;
  /** The language when the preferred one is not in `languages`. Default `en`. */
  readonly defaultLanguage?: string;
  /** Options of ajv for plain schemas. */
  readonly ajv?: SchemaOptions;
}

/** Every request must carry a body that matches one schema. */
export interface BodyOptions<Body, Key extends string = 'input'> extends SharedOptions<Key> {
  /** A JSON Schema (draft-07, or 2020-12 when `$schema` says so) or a compiled validator. */
  readonly body: Body;
  readonly routes?: never;
}

/** A function behind several routes: each has a schema of its own, and routes not named here are not validated. */
export interface RoutesOptions<Routes, Key extends string = 'input'> extends SharedOptions<Key> {
  /** Schemas by method and route as API Gateway names them, for example `PATCH /orders/{id}`. */
  readonly routes: Routes;
  readonly body?: never;
}

const bodySchema: OptionSchema = {
  anyOf: [{ instanceof: 'Function' }, { type: 'object', additionalProperties: true }],
};

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    body: bodySchema,
    routes: { type: 'object', additionalProperties: bodySchema },
    contextKey: { type: 'string', minLength: 1 },
    languages: { type: 'object', additionalProperties: { instanceof: 'Function' } },
    defaultLanguage: { type: 'string', minLength: 1 },
    ajv: { type: 'object', additionalProperties: true },
  },
  additionalProperties: false,
};

/**
 * Checks options of `validator` without making the middleware. Plain schemas are not compiled.
 *
 * @throws TypeError naming the option that is wrong, unknown or missing.
 */
export function validatorValidateOptions(options: unknown): void {
  validateOptions('@tabletheory/validator', optionSchema, options);
  const problem = problemOf(options as { body?: object; routes?: Record<string, object> });
  if (problem === undefined) return;
  throw new TypeError(`@tabletheory/validator: ${problem}`, { cause: { package: '@tabletheory/validator' } });
}

// A misspelt route would never match, and its requests would go unvalidated.
const ROUTE_KEY = /^(?:[A-Z]+ \/\S*|\$default)$/;

function problemOf({ body, routes }: { body?: object; routes?: Record<string, object> }): string | undefined {
  if (body !== undefined && routes !== undefined) return 'options body and routes exclude each other; give one';
  if (body === undefined && routes === undefined) return 'option body is missing; give it or routes';
  for (const route of Object.keys(routes ?? {})) {
    if (!ROUTE_KEY.test(route)) return `option routes has the key "${route}"; it must look like "POST /orders"`;
  }
  for (const schema of body === undefined ? Object.values(routes ?? {}) : [body]) {
    if ('$async' in schema && schema.$async) return 'schemas with $async are not supported; compile without it';
  }
  return undefined;
}
