import { type OptionSchema, validateOptions } from '@tabletheory/invocation';
import type { Options as AjvOptions, ErrorObject } from 'ajv';
import { type PartName, partNames } from './part.ts';
import { isStandardSchema } from './standard-schema.ts';

/** Puts the messages of ajv's errors into another language, in place. */
export type Localize = (errors: ErrorObject[] | null | undefined) => void;

/**
 * Options of ajv for plain schemas, added to the middleware's own. Defaults cannot be switched off, since the type of
 * the input relies on them, and `allErrors` is left to the middleware, which bounds it.
 */
export type SchemaOptions = Omit<AjvOptions, 'allErrors' | 'useDefaults'> & {
  /** `empty` fills defaults in for `null` and `''` as well. Default `true`. */
  readonly useDefaults?: true | 'empty';
};

/** What all forms of the options share. */
export interface SharedOptions<Key extends string = 'input'> {
  /** The property of the context that receives the validated input. Default `input`. */
  readonly contextKey?: Key;
  /** The most bytes a body may have, base64 decoded; a longer one is refused with 413 before it is parsed. */
  readonly maxBodyBytes?: number;
  /** Localizers of ajv's messages by language; `context.preferredLanguage` chooses. */
  readonly languages?: Readonly<Record<string, Localize>>;
  /** The language when the preferred one is not in `languages`. Default `en`. */
  readonly defaultLanguage?: string;
  /** Tells the messages of Standard Schemas as their library wrote them, which may quote values. Default `false`. */
  readonly vendorMessages?: boolean;
  /** Options of ajv for plain schemas. */
  readonly ajv?: SchemaOptions;
}

/** Every request must carry a body that matches one schema. */
export interface BodyOptions<Body, Key extends string = 'input'> extends SharedOptions<Key> {
  /** A JSON Schema (draft-07, or 2020-12 when `$schema` says so), a compiled validator or a Standard Schema. */
  readonly body: Body;
  /** A schema of the document in the handler's response. */
  readonly response?: object;
  readonly routes?: never;
}

/**
 * Schemas for parts of every request, at least one. Each is a JSON Schema (draft-07, or 2020-12 when `$schema` says
 * so), a compiled validator or a Standard Schema.
 */
export type PartsOptions<
  Body,
  Query,
  Path,
  Headers,
  Event,
  Detail,
  Records,
  Key extends string = 'input',
> = SharedOptions<Key> & {
  /** The path parameters. */
  readonly path?: Path;
  /** The query string; a parameter given several times is a list. */
  readonly query?: Query;
  /** The headers, by names in lower case. */
  readonly headers?: Headers;
  /** The JSON body. */
  readonly body?: Body;
  /** The whole event, of any source. */
  readonly event?: Event;
  /** The detail of an EventBridge event. */
  readonly detail?: Detail;
  /** The JSON body of each message of an SQS event. */
  readonly records?: Records;
  /** The document in the handler's response. */
  readonly response?: object;
  readonly routes?: never;
} & { [Name in PartName]: { readonly [Given in Name]: object } }[PartName];

/** Only the handler's responses are checked, and the context is left as it is. */
export interface ResponseOptions extends SharedOptions {
  /** A schema of the document in the handler's response. */
  readonly response: object;
  readonly routes?: never;
}

/** The schemas of one of several routes: one of the body, or some by part. */
export type RouteSchemas = object | Readonly<Partial<Record<PartName | 'response', object>>>;

/** A function behind several routes: each has schemas of its own, and routes not named here are not validated. */
export interface RoutesOptions<Routes, Key extends string = 'input'> extends SharedOptions<Key> {
  /**
   * By method and route as API Gateway names them, for example `PATCH /orders/{id}`: a schema of the body, or several
   * schemas by part, `{ path, query, headers, body, response }`.
   */
  readonly routes: Routes;
  readonly body?: never;
}

/** The options, whatever their form. */
export type AnyOptions = SharedOptions<string> &
  Readonly<Partial<Record<PartName | 'response', object>>> & { readonly routes?: Readonly<Record<string, object>> };

const schema: OptionSchema = {
  anyOf: [{ instanceof: 'Function' }, { type: 'object', additionalProperties: true }],
};

/** What a schema can be given for. */
export const schemaNames: readonly (PartName | 'response')[] = [...partNames, 'response'];

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    ...Object.fromEntries(schemaNames.map((name) => [name, schema])),
    routes: { type: 'object', additionalProperties: schema },
    contextKey: { type: 'string', minLength: 1 },
    maxBodyBytes: { type: 'integer', minimum: 1 },
    languages: { type: 'object', additionalProperties: { instanceof: 'Function' } },
    defaultLanguage: { type: 'string', minLength: 1 },
    vendorMessages: { type: 'boolean' },
    ajv: { type: 'object', properties: { useDefaults: { enum: [true, 'empty'] } }, additionalProperties: true },
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
  const problem = problemOf(options as AnyOptions);
  if (problem === undefined) return;
  throw new TypeError(`@tabletheory/validator: ${problem}`, { cause: { package: '@tabletheory/validator' } });
}

// A misspelt route would never match, and its requests would go unvalidated.
const ROUTE_KEY = /^(?:[A-Z]+ \/\S*|\$default)$/;

function problemOf(options: AnyOptions): string | undefined {
  const given = schemaNames.filter((name) => options[name] !== undefined);
  if (options.routes === undefined) {
    if (given.length === 0) return `option body is missing; give it or routes, or another of ${schemaNames.join(', ')}`;
    return problemOfSchemas(options, '');
  }
  if (given.length > 0) return `options ${given[0]} and routes exclude each other; give one`;
  for (const [route, schemas] of Object.entries(options.routes)) {
    if (!ROUTE_KEY.test(route)) return `option routes has the key "${route}"; it must look like "POST /orders"`;
    if (!isByPart(schemas)) {
      const problem = problemOfSchemas({ body: schemas }, '');
      if (problem !== undefined) return problem;
      continue;
    }
    const prefix = `routes["${route}"].`;
    for (const [name, given] of Object.entries(schemas)) {
      if (!(schemaNames as string[]).includes(name)) {
        return `option ${prefix}${name} is unknown; known are ${schemaNames.join(', ')}`;
      }
      if ((typeof given !== 'object' || given === null) && typeof given !== 'function') {
        return `option ${prefix}${name} must be a schema`;
      }
    }
    const problem = problemOfSchemas(schemas, prefix);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Whether a route's value names parts. No JSON Schema has a keyword of such a name. */
export function isByPart(schemas: object): schemas is Readonly<Partial<Record<PartName | 'response', object>>> {
  return typeof schemas === 'object' && !isStandardSchema(schemas) && schemaNames.some((name) => name in schemas);
}

function problemOfSchemas(
  schemas: Readonly<Partial<Record<PartName | 'response', object>>>,
  prefix: string,
): string | undefined {
  for (const name of schemaNames) {
    const schema = schemas[name];
    if (schema !== undefined && '$async' in schema && schema.$async) {
      return 'schemas with $async are not supported; compile without it';
    }
  }
  const { properties = {}, required = [] } = (schemas.headers ?? {}) as { properties?: object; required?: string[] };
  const spelt = [...Object.keys(properties), ...required].find((name) => name !== name.toLowerCase());
  if (spelt === undefined) return undefined;
  return `option ${prefix}headers names "${spelt}"; headers have names in lower case here`;
}
