import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import middy from '@middy/core';
import { invocationOf, type Log } from '@tabletheory/invocation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type MemoryStatsOptions, memoryStats } from './middleware.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const call = (handler: unknown, event: unknown = {}, context: object = {}): Promise<any> =>
  (handler as (event: unknown, context: object) => Promise<unknown>)(event, context);

const lines: [level: string, record: any, message: string | undefined][] = [];
const logged = (options: MemoryStatsOptions = {}) => {
  const write = (level: string) => (record: object, message?: string) => void lines.push([level, record, message]);
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  return middy()
    .use(memoryStats(options))
    .before((request) => {
      invocationOf(request)!.log = log;
    });
};
const news = () => lines.filter(([, , message]) => message === 'memory advice');

beforeEach(() => {
  lines.length = 0;
  vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '10240');
  vi.stubEnv('AWS_LAMBDA_MAX_CONCURRENCY', undefined);
});
afterEach(() => vi.unstubAllEnvs());

/** A request that waits, and computes next to nothing. */
const wait = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('the advice', () => {
  it('is on the context, and logged when it changes', async () => {
    const handler = logged({ pricePerGbSecond: 1 }).handler(async (_event, context) => {
      await wait();
      return context.memory;
    });
    const first = await call(handler);
    expect(first.advice()).toBeUndefined();
    for (let i = 0; i < 30; i++) await call(handler);
    expect(first.advice()).toMatchObject({ current: 10_240, requests: 31, cost: { current: expect.any(Number) } });
    expect(first.advice().recommended).toBeLessThan(10_240);
    expect(news().length).toBeGreaterThan(0);
    expect(news()[0]).toMatchObject(['info', { memory_advice: { action: 'lower', current: 10_240 } }, 'memory advice']);
    expect(news().length).toBeLessThan(5);
    expect(first.read().recommended).toBe(first.advice().recommended * 1024 * 1024);
  });

  it('is to raise, where memory runs out', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '32');
    const handler = logged().handler((_event, context) => context.memory);
    await call(handler);
    const { advice } = await call(handler);
    expect(advice()).toMatchObject({ action: 'raise', current: 32, confidence: 'low' });
    expect(news()).toHaveLength(1);
  });

  it('tells no cost where requests run side by side', async () => {
    vi.stubEnv('AWS_LAMBDA_MAX_CONCURRENCY', '4');
    const handler = logged().handler((_event, context) => context.memory);
    await call(handler);
    expect((await call(handler)).advice()).not.toHaveProperty('cost');
    expect((await call(handler)).advice()).toMatchObject({ action: 'lower' });
  });

  it('is absent outside Lambda', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', undefined);
    const handler = logged().handler((_event, context) => context.memory);
    for (let i = 0; i < 30; i++) await call(handler);
    expect((await call(handler)).advice()).toBeUndefined();
    expect(news()).toEqual([]);
  });

  it('is not led astray by requests that never end', async () => {
    const handler = logged().handler(async (event: any, context) => {
      if (event === 'never') await new Promise(() => {});
      return context.memory.advice()?.requests;
    });
    for (let i = 0; i < 10; i++) void call(handler, 'never');
    for (let i = 0; i < 3; i++) await call(handler);
    expect(await call(handler)).toBe(3);
  });

  it('is that of the process for requests that run at the same time', async () => {
    const go = Promise.withResolvers<void>();
    const handler = logged().handler(async (_event, context) => {
      await go.promise;
      return context.memory;
    });
    const calls = Array.from({ length: 50 }, () => call(handler));
    go.resolve();
    for (const memory of await Promise.all(calls)) expect(memory.advice()).toMatchObject({ requests: 50 });
  });
});

describe('a leak', () => {
  const run = async (left: number, gc: boolean) => {
    const kept: unknown[] = [];
    const handler = logged({ gc }).handler((_event, context) => {
      kept.push(Array.from({ length: left }, (_, i) => ({ i })));
      return context.memory;
    });
    let memory: any;
    for (let i = 0; i < 60; i++) {
      collect();
      if (gc) await new Promise(setImmediate);
      memory = await call(handler);
    }
    return memory;
  };

  it('is found, and told to the siblings', async () => {
    const memory = await run(5000, true);
    const { leak } = memory.advice();
    expect(leak.bytesPerRequest).toBeGreaterThan(5000 * 8);
    expect(leak.bytesPerRequest).toBeLessThan(5000 * 200);
    expect(leak.requestsLeft).toBeGreaterThan(0);
    expect(memory.read()).toMatchObject({ leakPerRequest: expect.any(Number), gcDurationMs: expect.any(Number) });
    expect(news().at(-1)?.[1].memory_advice).toHaveProperty('leak');
  });

  it('is not found where there is none', async () => {
    const memory = await run(0, true);
    expect(memory.advice()).not.toHaveProperty('leak');
    expect(memory.read()).not.toHaveProperty('leakPerRequest');
  });
});

describe('garbage collection', () => {
  it('is measured when that is asked', async () => {
    const handler = logged({ gc: true }).handler(async (_event, context) => {
      const before = context.memory.read().gcDurationMs;
      collect();
      await vi.waitFor(() => expect(context.memory.read().gcDurationMs).toBeGreaterThan(before!));
    });
    await call(handler);
    expect(lines.at(-1)?.[1].memory.gcDurationMs).toBeGreaterThan(0);
  });

  it('is not measured unasked', async () => {
    const handler = logged().handler((_event, context) => context.memory.read());
    expect(await call(handler)).not.toHaveProperty('gcDurationMs');
  });
});
