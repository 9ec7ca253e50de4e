import { StandardRetryStrategy } from '@smithy/core/retry';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nextTry, type RetryErrorInfo, type RetryToken } from '../retry-token.ts';
import { createRetryStrategy } from './retry-strategy.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const throttled: RetryErrorInfo = { error: {}, errorType: 'THROTTLING' };
const transient: RetryErrorInfo = { error: {}, errorType: 'TRANSIENT' };
const refused: RetryErrorInfo = { error: {}, errorType: 'CLIENT_ERROR' };
const failed: RetryErrorInfo = { error: {}, errorType: 'SERVER_ERROR' };

/** The waits of one request whose tries all fail, until it is given up. */
async function waitsOf(strategy: any, error: RetryErrorInfo): Promise<number[]> {
  let token: RetryToken = await strategy.acquireInitialRetryToken('');
  const waits: number[] = [];
  for (;;) {
    const next = await nextTry(strategy, token, error);
    if (next === undefined) return waits;
    waits.push(next.delay);
    token = next.token;
  }
}

describe('createRetryStrategy', () => {
  it.each([
    ['throttled', throttled],
    ['transient', transient],
    ['refused', refused],
    ['failed', failed],
  ])("waits as the SDK's standard strategy for DynamoDB: %s", async (_name, error) => {
    for (const random of [0, 0.37, 0.999]) {
      vi.spyOn(Math, 'random').mockReturnValue(random);
      for (const maxAttempts of [1, 2, 4, 14]) {
        const sdk = new StandardRetryStrategy({ maxAttempts, baseDelay: 25 } as never);
        expect(await waitsOf(createRetryStrategy(maxAttempts), error)).toEqual(await waitsOf(sdk, error));
      }
    }
  });

  it("runs out of tokens, and gets them back, as the SDK's", async () => {
    const strategies: any[] = [createRetryStrategy(100), new StandardRetryStrategy({ maxAttempts: 100 })];
    const [own, sdk] = await Promise.all(
      strategies.map(async (strategy) => {
        const counts = [(await waitsOf(strategy, transient)).length, (await waitsOf(strategy, throttled)).length];
        for (let i = 0; i < 30; i++) strategy.recordSuccess(await strategy.acquireInitialRetryToken(''));
        counts.push((await waitsOf(strategy, transient)).length);
        for (let i = 0; i < 14; i++) strategy.recordSuccess(await strategy.acquireInitialRetryToken(''));
        const first = await strategy.acquireInitialRetryToken('');
        const next = await nextTry(strategy, first, transient);
        strategy.recordSuccess(next?.token);
        counts.push((await waitsOf(strategy, transient)).length);
        return counts;
      }),
    );
    expect(own).toEqual(sdk);
    expect(own).toEqual([35, 2, 2, 1]);
  });

  it('never keeps more than its 500 tokens', async () => {
    const strategy = createRetryStrategy(100);
    for (let i = 0; i < 20; i++) strategy.recordSuccess((await strategy.acquireInitialRetryToken?.('')) as RetryToken);
    expect(await waitsOf(strategy, transient)).toHaveLength(35);
  });

  it('says when there is no further try', async () => {
    const strategy = createRetryStrategy(1);
    const token = (await strategy.acquireInitialRetryToken?.('')) as RetryToken;
    await expect(strategy.refreshRetryTokenForRetry(token, transient)).rejects.toThrow('No further try');
  });

  it.each([
    [2_000, 2_000],
    [60_000, 5_010], // bounded, as in the SDK, by the back-off and 5 s
    [0, 10],
    [-3_600_000, 10],
    [Number.NaN, 10],
  ])('waits for what the answer asks: %d ms', async (asked, delay) => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
    vi.spyOn(Math, 'random').mockReturnValue(0.4);
    const retryAfterHint = new Date(Date.now() + asked);
    expect(await waitsOf(createRetryStrategy(2), { ...transient, retryAfterHint })).toEqual([delay]);
  });
});
