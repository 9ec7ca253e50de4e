import type middy from '@middy/core';
import type { LeanClient } from '@tabletheory/core/lean';
import { type DynamodbOptions, dynamodb } from '@tabletheory/dynamodb/lean';
import { xray } from '@tabletheory/xray/lean';
import { presetChain } from './preset-chain.ts';
import type { KnownOptions, Models, PresetContextOf, PresetOptionsOf, Within } from './preset-options.ts';

/** Options of {@link tableTheory}. */
export type PresetOptions = PresetOptionsOf<Within<Omit<DynamodbOptions<Models, string>, 'models'>>>;

/** The context that the preset makes. */
export type PresetContext<O extends PresetOptions> = PresetContextOf<O, LeanClient>;

/** The middlewares of the preset, for `.use()`. */
export type Preset<O extends PresetOptions> = middy.MiddlewareObj<unknown, any, Error, PresetContext<O>>[];

/**
 * The TableTheory middlewares in the right order: what reports a request goes around what can fail it, and errors
 * become responses inside what reports them. Use it with {@link tableTheoryPlugin}, which lets clean-up finish
 * whatever ends a request.
 *
 * These are on the lean client: nothing of the SDKs is loaded, or in the bundle.
 *
 * @throws TypeError when an option, of the preset or of a middleware, is wrong.
 *
 * @example
 * import middy from '@middy/core';
 * import { defineModel, string } from '@tabletheory/core';
 * import { tableTheory, tableTheoryPlugin } from '@tabletheory/middy/lean';
 *
 * const Order = defineModel({
 *   name: 'Order',
 *   table: 'orders',
 *   key: { partition: 'orderId' },
 *   attributes: { orderId: string(), status: string() },
 * });
 *
 * export const handler = middy<{ orderId: string }>(tableTheoryPlugin())
 *   .use(tableTheory({ service: 'orders', models: { orders: Order }, metrics: { namespace: 'Orders' } }))
 *   .handler(async (event, { tables, log }) => {
 *     log.info({ orderId: event.orderId }, 'read');
 *     return tables.orders.getOrThrow({ orderId: event.orderId });
 *   });
 */
export function tableTheory<const O extends PresetOptions>(options: O & KnownOptions<O, PresetOptions>): Preset<O> {
  return presetChain<NonNullable<PresetOptions['dynamodb']>>(options, { dynamodb, xray });
}
