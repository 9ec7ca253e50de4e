import { backOffDelay } from '../backoff.ts';
import { delayAsked, type RetryStrategy, type RetryToken } from '../retry-token.ts';

/** Milliseconds: the bound of the first wait, as the SDK has it for DynamoDB. */
const BASE = 25;

/** The same for throttled requests. */
const THROTTLED_BASE = 1_000;

/** The most a wait takes, in milliseconds. */
const CAP = 20_000;

/** The tokens there are at first, and at most. */
const CAPACITY = 500;

/** What another try takes of them. A success gives back what its last try took, or one. */
const COST = 14;
const THROTTLED_COST = 5;

interface LeanRetryToken extends RetryToken {
  /** How many tries have failed. */
  readonly failures: number;
  readonly cost: number;
}

/**
 * The SDK's standard retries for DynamoDB: a bounded number of tries, exponential back-off with full jitter, and a
 * bucket of tokens which, once most requests fail, lets no request be tried again.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function createRetryStrategy(maxAttempts: number): RetryStrategy {
  let capacity = CAPACITY;
  return {
    async acquireInitialRetryToken() {
      return tokenOf(0, 0, 1);
    },
    async refreshRetryTokenForRetry(token, { errorType, retryAfterHint }) {
      const failures = (token as LeanRetryToken).failures + 1;
      const throttled = errorType === 'THROTTLING';
      const cost = throttled ? THROTTLED_COST : COST;
      const isWorthIt = throttled || errorType === 'TRANSIENT';
      if (!isWorthIt || failures >= maxAttempts || capacity < cost) throw new Error('No further try');
      capacity -= cost;
      const backOff = backOffDelay(failures, { base: throttled ? THROTTLED_BASE : BASE, cap: CAP });
      return tokenOf(failures, delayAsked(backOff, retryAfterHint), cost);
    },
    recordSuccess(token) {
      capacity = Math.min(CAPACITY, capacity + (token as LeanRetryToken).cost);
    },
  };
}

function tokenOf(failures: number, delay: number, cost: number): LeanRetryToken {
  return { failures, cost, getRetryDelay: () => Math.floor(delay) };
}
