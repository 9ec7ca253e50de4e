import { BUSY, type KnownError, knownErrors, MIDDY_TIMEOUT } from './known-error.ts';
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

/** What of the request decides on the problem. */
export interface ProblemContext {
  /** The application's own statuses, by the `code` of the error. */
  readonly statuses: ReadonlyMap<string, number>;
  /** Lambda's id of the request. */
  readonly instance: string | undefined;
  /** Whether the request has a precondition, as `If-Match` is one. */
  readonly conditional: boolean;
}

// Lambda refuses a response of more than 6 MB; a long array of wrong elements must not become one.
const MOST_ERRORS = 100;

// Names of the request are in it.
const LONGEST_PATH = 1_001;

// What RFC 9110 lets an error response tell a client. An error may carry others, of an answer of some other server.
const ERROR_HEADERS = ['accept', 'allow', 'content-range', 'retry-after', 'www-authenticate'];

// A line break in a value would begin a header of somebody else's: RFC 9110, section 5.5.
const CONTROL = /\p{Cc}/u;

const MAY_BE_DONE = 'The change may have been made all the same.';

/** What a client may know of an error: the problem, and the headers of its response beside the content type. */
export function problemOf(
  thrown: unknown,
  { statuses, instance, conditional }: ProblemContext,
): { problem: Problem; headers: Readonly<Record<string, string>> } {
  const error = reasonOf(membersOf(thrown));
  const code = typeof error.code === 'string' ? error.code : undefined;
  const known = knownErrorOf(code, error);
  const chosen = code === undefined ? undefined : statuses.get(code);
  const status = chosen ?? statusOf(error) ?? knownStatus(known, conditional) ?? 500;
  const problem = { type: 'about:blank', title: statusPhrase(status), status } as const;
  const occurrence = instance === undefined ? undefined : { instance };
  // A 500 is a fault in the application: nothing about it is for the client.
  if (status === 500) return { problem: { ...problem, ...occurrence }, headers: {} };

  const exposed = status < 500 && isExposed(error);
  const mayBeDone = known !== undefined && error.mayBeDone === true;
  const detail = exposed && typeof error.message === 'string' ? error.message : detailOf(known, mayBeDone);
  const errors = exposed ? schemaErrors(membersOf(error.cause).data) : [];
  return {
    problem: {
      ...problem,
      ...(detail !== undefined && detail !== '' && { detail }),
      ...(code !== undefined && (exposed || known !== undefined || chosen !== undefined) && { code }),
      ...occurrence,
      ...(errors.length > 0 && { errors }),
    },
    headers: {
      // A client that tries a change again which was made may make it twice: that is for it to decide.
      ...(known?.retryAfter !== undefined && !mayBeDone && { 'retry-after': String(known.retryAfter) }),
      ...(exposed && errorHeaders(error.headers)),
    },
  };
}

function knownErrorOf(code: string | undefined, error: Members): KnownError | undefined {
  if (code === undefined) return isMiddyTimeout(error) ? MIDDY_TIMEOUT : undefined;
  // A cancelled transaction that is `retryable` only lost against another one: that is no conflict with the request.
  return code === 'TRANSACTION_CANCELED' && error.retryable === true ? BUSY : knownErrors.get(code);
}

function isMiddyTimeout({ name, cause }: Members): boolean {
  return name === 'TimeoutError' && membersOf(cause).package === '@middy/core';
}

function knownStatus(known: KnownError | undefined, conditional: boolean): number | undefined {
  return (conditional ? known?.preconditionStatus : undefined) ?? known?.status;
}

function detailOf(known: KnownError | undefined, mayBeDone: boolean): string | undefined {
  return mayBeDone && known?.detail !== undefined ? `${known.detail} ${MAY_BE_DONE}` : known?.detail;
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

/** The headers of an error, as `@middy/http-error-handler` takes them, those of them that are about the error. */
function errorHeaders(headers: unknown): Record<string, string> {
  const told: Record<string, string> = {};
  for (const [name, value] of Object.entries(membersOf(headers))) {
    const lower = name.toLowerCase();
    if (!ERROR_HEADERS.includes(lower)) continue;
    if ((typeof value === 'string' || typeof value === 'number') && !CONTROL.test(String(value))) {
      told[lower] = String(value);
    }
  }
  return told;
}

/** The errors of ajv, without the values they hold in `params` and `data`. */
function schemaErrors(data: unknown): ProblemError[] {
  if (!Array.isArray(data)) return [];
  const errors: ProblemError[] = [];
  for (const entry of data) {
    if (errors.length === MOST_ERRORS) break;
    const { instancePath, message, keyword } = membersOf(entry);
    if (typeof instancePath === 'string' && typeof message === 'string' && typeof keyword === 'string') {
      errors.push({ path: instancePath.slice(0, LONGEST_PATH), message, keyword });
    }
  }
  return errors;
}
