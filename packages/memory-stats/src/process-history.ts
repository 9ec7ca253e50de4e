import { adviseMemory, type MemoryAdvice, type Observed } from './advice.ts';
import { Trend } from './trend.ts';

/** What one request shows of the process when it ends. Memory is in bytes. */
export interface Sample {
  readonly rss: number;
  readonly peak: number;
  /** Heap and external memory. */
  readonly heap: number;
  readonly durationMs: number;
  readonly cpuMs: number;
  /** Collections of the whole heap so far, where they are counted. */
  readonly majorCollections?: number | undefined;
}

/**
 * What is known of an environment's memory. It belongs to the process and not to a request, and keeps no more than the
 * last requests.
 */
export class ProcessHistory {
  readonly #limit: number | undefined;
  readonly #pricePerGbSecond: number | undefined;
  readonly #rss: Trend;
  readonly #heapAfterCollection: Trend;
  readonly #durationMs: Trend;
  readonly #cpuMs: Trend;
  #requests = 0;
  #peak = 0;
  #peakSetAt = 0;
  #last: Sample | undefined;
  #advice: MemoryAdvice | undefined;
  #told: MemoryAdvice | undefined;

  /** @param size requests that are kept. */
  constructor(limit: number | undefined, pricePerGbSecond: number | undefined, size: number) {
    this.#limit = limit;
    this.#pricePerGbSecond = pricePerGbSecond;
    this.#rss = new Trend(size);
    this.#heapAfterCollection = new Trend(size);
    this.#durationMs = new Trend(size);
    this.#cpuMs = new Trend(size);
  }

  /** The advice of now. */
  get advice(): MemoryAdvice | undefined {
    return this.#advice;
  }

  /** Whether there are enough requests for the advice on the size to be acted on. */
  get isSound(): boolean {
    return this.#advice !== undefined && (this.#advice.confidence !== 'low' || this.#advice.action === 'raise');
  }

  add(sample: Sample): void {
    const request = this.#requests++;
    if (sample.peak > this.#peak * 1.01) {
      this.#peak = sample.peak;
      this.#peakSetAt = request;
    }
    const last = this.#last;
    this.#last = sample;
    // The first request runs and loads what the others find there.
    if (last === undefined) return;
    this.#rss.add(request, sample.rss);
    this.#durationMs.add(request, sample.durationMs);
    this.#cpuMs.add(request, sample.cpuMs);
    // Between two collections the heap always grows: only what is left after one tells of a leak.
    const collected =
      sample.majorCollections === undefined
        ? sample.heap < last.heap
        : sample.majorCollections !== last.majorCollections;
    if (collected) this.#heapAfterCollection.add(request, sample.heap);
    if (this.#limit !== undefined) {
      this.#advice = adviseMemory(this.#observed(sample), this.#limit, this.#pricePerGbSecond);
    }
  }

  /** Advice that differs from what was last told: in what to do, by more than a quarter in size, or in a leak. */
  takeNews(): MemoryAdvice | undefined {
    const advice = this.#advice;
    // A leak keeps the peak rising, and so the confidence low; it is judged by itself.
    if (advice === undefined || !(this.isSound || advice.leak)) return undefined;
    const told = this.#told ?? { action: 'keep', recommended: advice.current, leak: undefined };
    const isNews =
      advice.action !== told.action ||
      Math.abs(advice.recommended - told.recommended) > told.recommended / 4 ||
      (advice.leak === undefined) !== (told.leak === undefined);
    if (!isNews) return undefined;
    this.#told = advice;
    return advice;
  }

  #observed({ rss, peak }: Sample): Observed {
    return {
      requests: this.#requests,
      requestsSincePeak: this.#requests - this.#peakSetAt,
      rss,
      peak: Math.max(peak, this.#peak),
      durationMs: this.#durationMs.mean() ?? 0,
      cpuMs: this.#cpuMs.mean() ?? 0,
      rssLine: this.#rss.line(),
      heapLine: this.#heapAfterCollection.line(),
    };
  }
}
