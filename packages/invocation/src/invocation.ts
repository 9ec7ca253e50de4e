import type middy from '@middy/core';
import type { Log } from './log.ts';
import type { MemoryRecord } from './memory.ts';
import type { MetricSink } from './metric-sink.ts';
import type { OperationFinish, OperationObserver, TableOperation } from './operation.ts';
import { addUsage, emptyUsage, type TableUsage } from './table-usage.ts';
import type { Trace } from './trace.ts';
import { currentTraceHeader, type TraceHeader } from './trace-header.ts';

/** Any Middy request. */
export type MiddyRequest = middy.Request<any, any, any, any, any>;

/** Lambda's context object, as Middy types it. */
export type LambdaContext = middy.Request['context'];

/** How a request ended, for those who clean up after it. */
export interface InvocationEnd {
  /** `early` when a middleware answered before the handler ran. */
  readonly outcome: 'success' | 'error' | 'early';
  readonly error?: unknown;
  readonly response?: unknown;
}

/** Runs once when the request ends. A promise is awaited when the request ends in a hook that can wait. */
export type Disposer = (end: InvocationEnd) => void | Promise<void>;

/** Runs once when the deadline strikes. A promise is awaited when the request ends, where that can wait. */
export type DeadlineListener = () => void | Promise<void>;

// Symbol.for: two copies of this package in one bundle still share one record per request.
const KEY = Symbol.for('@tabletheory/invocation');

let initialized = false;

/** True for the first request of an environment that started because of that request. */
function isColdStart(): boolean {
  const cold = !initialized && (process.env.AWS_LAMBDA_INITIALIZATION_TYPE ?? 'on-demand') === 'on-demand';
  initialized = true;
  return cold;
}

/**
 * The record of one request that the middlewares share. A middleware puts what it offers here and reads what it
 * needs at the moment of need, so the order of `.use()` does not matter and a missing sibling is simply absent.
 */
export class Invocation {
  /** Lambda's request id; absent outside Lambda. */
  readonly requestId: string | undefined;
  /** `performance.now()` when the first middleware saw the request. */
  readonly startedAt: number = performance.now();
  /** Whether this request started its environment. */
  readonly coldStart: boolean = isColdStart();
  /** Lambda's trace header as it was when the request began; absent outside Lambda. */
  readonly traceHeader: TraceHeader | undefined = currentTraceHeader();
  readonly context: MiddyRequest['context'];

  /** Aborts when the request must stop. Offered by `@tabletheory/deadline`. */
  signal: AbortSignal | undefined;
  /** Milliseconds until `signal` aborts. Offered by `@tabletheory/deadline`. */
  remaining: (() => number) | undefined;
  /** Offered by `@tabletheory/logger`. */
  log: Log | undefined;
  /** Offered by `@tabletheory/xray`. */
  trace: Trace | undefined;
  /** Offered by `@tabletheory/metrics`. */
  metrics: MetricSink | undefined;
  /** A fresh reading of memory. Offered by `@tabletheory/memory-stats`. */
  memory: (() => MemoryRecord) | undefined;

  readonly #observers: OperationObserver[] = [];
  readonly #disposers: Disposer[] = [];
  readonly #deadlineListeners: DeadlineListener[] = [];
  readonly #pending: Promise<unknown>[] = [];
  #deadlineStruck = false;
  #usage: TableUsage | undefined;
  #end: InvocationEnd | undefined;
  #cleanUp: Promise<void> | undefined;

  constructor(context: MiddyRequest['context']) {
    this.context = context;
    this.requestId = context?.awsRequestId;
  }

  /** Whether the request has ended. */
  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** Has `observer` told of every table operation from now on. */
  onOperation(observer: OperationObserver): void {
    this.#observers.push(observer);
  }

  /**
   * What the data layer calls when an operation starts; `undefined` while nobody wants to know, so that operations
   * are measured only for those who asked.
   */
  get observe(): OperationObserver | undefined {
    return this.#observers.length === 0 ? undefined : this.#observe;
  }

  readonly #observe = (operation: TableOperation): OperationFinish => {
    const finishes: OperationFinish[] = [];
    for (const observer of this.#observers) {
      // Watching an operation must not make it fail.
      const finish = attempt(() => observer(operation));
      if (finish !== undefined) finishes.push(finish);
    }
    return (outcome) => {
      for (const finish of finishes) attempt(() => finish(outcome));
    };
  };

  /** The running totals of table operations, counted from the first call on; every call returns the same object. */
  measureTables(): TableUsage {
    if (this.#usage === undefined) {
      const usage = emptyUsage();
      this.#usage = usage;
      this.onOperation(() => (outcome) => addUsage(usage, outcome));
    }
    return this.#usage;
  }

  /**
   * Has `listener` called once when the deadline strikes while the request is still running: the last moment to write
   * what would be lost if Lambda killed the process. Called at once where the deadline has struck already, and never
   * without a middleware that watches the time.
   */
  onDeadline(listener: DeadlineListener): void {
    if (this.ended) return;
    if (this.#deadlineStruck) this.#run(listener);
    else this.#deadlineListeners.push(listener);
  }

  /**
   * Tells those who asked with `onDeadline`, once. Called by the middleware that watches the time, `@tabletheory/deadline`.
   * A listener that throws stops no other one; after the end of the request none is called.
   */
  strikeDeadline(): void {
    if (this.ended || this.#deadlineStruck) return;
    this.#deadlineStruck = true;
    for (const listener of this.#deadlineListeners.splice(0)) this.#run(listener);
  }

  /** Runs one callback of a middleware, which must fail neither the request nor another's callback. */
  #run(callback: () => void | Promise<void>): void {
    const result = attempt(callback);
    if (result instanceof Promise) this.#pending.push(result.catch(ignore));
  }

  /**
   * Registers clean-up. The last one registered runs first; each runs once, however the request ends. It runs at once
   * where the request has ended already: a middleware that is outside of the one that ended it may only begin then.
   */
  onEnd(dispose: Disposer): void {
    const end = this.#end;
    if (end === undefined) {
      this.#disposers.push(dispose);
      return;
    }
    this.#run(() => dispose(end));
    this.#collectCleanUp();
  }

  /**
   * Ends the request: runs every disposer, once. A disposer that throws stops no other one.
   *
   * @returns a promise only when a disposer, or a listener to the deadline, returned one; the same promise when the request has already ended, so
   *   that clean-up begun where nothing could wait for it can still be awaited.
   */
  end(end: InvocationEnd): void | Promise<void> {
    if (this.#end !== undefined) return this.#cleanUp;
    this.#end = end;
    for (let dispose = this.#disposers.pop(); dispose !== undefined; dispose = this.#disposers.pop()) {
      const disposer = dispose;
      this.#run(() => disposer(end));
    }
    this.#collectCleanUp();
    return this.#cleanUp;
  }

  #collectCleanUp(): void {
    if (this.#pending.length > 0) this.#cleanUp = Promise.all(this.#pending).then(ignore);
  }
}

function ignore(): void {}

function attempt<T>(watch: () => T): T | undefined {
  try {
    return watch();
  } catch {
    return undefined;
  }
}

interface Owned {
  readonly invocation: Invocation;
  readonly owner: object;
}

/** The record of this request, or `undefined` when no TableTheory middleware has seen it yet. */
export function invocationOf(request: MiddyRequest): Invocation | undefined {
  return (request.internal as Record<symbol, Owned | undefined>)[KEY]?.invocation;
}

/**
 * The record of this request, made by the first middleware that asks. That middleware is the outermost of ours, so
 * its `leave` ends the request.
 *
 * @param middleware any object that stands for the calling middleware instance; `leave` takes the same one.
 */
export function enter(request: MiddyRequest, middleware: object): Invocation {
  const internal = request.internal as Record<symbol, Owned | undefined>;
  const owned = internal[KEY];
  if (owned !== undefined) return owned.invocation;
  const invocation = new Invocation(request.context);
  internal[KEY] = { invocation, owner: middleware };
  endWhenMiddyBreaksOff(request, invocation);
  return invocation;
}

/**
 * Called from a middleware's `after` and `onError`: ends the request when that middleware was the first to enter it.
 *
 * @returns what Middy should await, if anything.
 */
export function leave(request: MiddyRequest, middleware: object): void | Promise<void> {
  const owned = (request.internal as Record<symbol, Owned | undefined>)[KEY];
  if (owned?.owner !== middleware) return;
  return owned.invocation.end(endOf(request));
}

function endOf(request: MiddyRequest): InvocationEnd {
  // An error another middleware has turned into a response is still how the request went.
  if (request.error != null) return { outcome: 'error', error: request.error, response: request.response };
  return { outcome: 'success', response: request.response };
}

/**
 * Middy skips every remaining hook in two cases: when a hook returns a value (an early response), and when an
 * `onError` hook throws. In both its last act is to assign to the request: `request.response` while
 * `request.earlyResponse` exists, or `request.error` for the second time. Accessors on these two properties notice,
 * so clean-up does not depend on the application having installed `invocationPlugin`.
 */
function endWhenMiddyBreaksOff(request: MiddyRequest, invocation: Invocation): void {
  let { response, error } = request;
  const isEarlyResponse = (value: unknown) =>
    Object.hasOwn(request, 'earlyResponse') && value === request.earlyResponse;
  let handlerRan = false;
  Object.defineProperty(request, 'response', {
    enumerable: true,
    configurable: true,
    get: () => response,
    set(value) {
      response = value;
      if (!isEarlyResponse(value)) {
        handlerRan = true;
      } else if (error != null) {
        void invocation.end({ outcome: 'error', error, response });
      } else {
        void invocation.end({ outcome: handlerRan ? 'success' : 'early', response });
      }
    },
  });
  Object.defineProperty(request, 'error', {
    enumerable: true,
    configurable: true,
    get: () => error,
    set(value) {
      const previous = error;
      error = value;
      if (previous != null && wasThrownInOnError(value, previous)) void invocation.end({ outcome: 'error', error });
    },
  });
}

/**
 * Tells an error Middy caught from an `onError` hook from one such a hook put in place of the first, which ends
 * nothing. Middy marks a new error with `originalError`, keeps one that was thrown again, and cannot mark a primitive.
 */
function wasThrownInOnError(value: unknown, previous: unknown): boolean {
  if (value === previous) return true;
  if (typeof value !== 'object' || value === null) return value != null;
  return 'originalError' in value && value.originalError === previous;
}

/**
 * A Middy plugin that ends the request in Middy's `requestEnd` hook, which runs whatever happened. With it,
 * clean-up that takes time (sending trace segments) is awaited even after an early response.
 *
 * @example
 * import middy from '@middy/core';
 * import { invocationPlugin } from '@tabletheory/invocation';
 *
 * export const handler = middy(invocationPlugin()).handler(async () => 'ok');
 */
export function invocationPlugin(): { requestEnd: (request: MiddyRequest) => void | Promise<void> } {
  return { requestEnd: invocationPluginRequestEnd };
}

function invocationPluginRequestEnd(request: MiddyRequest): void | Promise<void> {
  return invocationOf(request)?.end(endOf(request));
}
