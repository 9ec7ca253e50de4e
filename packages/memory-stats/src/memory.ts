import { getHeapStatistics } from 'node:v8';
import type { MemoryRecord } from '@tabletheory/invocation';

/** Memory statistics, on the context. */
export interface Memory {
  /** A fresh reading of the process's memory, in bytes. Takes about 10 µs. */
  read(): MemoryRecord;
}

/** Reads the process's memory. `limit` is the function's memory in bytes, where it is known. */
export function readMemory(limit: number | undefined): MemoryRecord {
  const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
  // `maxRSS` is in kibibytes, and the kernel updates it now and then only: it may lag behind `rss`.
  const peak = Math.max(rss, process.resourceUsage().maxRSS * 1024);
  const heapLimit = getHeapStatistics().heap_size_limit;
  const record = { rss, heapUsed, heapTotal, heapLimit, external, arrayBuffers, peak };
  return limit === undefined ? record : { ...record, percentOfLimit: Math.round((peak / limit) * 1000) / 10 };
}

/**
 * The function's memory in bytes; `undefined` outside Lambda. Lambda states it in MB of 1024 × 1024 bytes in
 * `AWS_LAMBDA_FUNCTION_MEMORY_SIZE` (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
 */
export function memoryLimit(): number | undefined {
  const limit = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE) * 1024 * 1024;
  return Number.isFinite(limit) && limit > 0 ? limit : undefined;
}
