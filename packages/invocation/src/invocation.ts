import type middy from '@middy/core';
import type { Log } from './log.ts';
import type { MemoryRecord } from './memory.ts';
import type { OperationFinish, OperationObserver, TableOperation } from './operation.ts';
import { addUsage, emptyUsage, type TableUsage } from './table-usage.ts';
import type { Trace } from './trace.ts';

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
  readonly context: MiddyRequest['context'];

  /** Aborts when the request must stop. Offered by `@tabletheory/deadline`. */
  signal: AbortSignal | undefined;
  /** Milliseconds until `signal` aborts. Offered by `@tabletheory/deadline`. */
  remaining: (() => number) | undefined;
  /** Offered by `@tabletheory/logger`. */
  log: Log | undefined;
  /** Offered by `@tabletheory/xray`. */
  trace: Trace | undefined;
  /** A fresh reading of memory. Offered by `@tabletheory/memory-stats`. */
  memory: (() => MemoryRecord) | undefined;

  readonly #observers: OperationObserver[] = [];
  readonly #disposers: Disposer[] = [];
  #usage: TableUsage | undefined;
  #ended = false;
  #cleanUp: Promise<void> | undefined;

  constructor(context: MiddyRequest['context']) {
    this.context = context;
    this.requestId = context?.awsRequestId;
  }

  /** Whether the request has ended. */
  get ended(): boolean {
    return this.#ended;
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

  /** Registers clean-up. The last one registered runs first; each runs once, however the request ends. */
  onEnd(dispose: Disposer): void {
    this.#disposers.push(dispose);
  }

  /**
   * Ends the request: runs every disposer, once. A disposer that throws stops no other one.
   *
   * @returns a promise only when a disposer returned one; the same promise when the request has already ended, so
   *   that clean-up begun where nothing could wait for it can still be awaited.
   */
  end(end: InvocationEnd): void | Promise<void> {
    if (this.#ended) return this.#cleanUp;
    this.#ended = true;
    const pending: Promise<unknown>[] = [];
    for (let dispose = this.#disposers.pop(); dispose !== undefined; dispose = this.#disposers.pop()) {
      try {
        const result = dispose(end);
        if (result instanceof Promise) pending.push(result.catch(ignore));
      } catch {
        // Clean-up of one middleware must not fail a request that is already answered, nor another's clean-up.
      }
    }
    if (pending.length > 0) this.#cleanUp = Promise.all(pending).then(ignore);
    return this.#cleanUp;
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
