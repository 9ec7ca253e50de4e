import type { Models, Tables } from '../table-types.ts';
import { makeTables, type TablesOptions } from '../tables.ts';
import type { LeanClient } from './client.ts';

/**
 * Typed tables over the lean client, as `createTables` of the package's main entry makes them over either. This one
 * leads to nothing of the SDK, so that a bundle has none of it: `$document()` is refused, and `encryption` needs a `kms`.
 *
 * @throws TypeError as `createTables` of the main entry does.
 *
 * @example
 * import { defineModel, string } from '@tabletheory/core';
 * import { createLeanClient, createTables } from '@tabletheory/core/lean';
 *
 * const Order = defineModel({
 *   name: 'Order',
 *   table: 'orders',
 *   key: { partition: 'orderId' },
 *   attributes: { orderId: string() },
 * });
 * const tables = createTables({ client: createLeanClient(), models: { orders: Order } });
 */
export function createTables<const M extends Models>(options: TablesOptions<M, LeanClient>): Tables<M, LeanClient> {
  return makeTables(options, {}) as Tables<M, LeanClient>;
}
