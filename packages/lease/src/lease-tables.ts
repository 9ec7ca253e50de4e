import type { Binding, TableOf } from '@tabletheory/core';
import type { LeaseModel } from './lease-model.ts';

interface WithLeases {
  readonly leases: TableOf<LeaseModel>;
}

/** A set of tables with `leases` among them: what `createTables({ client, models: { leases: leaseModel() } })` gives. */
export interface LeaseTables extends WithLeases {
  $withSignal(signal: AbortSignal): WithLeases;
  $bind(binding: Binding): WithLeases;
}
