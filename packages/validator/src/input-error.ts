import type { ErrorObject } from 'ajv';

/** One thing that is wrong with a request. It holds paths and rules, never values. */
export interface InputProblem {
  /** JSON pointer to the offending part of the input; empty for the input itself. */
  readonly instancePath: string;
  /** JSON pointer to the rule that was broken, in the schema; empty where a Standard Schema does not tell it. */
  readonly schemaPath: string;
  /** The broken rule, for example `required`. */
  readonly keyword: string;
  readonly message: string;
}

/** The status an {@link InputError} asks for. */
export type InputErrorStatus = 400 | 413 | 415 | 422;

/**
 * The request cannot be used. It carries nothing of the request's content, so that it can be logged.
 *
 * `statusCode` is 415 when the content type is not JSON, 413 when the body is longer than allowed, 422 when there is
 * no body, or it is malformed or holds a forbidden key, and 400 when a name in the query string or headers is
 * forbidden or the request does not match its schemas; then `cause.data` lists the problems.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly statusCode: InputErrorStatus;
  /** The message may be shown to the caller. */
  readonly expose = true;
  declare readonly cause: { readonly package: '@tabletheory/validator'; readonly data?: readonly InputProblem[] };

  constructor(statusCode: InputErrorStatus, message: string, problems?: readonly InputProblem[]) {
    super(message, { cause: causeOf(problems) });
    this.statusCode = statusCode;
  }
}

/**
 * The handler's response does not match its schema: a fault of the application. `cause.data` lists the problems, for
 * the log. Nothing of it is for the caller, and it carries nothing of the response's content.
 */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';
  readonly statusCode = 500;
  /** The message must not be shown to the caller. */
  readonly expose = false;
  declare readonly cause: { readonly package: '@tabletheory/validator'; readonly data?: readonly InputProblem[] };

  constructor(message: string, problems?: readonly InputProblem[]) {
    super(message, { cause: causeOf(problems) });
  }
}

// More help nobody, and every one is sent back.
const MAX_PROBLEMS = 50;

// A path has the names of the request in it, and one of them may be megabytes long.
const MAX_PATH = 1_000;

/** A pointer into a request, of a length that can be logged and sent back. */
export function cutPath(pointer: string): string {
  return pointer.length > MAX_PATH ? `${pointer.slice(0, MAX_PATH)}…` : pointer;
}

function causeOf(problems: readonly InputProblem[] | undefined): object {
  return { package: '@tabletheory/validator', ...(problems && { data: problems.slice(0, MAX_PROBLEMS) }) };
}

/** What may be told of ajv's errors: their `params`, `data` and `parentSchema` can hold values of the request. */
export function problemsOf(errors: readonly ErrorObject[]): InputProblem[] {
  return errors.slice(0, MAX_PROBLEMS).map(({ instancePath, schemaPath, keyword, message }) => ({
    instancePath: cutPath(instancePath),
    schemaPath,
    keyword,
    message: message ?? `must pass "${keyword}" keyword validation`,
  }));
}
