import type middy from '@middy/core';
import {
  type AnyModel,
  type Client,
  type EncryptionOptions,
  sensitiveAttributesOf,
  type Tables,
  type TablesOptions,
  warmUp,
} from '@tabletheory/core';
import {
  declareSensitive,
  enter,
  initializationType,
  type LambdaContext,
  leave,
  type MiddyRequest,
  type OptionSchema,
  recordInitPhase,
  validateOptions,
} from '@tabletheory/invocation';
import { warming } from './warmed-up.ts';

/** Models, by the names their tables get. */
export type Models = Readonly<Record<string, AnyModel>>;

/** The options that the middleware has with any client. */
export interface TablesMiddlewareOptions<M extends Models, Key extends string, C extends Client> {
  /** The models, by the names their tables get: `{ orders: Order }` makes `tables.orders`. */
  readonly models: M;
  /** A client of your own. Without one, the middleware makes one. */
  readonly client?: C | undefined;
  /** The key of the context the tables are found under. Default `tables`. */
  readonly contextKey?: Key | undefined;
  /**
   * In a Lambda function, runs the code of a request once and opens a connection while the environment starts. On a
   * client of your own, only the connection: its middleware sees no request that is none. Default `true`.
   */
  readonly warmUp?: boolean | undefined;
  /** Signs cursors, so that a client cannot make or change one. */
  readonly cursorSecret?: string | undefined;
  /** How attributes marked `encrypted` are encrypted: needed where a model has such attributes. */
  readonly encryption?: EncryptionOptions | undefined;
}

/** The schema of {@link TablesMiddlewareOptions}. */
export const commonOptions: Readonly<Record<string, OptionSchema>> = {
  models: { type: 'object', additionalProperties: { instanceof: 'Object' } },
  client: { instanceof: 'Object' },
  config: { type: 'object', additionalProperties: true },
  contextKey: { type: 'string', minLength: 1 },
  warmUp: { type: 'boolean' },
  cursorSecret: { type: 'string', minLength: 1 },
  encryption: { type: 'object', additionalProperties: true }, // createTables knows what is in it
};

/** @throws TypeError that names two options which exclude each other. */
export function refuseTogether(names: string): never {
  throw new TypeError(`@tabletheory/dynamodb: options ${names} exclude each other`, {
    cause: { package: '@tabletheory/dynamodb' },
  });
}

/** @throws TypeError naming the first option that is wrong, unknown or missing, or two that exclude each other. */
export function validateTablesOptions(schema: OptionSchema, options: unknown): void {
  validateOptions('@tabletheory/dynamodb', schema, options);
  const { client, config } = options as { client?: unknown; config?: unknown };
  if (client !== undefined && config !== undefined) refuseTogether('client and config');
}

/** How the tables, and the client where none is given, are made. */
interface Making<C extends Client> {
  readonly makeClient: () => C;
  readonly createTables: <M extends Models>(options: TablesOptions<M, C>) => Tables<M, C>;
}

/** The middleware, on any client. */
export function tablesMiddleware<M extends Models, Key extends string, C extends Client>(
  options: TablesMiddlewareOptions<M, Key, C>,
  { makeClient, createTables }: Making<C>,
): middy.MiddlewareObj<unknown, any, Error, LambdaContext & { [K in Key]: Tables<M, C> }> {
  const { models, cursorSecret, encryption } = options;
  const contextKey = options.contextKey ?? 'tables';
  const client = timed('client', () => options.client ?? makeClient());
  const tables = timed('tables', () => createTables({ client, models, cursorSecret, encryption }));
  for (const model of Object.values(models)) declareSensitive(sensitiveAttributesOf(model));
  if (options.warmUp !== false && process.env.AWS_LAMBDA_FUNCTION_NAME !== undefined) {
    warming(timedWarmUp(client, options.client === undefined));
  }
  const middleware = {};

  function dynamodbMiddlewareBefore(request: MiddyRequest): void {
    request.context[contextKey] = tables.$bind(enter(request, middleware));
  }

  function dynamodbMiddlewareAfter(request: MiddyRequest): void | Promise<void> {
    return leave(request, middleware);
  }

  function dynamodbMiddlewareOnError(request: MiddyRequest): void | Promise<void> {
    return leave(request, middleware);
  }

  return { before: dynamodbMiddlewareBefore, after: dynamodbMiddlewareAfter, onError: dynamodbMiddlewareOnError };
}

/** Runs a phase of the initialization and records what it took. */
function timed<T>(phase: string, run: () => T): T {
  const startedAt = performance.now();
  const result = run();
  recordInitPhase(`dynamodb.${phase}`, performance.now() - startedAt);
  return result;
}

async function timedWarmUp(client: Client, dryRun: boolean): Promise<void> {
  const startedAt = performance.now();
  // A snapshot holds no connection.
  const connect = initializationType() !== 'snap-start';
  await warmUp(client, { dryRun, connect }).catch(ignore); // what it cannot do the first request will
  recordInitPhase('dynamodb.warmUp', performance.now() - startedAt);
}

function ignore(): void {}
