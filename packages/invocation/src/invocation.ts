import type middy from '@middy/core';
import { endWhenMiddyBreaksOff } from './break-off.ts';
import type { Log } from './log.ts';
import type { MemoryRecord } from './memory.ts';
import type { MetricSink } from './metric-sink.ts';
import type { OperationFinish, OperationObserver, TableOperation } from './operation.ts';
import { writeTogether } from './standard-output.ts';
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
// Stryker disable next-line StringLiteral: any name does, as long as every copy has the same.
const KEY = Symbol.for('@tabletheory/invocation');

let initialized = false;

/** True for the first request of an environment that started because of that request. */
function isColdStart(): boolean {
  if (initialized) return false;
  initialized = true;
  return (process.env.AWS_LAMBDA_INITIALIZATION_TYPE ?? 'on-demand') === 'on-demand';
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
  /**
   * A fresh reading of memory; when the request has ended, the one that was taken then. Offered by
   * `@tabletheory/memory-stats`.
   */
  memory: (() => MemoryRecord) | undefined;

  readonly #observers: OperationObserver[] = [];
  // Stryker disable next-line ArrayDeclaration: what is no function fails when it is called, which `attempt` forgives.
  readonly #disposers: Disposer[] = [];
  // Stryker disable next-line ArrayDeclaration: as above.
  readonly #deadlineListeners: DeadlineListener[] = [];
  #pending: Promise<unknown>[] | undefined;
  #observe: OperationObserver | undefined;
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
    if (this.#observers.length === 0) return undefined;
    this.#observe ??= (operation) => this.#observeAll(operation);
    return this.#observe;
  }

  #observeAll(operation: TableOperation): OperationFinish {
    // Stryker disable next-line ArrayDeclaration: what is no function fails when it is called, which `attempt` forgives.
    const finishes: OperationFinish[] = [];
    for (const observer of this.#observers) {
      // Watching an operation must not make it fail.
      const finish = attempt(observer, operation);
      // Stryker disable next-line ConditionalExpression: to call `undefined` fails, which `attempt` forgives.
      if (finish !== undefined) finishes.push(finish);
    }
    return (outcome) => {
      for (const finish of finishes) attempt(finish, outcome);
    };
  }

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
    if (this.#deadlineStruck) this.#await(attempt(listener, undefined));
    else this.#deadlineListeners.push(listener);
  }

  /**
   * Tells those who asked with `onDeadline`, once. Called by the middleware that watches the time, `@tabletheory/deadline`.
   * A listener that throws stops no other one; after the end of the request none is called.
   */
  strikeDeadline(): void {
    if (this.ended || this.#deadlineStruck) return;
    this.#deadlineStruck = true;
    for (const listener of this.#deadlineListeners.splice(0)) this.#await(attempt(listener, undefined));
  }

  /** Keeps what a callback of a middleware returned, where it takes time, to be awaited when the request ends. */
  #await(result: unknown): void {
    if (!(result instanceof Promise)) return;
    // Stryker disable next-line ArrayDeclaration: what is no promise is not waited for.
    this.#pending ??= [];
    this.#pending.push(result.catch(ignore));
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
    this.#await(attempt(dispose, end));
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
    try {
      writeTogether(() => this.#dispose(end));
    } catch {
      // Standard output itself fails: a request must not fail for its lines.
    }
    this.#collectCleanUp();
    return this.#cleanUp;
  }

  #dispose(end: InvocationEnd): void {
    for (let dispose = this.#disposers.pop(); dispose !== undefined; dispose = this.#disposers.pop()) {
      this.#await(attempt(dispose, end));
    }
  }

  #collectCleanUp(): void {
    if (this.#pending !== undefined) this.#cleanUp = Promise.all(this.#pending).then(ignore);
  }
}

function ignore(): void {}

/** Runs a callback of a middleware, which must fail neither the request nor another's callback. */
function attempt<A, T>(callback: (argument: A) => T, argument: A): T | undefined {
  try {
    return callback(argument);
  } catch {} // and `undefined` where it failed
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
