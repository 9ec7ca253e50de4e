import { getHeapStatistics } from 'node:v8';
import type { MemoryRecord } from '@tabletheory/invocation';
import type { MemoryAdvice } from './advice.ts';
import { residentSetSize } from './resident-set-size.ts';

/** Memory statistics, on the context. */
export interface Memory {
  /** A fresh reading of the process's memory, in bytes. Takes about 13 µs. */
  read(): MemoryReading;
  /**
   * What memory the function should have, judged by the requests of this environment that have ended. `undefined`
   * before the second one has, and outside Lambda.
   */
  advice(): MemoryAdvice | undefined;
}

/** A reading with everything in it. */
export interface MemoryReading extends MemoryRecord {
  readonly arrayBuffers: number;
}

/** Reads the process's memory, all but the array buffers. `limit` is the function's memory in bytes, where it is known. */
export function readMemory(
  limit: number | undefined,
  usage: NodeJS.ResourceUsage = process.resourceUsage(),
): MemoryRecord {
  const heap = getHeapStatistics();
  const rss = residentSetSize();
  const peak = Math.max(rss, highestRss(usage));
  return {
    rss,
    heapUsed: heap.used_heap_size,
    heapTotal: heap.total_heap_size,
    heapLimit: heap.heap_size_limit,
    external: heap.external_memory,
    peak,
    ...(limit !== undefined && { percentOfLimit: Math.round((peak / limit) * 1000) / 10 }),
  };
}

/** The highest resident set size of the process so far, in bytes. The kernel may be a moment late. */
export function highestRss({ maxRSS }: NodeJS.ResourceUsage): number {
  return maxRSS * 1024; // it is in kibibytes
}

/** Bytes of the JavaScript heap and of what it holds outside. Takes under 1 µs. */
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
