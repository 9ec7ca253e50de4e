/** One operation on DynamoDB, as the middlewares see it while it runs. It never holds values of items. */
export interface TableOperation {
  /** DynamoDB's own name of the operation, for example `Query`. */
  readonly name: string;
  /** The tables the operation touches. */
  readonly tables: readonly string[];
  /** The models the operation touches, by name. */
  readonly models: readonly string[];
  /** The secondary index a read goes through. */
  readonly index?: string | undefined;
}

/** One try of an operation: a request that was sent and what came of it. */
export interface OperationAttempt {
  /** Milliseconds from sending to answer. */
  readonly durationMs: number;
  /** Milliseconds waited before this attempt; 0 for the first. */
  readonly delayMs: number;
  /** The HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  /** The name of the error the attempt ended in, for example `ThrottlingException`. */
  readonly error?: string | undefined;
  /** Whether DynamoDB refused the attempt because of load. */
  readonly throttled: boolean;
}

/** How an operation ended. */
export interface OperationOutcome {
  /** Milliseconds from call to result, waits included. */
  readonly durationMs: number;
  /** Every try, in order. Empty when nothing was sent. */
  readonly attempts: readonly OperationAttempt[];
  /** The error the operation ended in. */
  readonly error?: unknown;
  /** Capacity units consumed, by table. */
  readonly consumed: readonly { readonly table: string; readonly read: number; readonly write: number }[];
  /** Items read or written. */
  readonly items: number;
  /** DynamoDB's id of the last request. */
  readonly requestId?: string | undefined;
}

/** Called once when the operation ends. */
export type OperationFinish = (outcome: OperationOutcome) => void;

/** Called when an operation starts; what it returns is called when that operation ends. */
export type OperationObserver = (operation: TableOperation) => OperationFinish | undefined;
