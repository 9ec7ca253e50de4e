import type middy from '@middy/core';
import type { Tables } from '@tabletheory/core';
import { createLeanClient, createTables, type LeanClient, type LeanClientOptions } from '@tabletheory/core/lean';
import type { LambdaContext, OptionSchema } from '@tabletheory/invocation';
import {
  commonOptions,
  type Models,
  type TablesMiddlewareOptions,
  tablesMiddleware,
  validateTablesOptions,
} from './tables-middleware.ts';

/** Options of {@link dynamodb}. */
export interface DynamodbOptions<M extends Models, Key extends string>
  extends TablesMiddlewareOptions<M, Key, LeanClient> {
  /** Options of the client the middleware makes. */
  readonly config?: LeanClientOptions | undefined;
}

const optionSchema: OptionSchema = {
  type: 'object',
  properties: commonOptions,
  required: ['models'],
  additionalProperties: false,
};

/**
 * Checks options of {@link dynamodb} without making one.
 *
 * @throws TypeError naming the first option that is wrong, unknown or missing, or two that exclude each other.
 */
export function dynamodbValidateOptions(options: unknown): void {
  validateTablesOptions(optionSchema, options);
}

/**
 * Puts typed tables into the context, as `dynamodb` of the package's main entry does, on the lean client: nothing of the
 * SDK is loaded, or in the bundle.
 *
 * @throws TypeError when an option is wrong, a model cannot be compiled, or the environment names no region.
 *
 * @example
 * import middy from '@middy/core';
 * import { defineModel, string } from '@tabletheory/core';
 * import { dynamodb } from '@tabletheory/dynamodb/lean';
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
): middy.MiddlewareObj<unknown, any, Error, LambdaContext & { [K in Key]: Tables<M, LeanClient> }> {
  dynamodbValidateOptions(options);
  return tablesMiddleware(options, { makeClient: () => createLeanClient(options.config), createTables });
}
