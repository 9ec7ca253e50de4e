import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type middy from '@middy/core';
import { createTables, type Tables } from '@tabletheory/core';
import { refusePlainHttp } from '@tabletheory/core/lean';
import type { LambdaContext, OptionSchema } from '@tabletheory/invocation';
import { type AssumeRoleOptions, assumedRole } from './assume-role.ts';
import { createClient } from './client.ts';
import {
  commonOptions,
  type Models,
  refuseTogether,
  type TablesMiddlewareOptions,
  tablesMiddleware,
  validateTablesOptions,
} from './tables-middleware.ts';

/** Options of {@link dynamodb}. */
export interface DynamodbOptions<M extends Models, Key extends string>
  extends TablesMiddlewareOptions<M, Key, DynamoDBClient> {
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
  /**
   * Lets an `http:` endpoint of the client the middleware makes be one of another machine: requests go there
   * unencrypted. Default `false`.
   */
  readonly allowPlainHttp?: boolean | undefined;
}

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    ...commonOptions,
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
    allowPlainHttp: { type: 'boolean' },
  },
  required: ['models'],
  additionalProperties: false,
};

/**
 * Checks options of {@link dynamodb} without making one.
 *
 * @throws TypeError naming the first option that is wrong, unknown or missing, or two that exclude each other; or for
 * an unencrypted endpoint on another machine.
 */
export function dynamodbValidateOptions(options: unknown): void {
  validateTablesOptions(optionSchema, options);
  const { client, config, assumeRole, allowPlainHttp } = options as DynamodbOptions<never, never>;
  if (client !== undefined && assumeRole !== undefined) refuseTogether('client and assumeRole');
  if (config?.credentials !== undefined && assumeRole !== undefined)
    refuseTogether('config.credentials and assumeRole');
  const endpoint = typeof config?.endpoint === 'string' ? URL.parse(config.endpoint) : null;
  if (endpoint !== null && !allowPlainHttp) refusePlainHttp(endpoint);
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
export function dynamodb<const M extends Models, const Key extends string = 'tables'>(
  options: DynamodbOptions<M, Key>,
): middy.MiddlewareObj<unknown, any, Error, LambdaContext & { [K in Key]: Tables<M> }> {
  dynamodbValidateOptions(options);
  const makeClient = (): DynamoDBClient => createClient(clientConfig(options), options.allowPlainHttp);
  return tablesMiddleware(options, { makeClient, createTables });
}

function clientConfig({
  config = {},
  assumeRole,
}: Pick<DynamodbOptions<any, any>, 'config' | 'assumeRole'>): DynamoDBClientConfig {
  return assumeRole === undefined ? config : { ...config, credentials: assumedRole(assumeRole) };
}
