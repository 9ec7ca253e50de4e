import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Client } from './command/client.ts';
import { documentClient } from './document-client.ts';
import { awsKms } from './encryption/kms.ts';
import type { Models, Tables } from './table-types.ts';
import { makeTables, type TablesOptions } from './tables.ts';

/**
 * Typed tables over a DynamoDB client.
 *
 * @throws TypeError when a model cannot be compiled, a name starts with `$`, a model has encrypted attributes and
 * there is no `encryption`, or an option of that is wrong.
 * @throws RangeError when a bound of `encryption.cache` is wrong.
 *
 * @example
 * const tables = createTables({ client: new DynamoDBClient(), models: { orders: Order } });
 * const order = await tables.orders.get({ customerId: 'c1', orderId: 'o1' });
 */
export function createTables<const M extends Models, C extends Client = DynamoDBClient>(
  options: TablesOptions<M, C>,
): Tables<M, C> {
  return makeTables(options, { documentClient, makeKms: awsKms }) as Tables<M, C>;
}
