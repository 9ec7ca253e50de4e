/** One operation on DynamoDB, as an observer sees it. It never holds values of items. */
export interface Operation {
  /** DynamoDB's name of the operation, for example `Query`. */
  readonly name: string;
  /** The tables it touches. */
  readonly tables: readonly string[];
  /** The models it touches, by name. */
  readonly models: readonly string[];
  /** The secondary index a read goes through. */
  readonly index?: string | undefined;
}

/** One try of an operation: a request that was sent and what came of it. */
export interface Attempt {
  /** Milliseconds from sending to answer. */
  readonly durationMs: number;
  /** Milliseconds waited before it; 0 for the first. */
  readonly delayMs: number;
  /** The HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  /** The name of the error it ended in. */
  readonly error?: string | undefined;
  /** Whether DynamoDB refused it because of load. */
  readonly throttled: boolean;
}

/** Capacity units one operation consumed of one table, indexes included. */
export interface Consumed {
  readonly table: string;
  readonly read: number;
  readonly write: number;
}

/** How an operation ended. */
export interface Outcome {
  /** Milliseconds from call to result, waits included. */
  readonly durationMs: number;
  /** Every try, in order; empty when nothing was sent. */
  readonly attempts: readonly Attempt[];
  readonly error?: unknown;
  readonly consumed: readonly Consumed[];
  /** Items read or written. */
  readonly items: number;
  /** DynamoDB's id of the last request. */
  readonly requestId?: string | undefined;
}

/** Called when an operation starts; what it returns is called once, when that operation ends. */
export type Observe = (operation: Operation) => ((outcome: Outcome) => void) | undefined;

/**
 * What one request lends the tables it uses. Read at every operation, so what a middleware provides later counts too.
 */
export interface Binding {
  /** Stops operations when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until `signal` aborts, where that is known. */
  readonly remaining?: (() => number) | undefined;
  /** Told of every operation. Without one, nothing is measured. */
  readonly observe?: Observe | undefined;
}
