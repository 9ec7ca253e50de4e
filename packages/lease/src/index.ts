export type { Heartbeat, KeepAliveOptions } from './heartbeat.ts';
export type { Lease } from './lease.ts';
export { LeaseHeldError } from './lease-held-error.ts';
export { LeaseLostError } from './lease-lost-error.ts';
export { type LeaseAttributes, type LeaseModel, type LeaseModelOptions, leaseModel } from './lease-model.ts';
export type { LeaseTables } from './lease-tables.ts';
export {
  type AcquireOptions,
  createLeases,
  type LeaseHolder,
  type Leases,
  type LeasesOptions,
  type WithLeaseOptions,
} from './leases.ts';
