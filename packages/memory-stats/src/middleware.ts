import type middy from '@middy/core';
import {
  enter,
  type LambdaContext,
  leave,
  type MemoryRecord,
  type MiddyRequest,
  type OptionSchema,
  validateOptions,
} from '@tabletheory/invocation';
import { watchGarbageCollection } from './garbage-collection.ts';
import { heapAndExternal, highestRss, type Memory, memoryLimit, readMemory } from './memory.ts';
import { PRICE_PER_GB_SECOND } from './price.ts';
import { ProcessHistory } from './process-history.ts';

/** Options of `memoryStats`. */
export interface MemoryStatsOptions<Key extends string = 'memory'> {
  /** The name of the statistics on the context. `memory` by default. */
  readonly contextKey?: Key | undefined;
  /** Measures garbage collection too, which also makes the search for leaks surer. `false` by default. */
  readonly gc?: boolean | undefined;
  /** How many of the last requests statistics and advice rest on: 20 to 1,000, 100 by default. */
  readonly window?: number | undefined;
  /**
   * What a GB-second of the function costs, in any currency. Default: the list price for the function's architecture,
   * in US dollars, US East (N. Virginia), as of May 2026.
   */
  readonly pricePerGbSecond?: number | undefined;
}

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    contextKey: { type: 'string', minLength: 1 },
    gc: { type: 'boolean' },
    window: { type: 'integer', minimum: 20, maximum: 1000 },
    pricePerGbSecond: { type: 'number', minimum: 0 },
  },
  additionalProperties: false,
};

/**
 * Checks the options of `memoryStats`.
 *
 * @throws TypeError naming the first option that is wrong or unknown.
 */
export function memoryStatsValidateOptions(options: MemoryStatsOptions<string>): void {
  validateOptions('@tabletheory/memory-stats', optionSchema, options);
}

/**
 * A Middy middleware that offers the process's memory statistics to the handler and to the other middlewares, and
 * advice on the function's memory size. Where there is a logger, the statistics are written at level debug when the
 * request ends, and the advice at level info when it changes.
 *
 * @throws TypeError naming the first option that is wrong or unknown.
 *
 * @example
 * import middy from '@middy/core';
 * import { memoryStats } from '@tabletheory/memory-stats';
 *
 * export const handler = middy()
 *   .use(memoryStats())
 *   .handler(async (_event, context) => {
 *     const { rss, percentOfLimit } = context.memory.read();
 *     const recommended = context.memory.advice()?.recommended;
 *     return { statusCode: 200, body: JSON.stringify({ rss, percentOfLimit, recommended }) };
 *   });
 */
export function memoryStats<const Key extends string = 'memory'>(
  options: MemoryStatsOptions<Key> = {},
): middy.MiddlewareObj<unknown, any, Error, LambdaContext & { [K in Key]: Memory }> {
  memoryStatsValidateOptions(options);
  const { contextKey = 'memory', gc = false, window = 100 } = options;
  const limit = memoryLimit();
  const readCollection = gc ? watchGarbageCollection() : undefined;
  // The process's and not a request's, and bounded: it may outlive requests.
  const history = new ProcessHistory(limit, runsSeveralRequests() ? undefined : priceOf(options), window);
  // The process's as well, as it was when the last request ended. Taking it once more when one begins takes 3 µs.
  let usage = process.resourceUsage();
  const middleware = {};

  const memoryStatsMiddlewareBefore = (request: MiddyRequest): void => {
    const invocation = enter(request, middleware);
    const heap = heapAndExternal();
    const before = usage;
    const collectionMs = readCollection?.().durationMs ?? 0;

    const describe = <Read extends MemoryRecord>(read: Read): Read => {
      const { leak, recommended = 0 } = history.judgement ?? {};
      return {
        ...read,
        growth: read.heapUsed + read.external - heap,
        peakGrowth: Math.max(0, read.peak - highestRss(before)),
        ...(leak && { leakPerRequest: leak.bytesPerRequest }),
        ...(readCollection && { gcDurationMs: toMicrosecond(readCollection().durationMs - collectionMs) }),
        ...(history.isSound && { recommended: recommended * 1024 * 1024 }),
      };
    };
    let last: MemoryRecord | undefined;
    // One for all who write something of the request when it ends, in whatever order they do.
    const readLast = (): MemoryRecord => {
      if (last !== undefined) return last;
      usage = process.resourceUsage();
      const read = readMemory(limit, usage);
      history.add({
        rss: read.rss,
        peak: read.peak,
        heap: read.heapUsed + read.external,
        durationMs: performance.now() - invocation.startedAt,
        cpuMs: cpuMsBetween(before, usage),
        majorCollections: readCollection?.().major,
      });
      last = describe(read);
      return last;
    };
    const memory: Memory = {
      read: () => describe({ ...readMemory(limit), arrayBuffers: process.memoryUsage().arrayBuffers }),
      advice: () => history.advice,
    };
    invocation.memory = () => (invocation.ended ? readLast() : describe(readMemory(limit)));
    (request.context as Record<string, unknown>)[contextKey] = memory;

    invocation.onEnd(() => {
      const record = readLast();
      const { log } = invocation;
      if (log === undefined) return;
      log.debug({ memory: record }, 'memory');
      const news = history.takeNews();
      if (news !== undefined) log.info({ memory_advice: news }, 'memory advice');
    });
  };
  const memoryStatsMiddlewareAfter = (request: MiddyRequest): void | Promise<void> => leave(request, middleware);
  const memoryStatsMiddlewareOnError = (request: MiddyRequest): void | Promise<void> => leave(request, middleware);

  return {
    before: memoryStatsMiddlewareBefore,
    after: memoryStatsMiddlewareAfter,
    onError: memoryStatsMiddlewareOnError,
  };
}

/** Milliseconds of CPU time. */
function cpuMsBetween(before: NodeJS.ResourceUsage, after: NodeJS.ResourceUsage): number {
  return (after.userCPUTime + after.systemCPUTime - before.userCPUTime - before.systemCPUTime) / 1000;
}

function toMicrosecond(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

function priceOf({ pricePerGbSecond }: MemoryStatsOptions<string>): number {
  return pricePerGbSecond ?? PRICE_PER_GB_SECOND[process.arch === 'arm64' ? 'arm64' : 'x86_64'];
}

/** Whether Lambda sends this environment a request while another is running: on Lambda Managed Instances. */
function runsSeveralRequests(): boolean {
  return Number(process.env.AWS_LAMBDA_MAX_CONCURRENCY) > 1;
}
