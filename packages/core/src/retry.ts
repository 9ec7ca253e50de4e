import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { waitInTime } from './backoff.ts';
import { canonicalItem } from './canonical-item.ts';
import type { StoredItem } from './codec/attribute-value.ts';
import type { ClientConfig, Handler, Middleware } from './command/client.ts';
import type { Call } from './command/command.ts';
import type { Attempt } from './observe.ts';
import { retryAfter } from './retry-after.ts';
import { nextTry, type RetryErrorInfo, type RetryStrategy } from './retry-token.ts';
import { isThrottle } from './service-errors.ts';

/** What one operation's tries leave behind, whatever becomes of them. */
export interface Tries {
  /** Finished tries, in order. */
  readonly attempts: Attempt[];
  /** Whether a request has been handed to the network. */
  sent: boolean;
  /** Whether one of them was sent and had no answer that refused it: what it asked for may have been done. */
  unanswered: boolean;
  /** What the latest failed try threw. */
  lastError: unknown;
}

/** Thrown in place of a back-off that could not end before the deadline. */
export class OutOfTime {}

/** The SDK's place for retries: a middleware of the same name replaces its own. */
export const RETRY_PLACE = {
  name: 'retryMiddleware',
  step: 'finalizeRequest',
  priority: 'high',
  tags: ['RETRY'] as string[],
  override: true,
} as const;

/**
 * The SDK's retry loop with two things it lacks: each try is recorded with its own answer, and a back-off that could
 * not end before the request's deadline is not begun.
 */
export function retryInTime(config: ClientConfig): Middleware {
  return (next) => async (args) => {
    const { binding, tries }: Call = args.call;
    const strategy = (await config.retryStrategy()) as RetryStrategy;
    const attempt = recorded(next, tries);
    // Stryker disable next-line OptionalChaining: a strategy has one of the two; the type needs to be told.
    if (strategy.acquireInitialRetryToken === undefined) return strategy.retry?.(attempt, args);
    const maxAttempts = await config.maxAttempts();
    // Stryker disable next-line StringLiteral: the SDK's strategies have one scope, whatever its name.
    let token = await strategy.acquireInitialRetryToken('');
    args.request.headers['amz-sdk-invocation-id'] = randomUUID();
    let totalRetryDelay = 0;
    for (let number = 1; ; number++) {
      binding.signal?.throwIfAborted();
      args.request.headers['amz-sdk-request'] = `attempt=${number}; max=${maxAttempts}`;
      const mayRepeat = tries.unanswered;
      try {
        const result = await attempt(args);
        strategy.recordSuccess(token);
        Object.assign(result.output.$metadata, { attempts: number, totalRetryDelay, mayRepeat });
        return result;
      } catch (error) {
        if (tries.unanswered && isOwnWrite(error, args.input)) {
          strategy.recordSuccess(token);
          return {
            response: error.$response,
            output: { $metadata: { ...error.$metadata, attempts: number, totalRetryDelay } },
          };
        }
        const next = await nextTry(strategy, token, { error, errorType: errorTypeOf(error), ...hintOf(error) });
        if (next === undefined) throw error;
        token = next.token;
        totalRetryDelay += next.delay;
        if (!(await waitInTime(next.delay, binding))) throw new OutOfTime();
      }
    }
  };
}

/**
 * Whether a put was refused because it had been done already: the answer of the try before was lost, and the item
 * that stands in its way is, to the millisecond of its generated attributes, the one it writes.
 */
function isOwnWrite(error: unknown, input: { Item?: StoredItem }): error is { $response: unknown; $metadata: object } {
  const { name, Item } = error as { name?: string; Item?: StoredItem };
  if (name !== 'ConditionalCheckFailedException' || Item === undefined || input.Item === undefined) return false;
  return isDeepStrictEqual(canonicalItem(Item), canonicalItem(input.Item));
}

/** Runs one try and records it. */
function recorded(next: Handler, tries: Tries): Handler {
  let endedAt: number | undefined;
  return async (args) => {
    tries.sent = true;
    const wasUnanswered = tries.unanswered;
    tries.unanswered = true;
    const startedAt = performance.now();
    const delayMs = endedAt === undefined ? 0 : startedAt - endedAt;
    const record = (outcome: Pick<Attempt, 'status' | 'error' | 'throttled'>): void => {
      endedAt = performance.now();
      tries.attempts.push({ durationMs: endedAt - startedAt, delayMs, ...outcome });
    };
    try {
      const result = await next(args);
      record({ status: result.response?.statusCode, throttled: false });
      return result;
    } catch (error) {
      const { name, code, $metadata } = error as Thrown;
      tries.lastError = error;
      if (isRefusal($metadata?.httpStatusCode) || isUnconnected(code)) {
        // DynamoDB answers a repeated transaction that was done with success: a cancelled one was not.
        tries.unanswered = wasUnanswered && name !== 'TransactionCanceledException';
      }
      record({ status: $metadata?.httpStatusCode, error: name, throttled: isThrottle(name) });
      throw error;
    }
  };
}

function isRefusal(status = 0): boolean {
  return status >= 400 && status < 500;
}

/** Whether there was no connection to send anything over. */
// Stryker disable next-line StringLiteral: any text does that is no such code.
function isUnconnected(code = ''): boolean {
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN';
}

interface Thrown {
  readonly name?: string;
  readonly code?: string;
  readonly $retryable?: { readonly throttling?: boolean };
  readonly $metadata?: {
    readonly httpStatusCode?: number;
    readonly clockSkewCorrected?: boolean;
    readonly credentialsRenewed?: boolean;
  };
  readonly $response?: { readonly headers: Readonly<Record<string, string>> };
}

const TRANSIENT_NAMES = new Set([
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'TransactionInProgressException',
  'SyntaxError', // an answer that was damaged on its way
  'TransactionConflictException',
]);

const TRANSIENT_CODES = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
function errorTypeOf(error: unknown): RetryErrorInfo['errorType'] {
  // Stryker disable next-line StringLiteral: any text does that is no name and no code of those above.
  const { name = '', code = '', $retryable, $metadata } = (error ?? {}) as Thrown;
  const status = $metadata?.httpStatusCode ?? 0;
  if (isThrottle(name) || $retryable?.throttling || status === 429) return 'THROTTLING';
  // HPE_…: an answer that is no HTTP was damaged on its way, like one that is no JSON.
  const transient = TRANSIENT_NAMES.has(name) || TRANSIENT_CODES.has(code) || String(code).startsWith('HPE_');
  const remedied = $metadata?.clockSkewCorrected || $metadata?.credentialsRenewed;
  if (transient || remedied || $retryable !== undefined || [500, 502, 503, 504].includes(status)) return 'TRANSIENT';
  // Stryker disable next-line EqualityOperator: 500 itself is transient.
  return status >= 500 ? 'SERVER_ERROR' : 'CLIENT_ERROR';
}

/** When to try again at the earliest, as the answer asks. */
function hintOf(error: unknown): Pick<RetryErrorInfo, 'retryAfterHint'> {
  const { $response } = (error ?? {}) as Thrown;
  const wait = $response && retryAfter($response.headers);
  return wait === undefined ? {} : { retryAfterHint: new Date(Date.now() + wait) };
}
