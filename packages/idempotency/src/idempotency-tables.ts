import type { Binding, TableOf, Tables } from '@tabletheory/core';
import type { IdempotencyModel } from './idempotency-model.ts';

interface WithIdempotency {
  readonly idempotency: TableOf<IdempotencyModel>;
}

/**
 * A set of tables with `idempotency` among them: what
 * `createTables({ client, models: { idempotency: idempotencyModel() } })` gives.
 */
export interface IdempotencyTables extends WithIdempotency {
  $bind(binding: Binding): WithIdempotency;
}

type OnlyIdempotency = Tables<{ readonly idempotency: IdempotencyModel }>;

/** `tx.idempotency` of a transaction: `tables.$transactWrite((tx) => […])`. */
export type IdempotencyTransactTable = Pick<
  Parameters<Parameters<OnlyIdempotency['$transactWrite']>[0]>[0]['idempotency'],
  'update'
>;
