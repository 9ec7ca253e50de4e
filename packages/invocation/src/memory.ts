/** Memory of one invocation, in bytes. */
export interface MemoryRecord {
  /** Resident set size: what Lambda bills and limits. */
  readonly rss: number;
  readonly heapUsed: number;
  readonly heapTotal: number;
  /** The most the V8 heap may grow to. */
  readonly heapLimit: number;
  readonly external: number;
  readonly arrayBuffers: number;
  /** The highest resident set size of the process so far. */
  readonly peak: number;
  /** `peak` as a percentage of the function's memory; absent outside Lambda. */
  readonly percentOfLimit?: number;
}
