import { getHeapStatistics } from 'node:v8';
import type { MemoryRecord } from '@tabletheory/invocation';
import type { MemoryAdvice } from './advice.ts';

/** Memory statistics, on the context. */
export interface Memory {
  /** A fresh reading of the process's memory, in bytes. Takes about 13 µs. */
  read(): MemoryRecord;
  /**
   * What memory the function should have, judged by the requests of this environment that have ended. `undefined`
   * before the second one has, and outside Lambda.
   */
  advice(): MemoryAdvice | undefined;
}

/** Reads the process's memory. `limit` is the function's memory in bytes, where it is known. */
export function readMemory(limit: number | undefined): MemoryRecord {
  const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
  const peak = Math.max(rss, highestRss());
  const heapLimit = getHeapStatistics().heap_size_limit;
  const record = { rss, heapUsed, heapTotal, heapLimit, external, arrayBuffers, peak };
  return limit === undefined ? record : { ...record, percentOfLimit: Math.round((peak / limit) * 1000) / 10 };
}

/** The highest resident set size of the process so far, in bytes. The kernel may be a moment late. */
export function highestRss(): number {
  return process.resourceUsage().maxRSS * 1024; // it is in kibibytes
}

/** Bytes of the JavaScript heap and of what it holds outside. Takes under 1 µs, a whole reading about 13. */
export function heapAndExternal(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

/**
 * The function's memory in bytes; `undefined` outside Lambda. Lambda states it in MB of 1024 × 1024 bytes in
 * `AWS_LAMBDA_FUNCTION_MEMORY_SIZE` (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
 */
export function memoryLimit(): number | undefined {
  const limit = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE) * 1024 * 1024;
  return Number.isFinite(limit) && limit > 0 ? limit : undefined;
}
