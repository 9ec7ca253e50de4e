/** Somebody else holds the lease. Nothing was changed. Carries Middy's error shape, for a response with status 409. */
export class LeaseHeldError extends Error {
  override readonly name: string = 'LeaseHeldError';
  readonly code: 'LEASE_HELD' = 'LEASE_HELD';
  readonly retryable: true = true;
  readonly statusCode: 409 = 409;
  readonly expose: true = true;
  /** Milliseconds until the lease can be acquired, unless its holder refreshes it. */
  readonly retryAfter: number;
  /** `retry-after` in seconds. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(retryAfter: number) {
    super('The lease is held by another worker. Try again later, or leave the work to its holder.', {
      cause: { package: '@tabletheory/lease', data: { retryAfter } },
    });
    this.retryAfter = retryAfter;
    this.headers = { 'retry-after': String(Math.ceil(retryAfter / 1_000)) };
  }
}
