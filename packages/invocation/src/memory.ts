/** Memory of one invocation, in bytes. */
export interface MemoryRecord {
  /** Resident set size: what Lambda bills and limits. */
  readonly rss: number;
  readonly heapUsed: number;
  readonly heapTotal: number;
  /** The most the V8 heap may grow to. */
  readonly heapLimit: number;
  readonly external: number;
  /** Only in a reading that the handler asks for: it takes four times as long as all the others together. */
  readonly arrayBuffers?: number;
  /** The highest resident set size of the process so far. */
  readonly peak: number;
  /** `peak` as a percentage of the function's memory; absent outside Lambda. */
  readonly percentOfLimit?: number;
  /** What the heap and external memory have grown by since the request began; less than 0 after a collection. */
  readonly growth?: number;
  /** What `peak` has risen by since the last request before this one ended. */
  readonly peakGrowth?: number;
  /** What each request leaves behind, where the environment's requests so far look like a leak. */
  readonly leakPerRequest?: number;
  /** Milliseconds of garbage collection since the request began, where that is measured. */
  readonly gcDurationMs?: number;
  /** The memory the function should have, judged by its requests so far; absent until there are enough. */
  readonly recommended?: number;
}
