import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type NextTry, nextTry, type RetryStrategy, type RetryToken } from './retry-token.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const error = { error: new Error('x'), errorType: 'TRANSIENT' } as const;

/** The delays of as many tries as a strategy allows, none of them waited for. */
async function delaysOf(strategy: RetryStrategy, start?: RetryToken): Promise<number[]> {
  const delays: number[] = [];
  let token = start ?? ((await strategy.acquireInitialRetryToken?.('')) as RetryToken);
  for (;;) {
    const next = await nextTry(strategy, token, error);
    if (next === undefined) return delays;
    delays.push(next.delay);
    token = next.token;
  }
}

describe.each(['standard', 'adaptive'])('the strategy of a %s client', (retryMode) => {
  it('tells its waits, and does not wait', async () => {
    const client = new DynamoDBClient({ region: 'us-east-1', retryMode, maxAttempts: 15 });
    const strategy = (await client.config.retryStrategy()) as RetryStrategy;
    const startedAt = performance.now();
    const delays = await delaysOf(strategy);
    const waited = performance.now() - startedAt;
    expect(delays).toHaveLength(14);
    const planned = delays.reduce((sum, delay) => sum + delay);
    expect(planned).toBeGreaterThan(2_000);
    expect(waited).toBeLessThan(planned / 2);
  });

  it('keeps its attempts and its tokens, which all operations share', async () => {
    const client = new DynamoDBClient({ region: 'us-east-1', retryMode, maxAttempts: 3 });
    const strategy = (await client.config.retryStrategy()) as RetryStrategy;
    const tries: number[] = [];
    for (let i = 0; i < 30; i++) tries.push((await delaysOf(strategy)).length);
    expect(tries[0]).toBe(2);
    expect(tries.at(-1)).toBe(0);
  });

  it.each([-3_600_000, 0, 300, 4_000, 60_000])('tells the wait an answer asks for, of %d ms', async (asked) => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const client = new DynamoDBClient({ region: 'us-east-1', retryMode, maxAttempts: 2 });
    const strategy = (await client.config.retryStrategy()) as any;
    const token = await strategy.acquireInitialRetryToken('');
    const info = { ...error, retryAfterHint: new Date(Date.now() + asked) };
    const told = nextTry(strategy, token, info);
    const waited = strategy.refreshRetryTokenForRetry(token, info);
    await vi.advanceTimersByTimeAsync(1); // the SDK sets a timer for no time
    const { delay } = (await told) as NextTry;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(delay).toBe((await waited).$retryLog.acquisitionDelay);
  });
});

it('leaves what an answer asks for to a strategy of the user', async () => {
  const infos: unknown[] = [];
  const strategy: RetryStrategy = {
    refreshRetryTokenForRetry: async (_, info) => {
      infos.push(info);
      return { getRetryDelay: () => 7 };
    },
    recordSuccess: () => {},
  };
  const info = { ...error, retryAfterHint: new Date(Date.now() + 1_000) };
  expect(await nextTry(strategy, { getRetryDelay: () => 0 }, info)).toMatchObject({ delay: 7 });
  expect(infos).toEqual([info]);
});

it('uses the delay of a strategy that leaves the waiting to its caller', async () => {
  const strategy: RetryStrategy = {
    refreshRetryTokenForRetry: async (token) => {
      if (token.getRetryDelay() > 2) throw new Error('No more');
      return { getRetryDelay: () => token.getRetryDelay() + 1 };
    },
    recordSuccess: () => {},
  };
  expect(await delaysOf(strategy, { getRetryDelay: () => 0 })).toEqual([1, 2, 3]);
});

/** A strategy of the SDK's kind with a back-off of its own, which is what it waits. */
function withBackOff(retryBackoffStrategy: unknown): RetryStrategy {
  return {
    retryBackoffStrategy,
    async refreshRetryTokenForRetry() {
      const { retryBackoffStrategy: own } = this as any;
      if (typeof own !== 'object' || own === null) return { getRetryDelay: () => own ?? 0 };
      own.setDelayBase(100);
      const waited = own.computeNextBackoffDelay(1);
      return { getRetryDelay: () => waited };
    },
    recordSuccess: () => {},
  } as RetryStrategy;
}

it.each([
  ['has no base', { computeNextBackoffDelay: () => 9 }, 9],
  ['is no object', 5, 5],
  ['is none', null, 0],
])('keeps a back-off of the user that %s', async (_what, backOff, delay) => {
  const next = await nextTry(withBackOff(backOff), { getRetryDelay: () => 0 }, error);
  expect(next?.delay).toBe(delay);
});
