import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type middy from '@middy/core';
import { type AnyModel, createTables, sensitiveAttributesOf, type Tables } from '@tabletheory/core';
import {
  declareSensitive,
  enter,
  type LambdaContext,
  leave,
  type MiddyRequest,
  type OptionSchema,
  recordInitPhase,
  validateOptions,
} from '@tabletheory/invocation';
import { type AssumeRoleOptions, assumedRole } from './assume-role.ts';
import { createClient } from './client.ts';
import { warmUp } from './warm-up.ts';

/** Options of {@link dynamodb}. */
export interface DynamodbOptions<M extends Readonly<Record<string, AnyModel>>, Key extends string> {
  /** The models, by the names their tables get: `{ orders: Order }` makes `tables.orders`. */
  readonly models: M;
  /** A client of your own. Without one, the middleware makes one. */
  readonly client?: DynamoDBClient | undefined;
  /**
   * Configuration of the client the middleware makes. It goes before the middleware's defaults; options of a
   * `requestHandler` are added to them one by one. A `logger` gets every failed command, with the items in it.
   */
  readonly config?: DynamoDBClientConfig | undefined;
  /**
   * A role the client acts as, for example in another account. Its credentials are renewed before they expire. Needs
   * `@aws-sdk/credential-providers`.
   */
  readonly assumeRole?: AssumeRoleOptions | undefined;
  /** The key of the context the tables are found under. Default `tables`. */
  readonly contextKey?: Key | undefined;
  /** Runs the SDK's code once while the environment starts, without a network call. Default `true`. */
  readonly warmUp?: boolean | undefined;
  /** Signs cursors, so that a client cannot make or change one. */
  readonly cursorSecret?: string | undefined;
}

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    models: { type: 'object', additionalProperties: { instanceof: 'Object' } },
    client: { instanceof: 'Object' },
    config: { type: 'object', additionalProperties: true },
    assumeRole: {
      type: 'object',
      properties: {
        roleArn: { type: 'string', minLength: 20 },
        sessionName: { type: 'string', minLength: 2 },
        externalId: { type: 'string', minLength: 2 },
        durationSeconds: { type: 'integer', minimum: 900, maximum: 3600 },
      },
      required: ['roleArn'],
      additionalProperties: false,
    },
    contextKey: { type: 'string', minLength: 1 },
    warmUp: { type: 'boolean' },
    cursorSecret: { type: 'string', minLength: 1 },
  },
  required: ['models'],
  additionalProperties: false,
};

/**
 * Checks options of {@link dynamodb} without making one.
 *
 * @throws TypeError naming the first option that is wrong, unknown or missing, or two that exclude each other.
 */
export function dynamodbValidateOptions(options: unknown): void {
  validateOptions('@tabletheory/dynamodb', optionSchema, options);
  const { client, config, assumeRole } = options as DynamodbOptions<never, never>;
  if (client !== undefined && config !== undefined) refuseTogether('client and config');
  if (client !== undefined && assumeRole !== undefined) refuseTogether('client and assumeRole');
  if (config?.credentials !== undefined && assumeRole !== undefined)
    refuseTogether('config.credentials and assumeRole');
}

function refuseTogether(names: string): never {
  throw new TypeError(`@tabletheory/dynamodb: options ${names} exclude each other`, {
    cause: { package: '@tabletheory/dynamodb' },
  });
}

/**
 * Puts typed tables into the context. The client is made once, when the function's module is loaded, and kept for
 * the life of the environment; the tables of each request obey that request's deadline and are seen by its logger
 * and trace, where those middlewares are used, in whatever order.
 *
 * @throws TypeError when an option is wrong or a model cannot be compiled.
 *
 * @example
 * import middy from '@middy/core';
 * import { defineModel, string } from '@tabletheory/core';
 * import { dynamodb } from '@tabletheory/dynamodb';
 *
 * const Order = defineModel({
 *   name: 'Order',
 *   table: 'orders',
 *   key: { partition: 'orderId' },
 *   attributes: { orderId: string(), status: string() },
 * });
 *
 * export const handler = middy<{ orderId: string }>()
 *   .use(dynamodb({ models: { orders: Order } }))
 *   .handler(async (event, { tables }) => tables.orders.get({ orderId: event.orderId }));
 */
export function dynamodb<const M extends Readonly<Record<string, AnyModel>>, const Key extends string = 'tables'>(
  options: DynamodbOptions<M, Key>,
): middy.MiddlewareObj<unknown, any, Error, LambdaContext & { [K in Key]: Tables<M> }> {
  dynamodbValidateOptions(options);
  const { models, cursorSecret } = options;
  const contextKey = options.contextKey ?? 'tables';
  const client = timed('client', () => options.client ?? createClient(clientConfig(options)));
  const tables = timed('tables', () => createTables({ client, models, cursorSecret }));
  for (const model of Object.values(models)) declareSensitive(sensitiveAttributesOf(model));
  // Nothing waits for it, and what it cannot do the first request will.
  if (options.warmUp !== false) void timedWarmUp();
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

function clientConfig({
  config = {},
  assumeRole,
}: Pick<DynamodbOptions<any, any>, 'config' | 'assumeRole'>): DynamoDBClientConfig {
  return assumeRole === undefined ? config : { ...config, credentials: assumedRole(assumeRole) };
}

/** Runs a phase of the initialization and records what it took. */
function timed<T>(phase: string, run: () => T): T {
  const startedAt = performance.now();
  const result = run();
  recordInitPhase(`dynamodb.${phase}`, performance.now() - startedAt);
  return result;
}

async function timedWarmUp(): Promise<void> {
  const startedAt = performance.now();
  await warmUp().catch(ignore);
  recordInitPhase('dynamodb.warmUp', performance.now() - startedAt);
}

function ignore(): void {}
