import type middy from '@middy/core';
import type { Log } from './log.ts';
import type { MemoryRecord } from './memory.ts';
import type { OperationFinish, OperationObserver, OperationOutcome, TableOperation, TableUsage } from './operation.ts';
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

  /** Totals of the table operations that have finished. */
  readonly usage: TableUsage = {
    operations: 0,
    errors: 0,
    retries: 0,
    throttles: 0,
    readCapacity: 0,
    writeCapacity: 0,
    durationMs: 0,
  };
  /** Table operations that have started and not finished. */
  readonly inFlight: Set<TableOperation> = new Set();

  readonly #observers: OperationObserver[] = [];
  readonly #disposers: Disposer[] = [];
  #ended = false;

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
   * Tells of one table operation. A property, so that it can be handed to the data layer as it is.
   *
   * @returns the function to call when the operation ends.
   */
  readonly observe = (operation: TableOperation): OperationFinish => {
    this.inFlight.add(operation);
    const finishes: OperationFinish[] = [];
    for (const observer of this.#observers) {
      const finish = observer(operation);
      if (finish !== undefined) finishes.push(finish);
    }
    return (outcome) => {
      this.inFlight.delete(operation);
      addUsage(this.usage, outcome);
      for (const finish of finishes) finish(outcome);
    };
  };

  /** Registers clean-up. The last one registered runs first; each runs once, however the request ends. */
  onEnd(dispose: Disposer): void {
    this.#disposers.push(dispose);
  }

  /**
   * Ends the request: runs every disposer, once. A disposer that throws stops no other one.
   *
   * @returns a promise only when a disposer returned one.
   */
  end(end: InvocationEnd): void | Promise<void> {
    if (this.#ended) return;
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
    if (pending.length > 0) return Promise.all(pending).then(ignore);
  }
}

function ignore(): void {}

function addUsage(usage: TableUsage, outcome: OperationOutcome): void {
  usage.operations++;
  if (outcome.error !== undefined) usage.errors++;
  usage.retries += Math.max(0, outcome.attempts.length - 1);
  for (const attempt of outcome.attempts) if (attempt.throttled) usage.throttles++;
  for (const { read, write } of outcome.consumed) {
    usage.readCapacity += read;
    usage.writeCapacity += write;
  }
  usage.durationMs += outcome.durationMs;
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
  const hookReturned = () => Object.hasOwn(request, 'earlyResponse');
  let handlerRan = false;
  Object.defineProperty(request, 'response', {
    enumerable: true,
    configurable: true,
    get: () => response,
    set(value) {
      response = value;
      if (!hookReturned()) {
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
      const inOnError = error != null;
      error = value;
      if (inOnError && value != null) void invocation.end({ outcome: 'error', error });
    },
  });
}

/**
 * A Middy plugin that ends the request in Middy's `requestEnd` hook, which runs whatever happened. With it,
 * clean-up that takes time (sending trace segments) is awaited even after an early response.
 *
 * @example
 * const handler = middy(invocationPlugin()).use(logger()).handler(async () => 'ok');
 */
export function invocationPlugin(): { requestEnd: (request: MiddyRequest) => void | Promise<void> } {
  return { requestEnd: invocationPluginRequestEnd };
}

function invocationPluginRequestEnd(request: MiddyRequest): void | Promise<void> {
  return invocationOf(request)?.end(endOf(request));
}
