/** What a client is told about an error with a known `code`. */
export interface KnownError {
  readonly status: number;
  /** A fixed sentence: the message of such an error names tables and models, which a client has no use for. */
  readonly detail?: string;
  /** Seconds after which a client may try again. */
  readonly retryAfter?: number;
  /** The status where the client's request was conditional. */
  readonly preconditionStatus?: number;
}

const TIMEOUT: KnownError = { status: 504, detail: 'The request took too long.' };

/** The application is at fault, or its configuration or data: nothing about it is for the client. */
const FAULT: KnownError = { status: 500 };

/** For what may go through when it is tried again. Not 429: that the table is busy is not this client's doing. */
export const BUSY: KnownError = { status: 503, detail: 'The service is busy. Try again.', retryAfter: 1 };

/** The errors of the TableTheory packages, by `code`. They are told apart by `code`, so none of them is imported. */
export const knownErrors: ReadonlyMap<string, KnownError> = new Map<string, KnownError>([
  ['ITEM_NOT_FOUND', { status: 404, detail: 'The item does not exist.' }],
  [
    'CONDITION_FAILED',
    { status: 409, preconditionStatus: 412, detail: 'The item is not in the state this request requires.' },
  ],
  [
    'TRANSACTION_CANCELED',
    { status: 409, detail: 'Nothing was changed: it would conflict with the state of an item, or another change.' },
  ],
  ['UNIQUE_VIOLATION', { status: 409, detail: 'Another item has this value already.' }],
  ['VALIDATION_FAILED', { status: 400, detail: 'A value in the request is not allowed.' }],
  ['CURSOR_INVALID', { status: 400, detail: 'The cursor is not valid for this request. Start from the first page.' }],
  ['ITEM_TOO_LARGE', { status: 413, detail: 'The item is too large to be stored.' }],
  ['THROTTLED', BUSY],
  ['TRANSACTION_CONFLICT', BUSY],
  ['SERVICE_FAILED', BUSY],
  ['CONNECTION_FAILED', BUSY],
  ['IDEMPOTENCY_NO_TIME', BUSY],
  ['LEASE_LOST', BUSY],
  ['DEADLINE_EXCEEDED', TIMEOUT],
  ['DEADLINE_REACHED', TIMEOUT],
  ['BUDGET_EXCEEDED', TIMEOUT],
  ['ACCESS_DENIED', FAULT],
  ['CREDENTIALS_UNAVAILABLE', FAULT],
  ['DATA_KEY_UNAVAILABLE', FAULT],
  ['REQUEST_REFUSED', FAULT],
  ['SCAN_REFUSED', FAULT],
  ['STORED_ITEM_INVALID', FAULT],
  ['TABLE_NOT_FOUND', FAULT],
  ['UNGUARDED_WRITE', FAULT],
]);

/** Middy's own error of a handler that it has stopped waiting for has no code. */
export const MIDDY_TIMEOUT: KnownError = TIMEOUT;
