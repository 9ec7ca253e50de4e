import type { Line } from './trend.ts';

/** What memory a function should have, and why. */
export interface MemoryAdvice {
  readonly action: 'keep' | 'lower' | 'raise';
  /** The function's memory, in MB of 1,048,576 bytes. */
  readonly current: number;
  /** The memory it should have, in MB. */
  readonly recommended: number;
  readonly reason: string;
  /** By the number of requests seen, and by whether their peak still rises. */
  readonly confidence: 'low' | 'medium' | 'high';
  /** Requests the advice rests on. */
  readonly requests: number;
  /**
   * The price of duration for a million requests like these, as they are and with the recommended memory, and the
   * difference; in the currency of the price, US dollars by default. Absent where an environment runs several requests
   * at a time: what each of them takes cannot be told.
   */
  readonly cost?: { readonly current: number; readonly recommended: number; readonly difference: number };
  /** Bytes by which the resident set size grew with each of the last requests. */
  readonly rssPerRequest?: number;
  /** What looks like a leak. */
  readonly leak?: {
    /** Bytes each request leaves on the heap after garbage collection. */
    readonly bytesPerRequest: number;
    /** How well a straight line describes it (R²), 0.8 to 1. */
    readonly fit: number;
    /** Requests after which the function's memory is full. */
    readonly requestsLeft: number;
  };
}

/** What was seen of the requests of an environment. Memory is in bytes. */
export interface Observed {
  readonly requests: number;
  /** Requests since the peak last rose by more than 1 %. */
  readonly requestsSincePeak: number;
  readonly rss: number;
  readonly peak: number;
  /** Means of a request: milliseconds it took, and milliseconds of CPU. */
  readonly durationMs: number;
  readonly cpuMs: number;
  readonly rssLine?: Line | undefined;
  /** Of the heap, in readings taken after a garbage collection. */
  readonly heapLine?: Line | undefined;
}

const MB = 1024 * 1024;
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
const LEAST = 128;
const MOST = 10_240;
/** MB that come with one whole vCPU; less memory comes with less of it. */
const ONE_VCPU = 1769;
const STEP = 64;
/** What is left free above the peak: Lambda counts its runtime and the extensions as well. */
const HEADROOM = 1.25;
const NEARLY_FULL = 0.9;
/** By how much a smaller function may be slower. */
const SLOWER = 1.1;
/** What a change must save at least to be worth it. */
const WORTHWHILE = 0.95;

/** The part of the advice that is decided after each request; the rest is for who reads it. */
export interface Judgement extends Pick<MemoryAdvice, 'action' | 'recommended' | 'confidence' | 'leak'> {
  /** What the reason says of the peak's share of the function's memory. */
  readonly finding: string;
}

/**
 * Judges the function's memory. Less memory is also less CPU, so a request's CPU time is stretched by as much and its
 * waiting time is not; a size that makes requests more than 10 % slower is not recommended.
 *
 * @param limit the function's memory, in bytes.
 * @param pricePerGbSecond price of one GB of 1,024 MB for a second; `undefined` for no cost and no regard to CPU.
 */
export function judgeMemory(observed: Observed, limit: number, pricePerGbSecond: number | undefined): Judgement {
  const current = Math.round(limit / MB);
  const needed = clamp(Math.ceil((observed.peak * HEADROOM) / MB / STEP) * STEP);
  const judged = (action: MemoryAdvice['action'], recommended: number, finding: string): Judgement => {
    return { action, recommended, finding, confidence: confidenceOf(observed), ...leakOf(observed, limit) };
  };
  if (observed.peak >= NEARLY_FULL * limit) {
    if (needed <= current) return judged('keep', current, 'of the most memory Lambda offers.');
    return judged('raise', needed, "of the function's memory: a larger request would fail.");
  }
  if (needed >= current) return judged('keep', current, "of the function's memory.");
  if (pricePerGbSecond === undefined) return judged('lower', needed, "of the function's memory.");
  const cheapest = cheapestSize(observed, needed, current);
  if (cheapest === current) {
    return judged('keep', current, "of the function's memory, but its requests need the CPU.");
  }
  return judged('lower', cheapest, "of the function's memory, and its requests mostly wait.");
}

/** The whole advice, as {@link judgeMemory} comes to it. */
export function adviseMemory(observed: Observed, limit: number, pricePerGbSecond: number | undefined): MemoryAdvice {
  const { action, recommended, finding, confidence, leak } = judgeMemory(observed, limit, pricePerGbSecond);
  const current = Math.round(limit / MB);
  return {
    action,
    current,
    recommended,
    reason: `The peak is ${Math.round((observed.peak / limit) * 100)} % ${finding}`,
    confidence,
    requests: observed.requests,
    ...(pricePerGbSecond !== undefined && { cost: costOf(observed, current, recommended, pricePerGbSecond) }),
    ...(observed.rssLine && { rssPerRequest: Math.round(observed.rssLine.slope) }),
    ...(leak && { leak }),
  };
}

/** The cheapest size at which requests are not much slower; the current one where none is clearly cheaper. */
function cheapestSize(observed: Observed, needed: number, current: number): number {
  const gbMs = (size: number): number => size * durationAt(observed, current, size);
  let cheapest = current;
  let least = gbMs(current) * WORTHWHILE;
  for (let size = needed; size < current; size += STEP) {
    if (durationAt(observed, current, size) > observed.durationMs * SLOWER || gbMs(size) >= least) continue;
    cheapest = size;
    least = gbMs(size);
  }
  return cheapest;
}

/** Milliseconds a request would take with another memory size. */
function durationAt({ durationMs, cpuMs }: Observed, current: number, size: number): number {
  const computing = Math.min(durationMs, cpuMs / vCpu(current));
  return durationMs - computing + (computing * vCpu(current)) / vCpu(size);
}

/** The share of one vCPU. More than one does not make one thread faster. */
function vCpu(size: number): number {
  return Math.min(1, size / ONE_VCPU);
}

function costOf(observed: Observed, current: number, recommended: number, price: number): MemoryAdvice['cost'] & {} {
  // Lambda bills whole milliseconds.
  const cost = (size: number): number =>
    1e6 * (size / 1024) * (Math.ceil(durationAt(observed, current, size)) / 1000) * price;
  const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
  return {
    current: rounded(cost(current)),
    recommended: rounded(cost(recommended)),
    difference: rounded(cost(recommended) - cost(current)),
  };
}

// What makes a rise a leak: enough collections, a line that fits, and more than noise.
const LEAK_READINGS = 8;
const LEAK_FIT = 0.8;
const LEAK_RISE = MB;

function leakOf({ heapLine, rss }: Observed, limit: number): Pick<MemoryAdvice, 'leak'> {
  if (heapLine === undefined || heapLine.readings < LEAK_READINGS) return {};
  if (heapLine.fit < LEAK_FIT || heapLine.rise < LEAK_RISE) return {};
  const bytesPerRequest = Math.round(heapLine.slope);
  const requestsLeft = Math.max(0, Math.floor((limit - rss) / heapLine.slope));
  return { leak: { bytesPerRequest, fit: Math.round(heapLine.fit * 100) / 100, requestsLeft } };
}

function confidenceOf({ requests, requestsSincePeak }: Observed): MemoryAdvice['confidence'] {
  const settled = requestsSincePeak >= requests / 4;
  if (requests >= 100) return settled ? 'high' : 'medium';
  return requests >= 20 && settled ? 'medium' : 'low';
}

function clamp(size: number): number {
  return Math.min(MOST, Math.max(LEAST, size));
}
