import type middy from '@middy/core';
import {
  enter,
  type LambdaContext,
  leave,
  type MiddyRequest,
  type OptionSchema,
  validateOptions,
} from '@tabletheory/invocation';
import { type Memory, memoryLimit, readMemory } from './memory.ts';

/** Options of `memoryStats`. */
export interface MemoryStatsOptions<Key extends string = 'memory'> {
  /** The name of the statistics on the context. `memory` by default. */
  readonly contextKey?: Key;
}

const optionSchema: OptionSchema = {
  type: 'object',
  properties: { contextKey: { type: 'string', minLength: 1 } },
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
 * writes them at level debug when the request ends, where there is a logger.
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
 *     return { statusCode: 200, body: `${rss} bytes, at most ${percentOfLimit ?? '?'} % of the function's memory` };
 *   });
 */
export function memoryStats<const Key extends string = 'memory'>(
  options: MemoryStatsOptions<Key> = {},
): middy.MiddlewareObj<unknown, any, Error, LambdaContext & { [K in Key]: Memory }> {
  memoryStatsValidateOptions(options);
  const { contextKey = 'memory' } = options;
  const limit = memoryLimit();
  // The process's memory, the same for every request: it may be shared.
  const memory: Memory = { read: () => readMemory(limit) };
  const middleware = {};

  const memoryStatsMiddlewareBefore = (request: MiddyRequest): void => {
    const invocation = enter(request, middleware);
    invocation.memory = memory.read;
    request.context[contextKey] = memory;
    invocation.onEnd(() => invocation.log?.debug({ memory: memory.read() }, 'memory'));
  };
  const memoryStatsMiddlewareAfter = (request: MiddyRequest): void | Promise<void> => leave(request, middleware);
  const memoryStatsMiddlewareOnError = (request: MiddyRequest): void | Promise<void> => leave(request, middleware);

  return {
    before: memoryStatsMiddlewareBefore,
    after: memoryStatsMiddlewareAfter,
    onError: memoryStatsMiddlewareOnError,
  };
}
