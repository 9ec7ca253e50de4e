import type { Problem } from './codec/problem.ts';

/** What every error of the table layer tells beside its message. */
export interface ErrorDetails {
  /** DynamoDB's name of the operation that failed, for example `PutItem`. */
  readonly operation?: string | undefined;
  /** The name of the model it was for. */
  readonly model?: string | undefined;
  readonly cause?: unknown;
}

/**
 * The base of every error the table layer throws. Messages name models, attributes and rules, never values of items.
 */
export abstract class TableTheoryError extends Error {
  /** A stable name of the kind of error, for programs. */
  abstract readonly code: string;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean = false;
  /**
   * Whether the write may have been done all the same: a try of it had no answer, so that the next one may even have
   * failed because of it.
   */
  mayBeDone = false;
  readonly operation: string | undefined;
  readonly model: string | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.operation = details.operation;
    this.model = details.model;
  }
}

/** An item, key or operand breaks its model. Nothing was sent. */
export class ValidationFailedError extends TableTheoryError {
  override readonly name = 'ValidationFailedError';
  readonly code = 'VALIDATION_FAILED';
  /** What is wrong, and where; without values. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], details: ErrorDetails) {
    const list = problems.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ');
    super(`${details.model ?? 'Request'} is not valid: ${list}`, details);
    this.problems = problems;
  }
}

/** A stored item does not fit its model: it was read, and nothing of it was changed. */
export class StoredItemInvalidError extends TableTheoryError {
  override readonly name = 'StoredItemInvalidError';
  readonly code = 'STORED_ITEM_INVALID';
  readonly problems: readonly Problem[];

  constructor(
    problems: readonly Problem[],
    items: readonly unknown[],
    details: ErrorDetails & { partial?: PartialResult; cursor?: string | undefined },
  ) {
    const list = problems.map(({ path, message }) => `${path} ${message}`).join('; ');
    super(`A stored item does not fit model ${details.model}: ${list}`, details);
    this.problems = problems;
    // Not enumerable: a logger that copies an error's properties must not copy items.
    Object.defineProperty(this, 'items', { value: items, enumerable: false });
    Object.defineProperty(this, 'cursor', { value: details.cursor, enumerable: false });
    Object.defineProperty(this, 'partial', { value: details.partial, enumerable: false });
  }

  /** The other items of the same read, which do fit. */
  declare readonly items: readonly unknown[];
  /** Where the same query goes on behind this read; `undefined` when nothing is left, or it was no query. */
  declare readonly cursor: string | undefined;
  /** The result of a batch without the items that do not fit. */
  declare readonly partial: PartialResult | undefined;
}

/** The item does not exist. */
export class ItemNotFoundError extends TableTheoryError {
  override readonly name = 'ItemNotFoundError';
  readonly code = 'ITEM_NOT_FOUND';
}

/** A condition of a write did not hold. Nothing was written, unless `mayBeDone`. */
export class ConditionFailedError<Item = unknown> extends TableTheoryError {
  override readonly name = 'ConditionFailedError';
  readonly code = 'CONDITION_FAILED';

  constructor(message: string, item: Item | undefined, details: ErrorDetails) {
    super(message, details);
    // Not enumerable: a logger that copies an error's properties must not copy an item.
    Object.defineProperty(this, 'item', { value: item, enumerable: false });
  }

  /** The item as it is stored; `undefined` when there is none, or it does not fit the model. */
  declare readonly item: Item | undefined;
}

/** Another item has this value of an attribute marked `unique`. Nothing was written. */
export class UniqueViolationError extends TableTheoryError {
  override readonly name = 'UniqueViolationError';
  readonly code = 'UNIQUE_VIOLATION';
  /** The attribute whose value is taken. */
  readonly attribute: string;

  constructor(attribute: string, details: ErrorDetails) {
    super(`Another ${details.model} has this ${attribute}`, details);
    this.attribute = attribute;
  }
}

/** Why one action of a cancelled transaction would not do. */
export interface CancellationReason {
  /** The action's place in the transaction. */
  readonly index: number;
  /** The action's model. */
  readonly model: string;
  /** The action: `create`, `put`, `update`, `upsert`, `delete`, `check`, or `unique` for what keeps a value unique. */
  readonly action: string;
  /** For `unique`: the attribute whose value another item has. */
  readonly attribute?: string;
  /** DynamoDB's reason, for example `ConditionalCheckFailed` or `TransactionConflict`. */
  readonly code: string;
  /** The item as it is stored, where the condition on it failed. Not enumerable. */
  readonly item?: unknown;
}

/** DynamoDB cancelled a transaction. Nothing of it was written. */
export class TransactionCanceledError extends TableTheoryError {
  override readonly name = 'TransactionCanceledError';
  readonly code = 'TRANSACTION_CANCELED';
  /** The actions that stopped the transaction; actions that would have been fine are not listed. */
  readonly reasons: readonly CancellationReason[];
  override readonly retryable: boolean;

  constructor(reasons: readonly CancellationReason[], details: ErrorDetails) {
    const list = reasons.map(({ index, model, action, code }) => `action ${index} (${action} ${model}): ${code}`);
    super(`The transaction was cancelled: ${list.join('; ') || 'DynamoDB gave no reason'}`, details);
    this.reasons = reasons;
    this.retryable = reasons.length > 0 && reasons.every(({ code }) => RETRYABLE_REASONS.has(code));
  }
}

const RETRYABLE_REASONS = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** DynamoDB refused the request because of load, on every attempt. */
export class ThrottledError extends TableTheoryError {
  override readonly name = 'ThrottledError';
  readonly code = 'THROTTLED';
  override readonly retryable = true;
}

/** A transaction was writing the same item, on every attempt. Nothing was written. */
export class TransactionConflictError extends TableTheoryError {
  override readonly name = 'TransactionConflictError';
  readonly code = 'TRANSACTION_CONFLICT';
  override readonly retryable = true;
}

/** What a read had fetched when it was stopped. */
export interface PartialRead {
  /** The items that had not been handed out yet. */
  readonly items: readonly unknown[];
  /** What `count()` had counted. */
  readonly count?: number;
  /** Where to go on; `undefined` when nothing had been fetched, or the read was a parallel scan. */
  readonly cursor: string | undefined;
}

/** What a read had fetched, or the result of a batch so far, when it was stopped. */
export interface PartialResult extends Partial<PartialRead> {
  /** The items of a batch across models, one place for each read. */
  readonly results?: readonly unknown[];
  /** The keys a batch found no items for. */
  readonly missing?: readonly unknown[];
  /** What a batch had not done, in the form of its result. */
  readonly unprocessed?: unknown;
  /** How many writes of a batch were done. */
  readonly written?: number;
}

/** The operation was stopped by its signal, or not begun because the signal had aborted. */
export class DeadlineExceededError extends TableTheoryError {
  override readonly name = 'DeadlineExceededError';
  readonly code = 'DEADLINE_EXCEEDED';
  /** Milliseconds that were left when the operation began, where the deadline is known. */
  readonly timeLeft: number | undefined;
  /** Whether a request had been sent: a write that was may have happened. */
  readonly sent: boolean;
  /** What the last finished try ended in, where there was one. */
  readonly lastError: unknown;

  constructor(
    details: ErrorDetails & {
      timeLeft: number | undefined;
      sent: boolean;
      lastError?: unknown;
      partial?: PartialResult;
    },
  ) {
    const when = details.sent ? 'did not finish before its deadline' : 'was not begun: its deadline had passed';
    super(`${details.operation}${details.model ? ` of ${details.model}` : ''} ${when}`, details);
    this.timeLeft = details.timeLeft;
    this.sent = details.sent;
    this.lastError = details.lastError;
    // Not enumerable: a logger that copies an error's properties must not copy items.
    Object.defineProperty(this, 'partial', { value: details.partial, enumerable: false });
  }

  /** What a read of several pages had fetched, and the cursor to go on from; or the result of a batch so far. */
  declare readonly partial: PartialResult | undefined;
}

/** The item is larger than the 400 KB DynamoDB allows, names included. */
export class ItemTooLargeError extends TableTheoryError {
  override readonly name = 'ItemTooLargeError';
  readonly code = 'ITEM_TOO_LARGE';
}

/** The table or index does not exist in this account and region. */
export class TableNotFoundError extends TableTheoryError {
  override readonly name = 'TableNotFoundError';
  readonly code = 'TABLE_NOT_FOUND';
}

/** The function's role or key may not do this. */
export class AccessDeniedError extends TableTheoryError {
  override readonly name = 'AccessDeniedError';
  readonly code = 'ACCESS_DENIED';
}

/** A cursor was forged, is damaged, or belongs to another query. */
export class CursorInvalidError extends TableTheoryError {
  override readonly name = 'CursorInvalidError';
  readonly code = 'CURSOR_INVALID';
}

/** A batch would write what it cannot guard: it takes no conditions. Nothing was sent. */
export class UnguardedWriteError extends TableTheoryError {
  override readonly name = 'UnguardedWriteError';
  readonly code = 'UNGUARDED_WRITE';
}

/** A read names no partition key, and was not asked to scan. */
export class ScanRefusedError extends TableTheoryError {
  override readonly name = 'ScanRefusedError';
  readonly code = 'SCAN_REFUSED';
}

/** No answer from the endpoint: it is wrong, unreachable or dropped the connection. */
export class ConnectionFailedError extends TableTheoryError {
  override readonly name = 'ConnectionFailedError';
  readonly code = 'CONNECTION_FAILED';
  override readonly retryable = true;
}

/** No credentials could be had. */
export class CredentialsUnavailableError extends TableTheoryError {
  override readonly name = 'CredentialsUnavailableError';
  readonly code = 'CREDENTIALS_UNAVAILABLE';
}

/**
 * KMS gave no data key for an encrypted attribute: the role may not ask for one, the key is disabled, or KMS could not
 * be reached. Nothing was written, unless `mayBeDone`, and nothing was read.
 */
export class DataKeyUnavailableError extends TableTheoryError {
  override readonly name = 'DataKeyUnavailableError';
  readonly code = 'DATA_KEY_UNAVAILABLE';
  override readonly retryable: boolean;

  constructor(message: string, retryable: boolean, details: ErrorDetails) {
    super(message, details);
    this.retryable = retryable;
  }
}

/** DynamoDB refused the request as malformed: a model and its table disagree, or the request is beyond a limit. */
export class RequestRefusedError extends TableTheoryError {
  override readonly name = 'RequestRefusedError';
  readonly code = 'REQUEST_REFUSED';
}

/** DynamoDB failed, on every attempt. */
export class ServiceError extends TableTheoryError {
  override readonly name = 'ServiceError';
  readonly code = 'SERVICE_FAILED';
  override readonly retryable = true;
}
