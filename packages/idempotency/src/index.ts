export type { Idempotency } from './attempt.ts';
export {
  IdempotencyInProgressError,
  IdempotencyKeyMissingError,
  IdempotencyNoTimeError,
  IdempotencyPayloadMismatchError,
  IdempotencyResponseNotStoredError,
} from './idempotency-error.ts';
export {
  type IdempotencyAttributes,
  type IdempotencyModel,
  type IdempotencyModelOptions,
  idempotencyModel,
} from './idempotency-model.ts';
export type { IdempotencyTables, IdempotencyTransactTable } from './idempotency-tables.ts';
export { type HeadersEvent, keyFromHeader } from './key-from-header.ts';
export { type IdempotencyOptions, idempotency, idempotencyValidateOptions } from './middleware.ts';
