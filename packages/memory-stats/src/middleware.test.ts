import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import middy from '@middy/core';
import { enter, invocationOf, type Log, leave, type MemoryRecord } from '@tabletheory/invocation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memoryStats, memoryStatsValidateOptions } from './middleware.ts';

const MiB = 1024 * 1024;
const call = (handler: unknown, event: unknown = {}, context: object = {}): Promise<unknown> =>
  (handler as (event: unknown, context: object) => Promise<unknown>)(event, context);
const failure = new Error('failed');
const fail = (): never => {
  throw failure;
};

/** A logging middleware, as small as one can be. */
const logTo = (lines: unknown[][]): middy.MiddlewareObj => ({
  before: (request) => {
    const write = (level: string) => (record: object, message?: string) => void lines.push([level, record, message]);
    const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
    invocationOf(request)!.log = log;
  },
});

const read = async (): Promise<MemoryRecord> => {
  const handler = middy()
    .use(memoryStats())
    .handler((_event, context) => context.memory.read());
  return (await call(handler)) as MemoryRecord;
};

beforeEach(() => vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', undefined));
afterEach(() => vi.unstubAllEnvs());

describe('a reading', () => {
  it('is of this process, in bytes', async () => {
    const record = await read();
    expect(Object.keys(record).sort()).toEqual(
      ['arrayBuffers', 'external', 'growth', 'heapLimit', 'heapTotal', 'heapUsed', 'peak', 'peakGrowth', 'rss'].sort(),
    );
    for (const bytes of Object.values(record)) expect(Number.isInteger(bytes)).toBe(true);
    expect(record.rss).toBeGreaterThan(10 * MiB);
    expect(record.peak).toBeGreaterThanOrEqual(record.rss);
    expect(record.peak).toBeLessThan(100 * record.rss);
    expect(record.heapTotal).toBeGreaterThanOrEqual(record.heapUsed);
    expect(record.heapLimit).toBeGreaterThan(record.heapUsed);
  });

  it('is fresh each time', async () => {
    const handler = middy()
      .use(memoryStats())
      .handler((_event, context) => {
        const before = context.memory.read().arrayBuffers;
        const kept = new Uint8Array(32 * MiB).fill(1);
        return [context.memory.read().arrayBuffers - before, kept.length];
      });
    const [grown, size] = (await call(handler)) as [number, number];
    expect(grown).toBeGreaterThanOrEqual(size * 0.9);
  });

  it('tells what the request has added', async () => {
    const kept: unknown[] = [];
    const handler = middy()
      .use(memoryStats())
      .handler((_event, context) => {
        // Linux hands the peak of a process down to those it starts: this one may begin far below its own.
        const { peak, rss } = context.memory.read();
        kept.push(new Uint8Array(peak - rss + 64 * MiB).fill(1));
        return context.memory.read();
      });
    const { growth, peakGrowth } = (await call(handler)) as MemoryRecord;
    expect(growth).toBeGreaterThan(60 * MiB);
    expect(peakGrowth).toBeGreaterThan(0);
    expect(kept).toHaveLength(1);
  });

  it("says how much of the function's memory was in use at most", async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '1024');
    const { peak, percentOfLimit } = await read();
    expect(percentOfLimit).toBeCloseTo((peak / (1024 * MiB)) * 100, 1);
  });

  it.each([['0'], ['-1'], [''], ['much'], ['Infinity']])('says nothing of it where it is %o', async (size) => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', size);
    expect(await read()).not.toHaveProperty('percentOfLimit');
  });
});

describe('the middleware', () => {
  it('offers a reading to the other middlewares', async () => {
    let fromInvocation: MemoryRecord | undefined;
    const handler = middy()
      .use(memoryStats())
      .before((request) => {
        fromInvocation = invocationOf(request)?.memory?.();
      })
      .handler(() => 'ok');
    expect(await call(handler)).toBe('ok');
    expect(fromInvocation?.rss).toBeGreaterThan(0);
  });

  it('offers one and the same reading when the request has ended, whoever asks first', async () => {
    const read: (MemoryRecord | undefined)[] = [];
    const outer = {};
    const ask: middy.MiddlewareObj = {
      before: (request) => {
        const invocation = enter(request, outer);
        invocation.onEnd(() => void read.push(invocation.memory?.(), invocation.memory?.()));
      },
      after: (request) => leave(request, outer),
    };
    const lines: unknown[][] = [];
    const ended = () => 'ok';
    await call(middy().use(ask).use(memoryStats()).use(logTo(lines)).handler(ended));
    await call(middy().use(memoryStats()).use(logTo(lines)).use(ask).handler(ended));
    expect(read).toHaveLength(4);
    expect(lines).toHaveLength(2);
    expect(read[0]).toBe(read[1]);
    expect(read[2]).toBe(read[3]);
    expect(lines.map(([, record]) => (record as { memory: unknown }).memory)).toEqual([read[0], read[2]]);
    expect(read[0]).not.toHaveProperty('arrayBuffers');
  });

  it('can have another name', async () => {
    const handler = middy()
      .use(memoryStats({ contextKey: 'usage' }))
      .handler((_event, context) => context.usage.read().rss);
    expect(await call(handler)).toBeGreaterThan(0);
  });

  it.each<[string, (chain: middy.MiddyfiedHandler<any, any, any, any>) => unknown]>([
    ['success', (chain) => chain.handler(() => 'ok')],
    ['an error of the handler', (chain) => chain.handler(fail)],
    ['an error of a later before', (chain) => chain.before(fail).handler(() => 'ok')],
    ['an error of an onError', (chain) => chain.onError(fail).handler(fail)],
    ['an early response', (chain) => chain.before(() => 'early').handler(fail)],
  ])('writes one record after %s', async (_ending, build) => {
    const lines: unknown[][] = [];
    await call(build(middy().use(memoryStats()).use(logTo(lines)))).catch((error) => expect(error).toBe(failure));
    expect(lines).toEqual([
      ['debug', { memory: expect.objectContaining({ rss: expect.any(Number), peak: expect.any(Number) }) }, 'memory'],
    ]);
  });

  it('writes to the logger of each of two interleaved requests', async () => {
    const lines: Record<string, unknown[][]> = { first: [], second: [] };
    const secondEnded = Promise.withResolvers<void>();
    const handler = middy()
      .use(memoryStats())
      .before((request) => void logTo(lines[request.event as string]!).before?.(request as never))
      .handler(async (event: unknown) => {
        if (event === 'first') await secondEnded.promise;
      });
    const first = call(handler, 'first');
    await call(handler, 'second');
    expect([lines.first?.length, lines.second?.length]).toEqual([0, 1]);
    secondEnded.resolve();
    await first;
    expect([lines.first?.length, lines.second?.length]).toEqual([1, 1]);
  });

  it('writes one record after an early timeout', async () => {
    const lines: unknown[][] = [];
    const handler = middy({ timeoutEarlyInMillis: 5 })
      .use(memoryStats())
      .use(logTo(lines))
      .handler(() => new Promise<void>(() => {}));
    const context = { getRemainingTimeInMillis: () => 10 };
    await expect(call(handler, {}, context)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(lines).toHaveLength(1);
  });

  it('offers its statistics in each run of durable mode, and writes them when a run ends', async () => {
    const lines: unknown[][] = [];
    const handler = middy()
      .use(memoryStats())
      .use(logTo(lines))
      .handler(async (event: unknown, context) => {
        if (event === 'suspended') await new Promise(() => {});
        return context.memory.read().rss;
      });
    const context = { lambdaContext: { awsRequestId: 'request-1' } };
    void call(handler, 'suspended', context);
    expect(await call(handler, 'replayed', context)).toBeGreaterThan(0);
    expect(lines).toHaveLength(1);
  });

  it('lets an error pass that came before it ran', async () => {
    const handler = middy()
      .before(fail)
      .use(memoryStats())
      .handler(() => 'ok');
    await expect(call(handler)).rejects.toBe(failure);
  });
});

describe('in streamed mode', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('the statistics are there, and written once', async () => {
    vi.stubGlobal('awslambda', {
      streamifyResponse: (handler: unknown) => handler,
      HttpResponseStream: { from: (stream: PassThrough) => stream },
    });
    const { executionModeStreamifyResponse } = await import('@middy/core/StreamifyResponse');
    const stream = new PassThrough();
    const lines: unknown[][] = [];
    const handler = middy({ executionMode: executionModeStreamifyResponse })
      .use(memoryStats())
      .use(logTo(lines))
      .handler((_event, context) => String(context.memory.read().rss > 0)) as unknown as (
      event: unknown,
      stream: PassThrough,
      context: object,
    ) => Promise<void>;
    await handler({}, stream, {});
    expect(await text(stream)).toBe('true');
    expect(lines).toHaveLength(1);
  });
});

describe('wrong options', () => {
  it.each([
    [{ contextKey: 1 }, 'option contextKey must be a string'],
    [{ contextKey: '' }, 'option contextKey must not be empty'],
    [{ interval: 1 }, 'option interval is unknown; known are contextKey, gc, window, pricePerGbSecond'],
    [{ gc: 'yes' }, 'option gc must be a boolean'],
    [{ window: 19 }, 'option window must be at least 20'],
    [{ window: 1001 }, 'option window must be at most 1000'],
    [{ window: 20.5 }, 'option window must be an integer'],
    [{ pricePerGbSecond: -1 }, 'option pricePerGbSecond must be at least 0'],
  ])('%o are refused when the middleware is made', (options, problem) => {
    const expected = new TypeError(`@tabletheory/memory-stats: ${problem}`);
    expect(() => memoryStats(options as object)).toThrow(expected);
    expect(() => memoryStatsValidateOptions(options as object)).toThrow(expected);
  });
});
