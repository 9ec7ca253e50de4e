const PACKAGE = '@tabletheory/idempotency';

/** What every error of the middleware has: Middy's error shape. */
abstract class IdempotencyError extends Error {
  abstract readonly code: string;
  abstract readonly statusCode: number;
  /** Whether the message is for the client. */
  readonly expose: boolean = true;

  constructor(message: string, data?: object) {
    super(message, { cause: { package: PACKAGE, ...(data !== undefined && { data }) } });
  }
}

/** The request has no key. */
export class IdempotencyKeyMissingError extends IdempotencyError {
  override readonly name: string = 'IdempotencyKeyMissingError';
  readonly code: 'IDEMPOTENCY_KEY_MISSING' = 'IDEMPOTENCY_KEY_MISSING';
  readonly statusCode: 400 = 400;

  constructor() {
    super('The request has no idempotency key. Send one that is the same whenever the request is repeated.');
  }
}

/** A request with this key is being worked on, or the function was killed while it was. */
export class IdempotencyInProgressError extends IdempotencyError {
  override readonly name: string = 'IdempotencyInProgressError';
  readonly code: 'IDEMPOTENCY_IN_PROGRESS' = 'IDEMPOTENCY_IN_PROGRESS';
  readonly statusCode: 409 = 409;
  readonly retryable: true = true;
  /** Milliseconds after which the request has ended for certain. */
  readonly retryAfter: number;
  /** `retry-after` in seconds. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(retryAfter: number) {
    super('A request with this idempotency key is in progress. Try again later.', { retryAfter });
    this.retryAfter = retryAfter;
    this.headers = { 'retry-after': String(Math.ceil(retryAfter / 1_000)) };
  }
}

/** The key was used before with another payload. */
export class IdempotencyPayloadMismatchError extends IdempotencyError {
  override readonly name: string = 'IdempotencyPayloadMismatchError';
  readonly code: 'IDEMPOTENCY_PAYLOAD_MISMATCH' = 'IDEMPOTENCY_PAYLOAD_MISMATCH';
  readonly statusCode: 422 = 422;

  constructor() {
    super('This idempotency key was used for another request. Use a new key for a new request.');
  }
}

/** The request was done before, but its response is not there to be given again: it was too large, or a stream. */
export class IdempotencyResponseNotStoredError extends IdempotencyError {
  override readonly name: string = 'IdempotencyResponseNotStoredError';
  readonly code: 'IDEMPOTENCY_RESPONSE_NOT_STORED' = 'IDEMPOTENCY_RESPONSE_NOT_STORED';
  readonly statusCode: 409 = 409;

  constructor() {
    super('The request was done before, and its response cannot be given again.');
  }
}

/** There was not enough time left to begin. Nothing was done. */
export class IdempotencyNoTimeError extends IdempotencyError {
  override readonly name: string = 'IdempotencyNoTimeError';
  readonly code: 'IDEMPOTENCY_NO_TIME' = 'IDEMPOTENCY_NO_TIME';
  readonly statusCode: 503 = 503;
  override readonly expose: boolean = false;
  readonly retryable: true = true;
  /** Milliseconds that were left. */
  readonly timeLeft: number;

  constructor(timeLeft: number) {
    super('The request was not begun: too little of its time was left.', { timeLeft });
    this.timeLeft = timeLeft;
  }
}
