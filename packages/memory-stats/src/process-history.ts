import { adviseMemory, type Judgement, judgeMemory, type MemoryAdvice, type Observed } from './advice.ts';
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
  #judgement: Judgement | undefined;
  #advice: MemoryAdvice | undefined;
  #told: Judgement | undefined;

  /** @param size requests that are kept. */
  constructor(limit: number | undefined, pricePerGbSecond: number | undefined, size: number) {
    this.#limit = limit;
    this.#pricePerGbSecond = pricePerGbSecond;
    this.#rss = new Trend(size);
    this.#heapAfterCollection = new Trend(size);
    this.#durationMs = new Trend(size);
    this.#cpuMs = new Trend(size);
  }

  /** The advice of now, made when it is asked for: lines and costs take 3 µs. */
  get advice(): MemoryAdvice | undefined {
    if (this.#limit === undefined || this.#judgement === undefined) return undefined;
    this.#advice ??= adviseMemory(
      { ...this.#observed(), rssLine: this.#rss.line() },
      this.#limit,
      this.#pricePerGbSecond,
    );
    return this.#advice;
  }

  /** What of the advice is decided after each request. */
  get judgement(): Judgement | undefined {
    return this.#judgement;
  }

  /** Whether there are enough requests for the advice on the size to be acted on. */
  get isSound(): boolean {
    const judgement = this.#judgement;
    return judgement !== undefined && (judgement.confidence !== 'low' || judgement.action === 'raise');
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
      this.#judgement = judgeMemory(this.#observed(), this.#limit, this.#pricePerGbSecond);
      this.#advice = undefined;
    }
  }

  /** Advice that differs from what was last told: in what to do, by more than a quarter in size, or in a leak. */
  takeNews(): MemoryAdvice | undefined {
    const judgement = this.#judgement;
    // A leak keeps the peak rising, and so the confidence low; it is judged by itself.
    if (judgement === undefined || !(this.isSound || judgement.leak)) return undefined;
    const current = Math.round((this.#limit as number) / (1024 * 1024));
    const told = this.#told ?? { action: 'keep', recommended: current, leak: undefined };
    const isNews =
      judgement.action !== told.action ||
      Math.abs(judgement.recommended - told.recommended) > told.recommended / 4 ||
      (judgement.leak === undefined) !== (told.leak === undefined);
    if (!isNews) return undefined;
    this.#told = judgement;
    return this.advice;
  }

  #observed(): Observed {
    const { rss, peak } = this.#last as Sample;
    return {
      requests: this.#requests,
      requestsSincePeak: this.#requests - this.#peakSetAt,
      rss,
      peak: Math.max(peak, this.#peak),
      durationMs: this.#durationMs.mean() ?? 0,
      cpuMs: this.#cpuMs.mean() ?? 0,
      heapLine: this.#heapAfterCollection.line(),
    };
  }
}
