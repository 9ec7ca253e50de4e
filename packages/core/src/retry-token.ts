/** The part of the SDK's retry strategy that this uses: the user's own is kept, with its token bucket. */
export interface RetryStrategy {
  acquireInitialRetryToken?(scope: string): Promise<RetryToken>;
  refreshRetryTokenForRetry(token: RetryToken, error: RetryErrorInfo): Promise<RetryToken>;
  recordSuccess(token: RetryToken): void;
  /** Strategies of the SDK's first kind do the whole loop themselves. */
  retry?(next: unknown, args: unknown): Promise<unknown>;
}

export interface RetryToken {
  getRetryDelay(): number;
}

export interface RetryErrorInfo {
  readonly error: unknown;
  readonly errorType: 'THROTTLING' | 'TRANSIENT' | 'SERVER_ERROR' | 'CLIENT_ERROR';
}

/** Leave to try again, after a wait. */
export interface NextTry {
  readonly token: RetryToken;
  /** Milliseconds to wait before. */
  readonly delay: number;
}

/**
 * Asks a strategy for another try; `undefined` when there is none. The SDK's own strategies wait before they answer,
 * which neither a signal nor a deadline would end: their wait is taken out, and left to the caller.
 */
export async function nextTry(
  strategy: RetryStrategy,
  token: RetryToken,
  error: RetryErrorInfo,
): Promise<NextTry | undefined> {
  let delay = 0;
  const asked = withoutWaiting(strategy, (planned) => {
    delay = planned;
  });
  try {
    const refreshed = await asked.refreshRetryTokenForRetry(token, error);
    return { token: refreshed, delay: delay + refreshed.getRetryDelay() };
  } catch {
    return undefined; // not retryable, no attempts left, or no tokens
  }
}

/** What the SDK's strategies compute their waits with. */
interface BackOffStrategy {
  computeNextBackoffDelay(attempt: number): number;
  setDelayBase?(base: number): void;
}

/** A view of a strategy that shares everything with it but the waits, which are told instead. */
function withoutWaiting<Strategy extends object>(strategy: Strategy, tell: (delay: number) => void): Strategy {
  return new Proxy(strategy, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'object' || value === null) return value;
      if (name === 'standardRetryStrategy') return withoutWaiting(value, tell); // within the adaptive one
      if (name !== 'retryBackoffStrategy') return value;
      const backOff = value as BackOffStrategy;
      return {
        setDelayBase: (base) => backOff.setDelayBase?.(base),
        computeNextBackoffDelay: (attempt) => {
          tell(backOff.computeNextBackoffDelay(attempt));
          return 0;
        },
      } satisfies BackOffStrategy;
    },
  });
}
