/**
 * The lease is not held any more: another worker has it, or may have it. The reason of the signal that `withLease`
 * gives. Carries Middy's error shape, for a response with status 503 that keeps the message to itself.
 */
export class LeaseLostError extends Error {
  override readonly name: string = 'LeaseLostError';
  readonly code: 'LEASE_LOST' = 'LEASE_LOST';
  readonly retryable: true = true;
  readonly statusCode: 503 = 503;
  readonly expose: false = false;
  /** `refused`: another worker has taken the lease. `expired`: it was not refreshed in time. */
  readonly how: 'refused' | 'expired';
  /** What the last refresh failed with, where one did. */
  readonly lastError: unknown;

  constructor(how: 'refused' | 'expired', lastError?: unknown) {
    super(
      how === 'refused'
        ? 'The lease was lost: another worker has taken it.'
        : 'The lease was lost: it was not refreshed in time. ' +
            'Give it a longer duration, or let the event loop run while working.',
      { cause: { package: '@tabletheory/lease', data: { how } } },
    );
    this.how = how;
    this.lastError = lastError;
  }
}
