// What the tests of this package call.
import middy from '@middy/core';
import type { Tables } from '@tabletheory/core';
import { testContext } from '@tabletheory/invocation/testing';
import type { Idempotency } from './attempt.ts';
import { type IdempotencyOptions, idempotency } from './middleware.ts';
import type { models } from './test-models.ts';

export interface Event {
  readonly key?: string;
  readonly body?: unknown;
}

export type ShopTables = Tables<typeof models>;

type Handler = (event: Event, context: { idempotency: Idempotency; awsRequestId: string }) => unknown;

/** A chain of the middleware alone. */
export function chain(
  tables: ShopTables,
  handler: Handler,
  options: Partial<IdempotencyOptions> = {},
  plugin: middy.PluginObject = {},
): middy.MiddyfiedHandler<any, any, Error, any> {
  return middy<Event, any, Error, any>(plugin)
    .use(idempotency({ key: (event: Event) => event.key, tables, ...options }))
    .handler(handler as never);
}

export function call(handler: unknown, event: Event, context: object = testContext()): Promise<any> {
  return (handler as (event: Event, context: object) => Promise<unknown>)(event, context);
}

/** Adds one, in a transaction that takes a token. */
export function countOnce(tables: ShopTables, token?: string): Promise<unknown> {
  const options = token === undefined ? {} : { token };
  return tables.$transactWrite((tx) => [tx.counters.update({ counterId: 'c' }, (u) => u.add('count', 1))], options);
}

export async function counted(tables: ShopTables): Promise<number> {
  return (await tables.counters.getOrThrow({ counterId: 'c' }, { consistent: true })).count;
}

/** The only record. */
export async function recordOf(tables: ShopTables) {
  const records = await tables.idempotency.scan().all();
  if (records.length !== 1) throw new Error(`there are ${records.length} records`);
  return records[0]!;
}

/** Ends the time of the only record. */
export async function expire(tables: ShopTables): Promise<void> {
  const { id } = await recordOf(tables);
  await tables.idempotency.update({ id }, { until: new Date(Date.now() - 1) });
}
