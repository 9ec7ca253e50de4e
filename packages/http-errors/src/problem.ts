import { BUSY, type KnownError, knownErrors } from './known-error.ts';
import { statusPhrase } from './status-phrase.ts';

/** One violation of a JSON schema. Holds no value of the request. */
export interface ProblemError {
  /** JSON pointer to the value, for example `/lines/0/quantity`. */
  readonly path: string;
  /** What is wrong with it. */
  readonly message: string;
  /** The JSON-schema keyword it violates. */
  readonly keyword: string;
}

/** The body of a problem response: the members of RFC 9457, and `code` and `errors` as extensions. */
export interface Problem {
  /** Always `about:blank`: the problem is told by its status, and more closely by `code`. */
  readonly type: 'about:blank';
  /** The phrase of the status, for example `Not Found`. */
  readonly title: string;
  readonly status: number;
  /** What went wrong, for a person to read. */
  readonly detail?: string;
  /** What went wrong, for a program to read, for example `ITEM_NOT_FOUND`. */
  readonly code?: string;
  /** Lambda's id of the request. */
  readonly instance?: string;
  /** What is wrong with the request, the first 100 violations. */
  readonly errors?: readonly ProblemError[];
}

// Lambda refuses a response of more than 6 MB; a long array of wrong elements must not become one.
const MOST_ERRORS = 100;

/**
 * What a client may know of an error.
 *
 * @param statuses the application's own statuses, by the `code` of the error.
 * @param instance the id of the request.
 */
export function problemOf(
  thrown: unknown,
  statuses: ReadonlyMap<string, number>,
  instance: string | undefined,
): { problem: Problem; retryAfter?: number | undefined } {
  const error = reasonOf(membersOf(thrown));
  const code = typeof error.code === 'string' ? error.code : undefined;
  const known = code === undefined ? undefined : knownErrorOf(code, error);
  const chosen = code === undefined ? undefined : statuses.get(code);
  const status = chosen ?? statusOf(error) ?? known?.status ?? 500;
  const problem = { type: 'about:blank', title: statusPhrase(status), status } as const;
  const occurrence = instance === undefined ? undefined : { instance };
  // A 500 is a fault in the application: nothing about it is for the client.
  if (status === 500) return { problem: { ...problem, ...occurrence } };

  const exposed = status < 500 && isExposed(error);
  const detail = exposed && typeof error.message === 'string' ? error.message : known?.detail;
  const errors = exposed ? schemaErrors(membersOf(error.cause).data) : [];
  return {
    problem: {
      ...problem,
      ...(detail !== undefined && detail !== '' && { detail }),
      ...(code !== undefined && (exposed || known !== undefined || chosen !== undefined) && { code }),
      ...occurrence,
      ...(errors.length > 0 && { errors }),
    },
    retryAfter: known?.retryAfter,
  };
}

/** A cancelled transaction that is `retryable` only lost against another one: that is no conflict with the request. */
function knownErrorOf(code: string, { retryable }: Members): KnownError | undefined {
  return code === 'TRANSACTION_CANCELED' && retryable === true ? BUSY : knownErrors.get(code);
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

/** Node's own functions wrap the reason of an abort signal in an `AbortError`. */
function reasonOf(error: Members): Members {
  return error.name === 'AbortError' && typeof error.cause === 'object' ? membersOf(error.cause) : error;
}

/** Whether an error of Middy's shape lets the client know its message. */
function isExposed({ statusCode, expose }: Members): boolean {
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 && expose !== false;
}

/** The status an error of Middy's shape has for the client. */
function statusOf(error: Members): number | undefined {
  const { statusCode } = error;
  if (typeof statusCode !== 'number' || !Number.isInteger(statusCode)) return undefined;
  return (statusCode >= 500 && statusCode < 600) || isExposed(error) ? statusCode : undefined;
}

/** The errors of ajv, without the values they hold in `params` and `data`. */
function schemaErrors(data: unknown): ProblemError[] {
  if (!Array.isArray(data)) return [];
  const errors: ProblemError[] = [];
  for (const entry of data) {
    if (errors.length === MOST_ERRORS) break;
    const { instancePath, message, keyword } = membersOf(entry);
    if (typeof instancePath === 'string' && typeof message === 'string' && typeof keyword === 'string') {
      errors.push({ path: instancePath, message, keyword });
    }
  }
  return errors;
}
