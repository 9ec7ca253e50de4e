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
  validateOptions,
} from '@tabletheory/invocation';
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
  const { client, config } = options as { client?: unknown; config?: unknown };
  if (client === undefined || config === undefined) return;
  throw new TypeError('@tabletheory/dynamodb: options client and config exclude each other', {
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
  const client = options.client ?? createClient(options.config ?? {});
  const tables = createTables({ client, models, cursorSecret });
  for (const model of Object.values(models)) declareSensitive(sensitiveAttributesOf(model));
  // Nothing waits for it, and what it cannot do the first request will.
  if (options.warmUp !== false) warmUp().catch(ignore);
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

function ignore(): void {}
