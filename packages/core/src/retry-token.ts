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
  /** The answer asks not to try again before. */
  readonly retryAfterHint?: Date;
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
  let backOff: number | undefined;
  const asked = withoutWaiting(strategy, (planned) => {
    backOff = planned;
  });
  const { retryAfterHint, ...withoutHint } = error;
  try {
    // With the hint, the SDK's own strategies would wait for it by themselves.
    const refreshed = await asked.refreshRetryTokenForRetry(token, isOfSdk(strategy) ? withoutHint : error);
    const delay = backOff === undefined ? 0 : delayAsked(backOff, retryAfterHint);
    return { token: refreshed, delay: delay + refreshed.getRetryDelay() };
  } catch {} // not retryable, no attempts left, or no tokens
}

/** How much longer than the back-off a service may make one wait, in milliseconds. The SDK's bound. */
const MORE_BY_HINT = 5_000;

/** The wait before the next try, in milliseconds: the back-off, or longer where the answer asks for it. */
export function delayAsked(backOff: number, hint: Date | undefined): number {
  const asked = hint === undefined ? 0 : hint.getTime() - Date.now();
  return Math.max(backOff, Math.min(asked || 0, backOff + MORE_BY_HINT)); // an invalid date asks for nothing
}

function isOfSdk(strategy: object): boolean {
  return 'retryBackoffStrategy' in strategy || 'standardRetryStrategy' in strategy;
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
