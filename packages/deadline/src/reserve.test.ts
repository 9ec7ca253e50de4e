import middy from '@middy/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deadline } from './middleware.ts';
import type { Reserve } from './reserve.ts';
import { call, lambdaContext } from './test-chain.ts';

beforeEach(() => vi.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** The milliseconds a request keeps back. */
const reserved = async (reserve: Reserve, timeout: number, more: object = {}): Promise<unknown> => {
  const handler = middy()
    .use(deadline({ reserve }))
    .handler((_event, context) => timeout - context.deadline.remaining());
  return call(handler, lambdaContext(timeout, more));
};

describe('a percentage', () => {
  it.each<[Reserve, number, number]>([
    ['10%', 30_000, 3_000],
    ['10%', 3_000, 300],
    ['2.5%', 900_000, 22_500],
    ['0%', 3_000, 0],
    ['99%', 1_000, 990],
    ['33%', 1_001, 330],
  ])('%s of %i ms keeps back %i ms', async (reserve, timeout, expected) => {
    expect(await reserved(reserve, timeout)).toBe(expected);
  });

  it('is of what the request has left when it starts', async () => {
    const handler = middy()
      .before(() => {
        vi.advanceTimersByTime(10_000);
      })
      .use(deadline({ reserve: '10%' }))
      .handler((_event, context) => context.deadline.remaining());
    expect(await call(handler, lambdaContext(30_000))).toBe(18_000);
  });

  it('is of nothing outside Lambda', async () => {
    const handler = middy()
      .use(deadline({ reserve: '10%' }))
      .handler((_event, context) => context.deadline.at);
    expect(await call(handler, {})).toBeUndefined();
  });
});

describe('by the memory of the function', () => {
  it.each([
    ['128', 1_000],
    ['442', 1_000],
    ['512', 864],
    ['1024', 432],
    ['1769', 250],
    ['10240', 250],
  ])('%s MB keep back %i ms', async (memoryLimitInMB, expected) => {
    expect(await reserved('auto', 30_000, { memoryLimitInMB })).toBe(expected);
  });

  it('a short timeout keeps back a quarter of it at most', async () => {
    expect(await reserved('auto', 1_000, { memoryLimitInMB: '128' })).toBe(250);
  });

  it('the memory is read from the environment where the context has none', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '1024');
    expect(await reserved('auto', 30_000)).toBe(432);
  });

  it('a function of unknown memory is taken for a large one', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', undefined);
    expect(await reserved('auto', 30_000)).toBe(250);
    expect(await reserved('auto', 30_000, { memoryLimitInMB: 'much' })).toBe(250);
  });

  it("it is read from Lambda's context in durable mode", async () => {
    const handler = middy()
      .use(deadline({ reserve: 'auto' }))
      .handler((_event, context) => context.deadline.remaining());
    const context = { lambdaContext: lambdaContext(30_000, { memoryLimitInMB: '512' }) };
    expect(await call(handler, context)).toBe(29_136);
  });
});
