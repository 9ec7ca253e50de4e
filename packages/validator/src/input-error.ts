import type { ErrorObject } from 'ajv';

/** One thing that is wrong with a body. It holds paths and rules, never values. */
export interface InputProblem {
  /** JSON pointer to the offending part of the body; empty for the body itself. */
  readonly instancePath: string;
  /** JSON pointer to the rule that was broken, in the schema. */
  readonly schemaPath: string;
  /** The broken rule, for example `required`. */
  readonly keyword: string;
  readonly message: string;
}

/**
 * The request's body cannot be used. It carries nothing of the body's content, so that it can be logged.
 *
 * `statusCode` is 415 when the content type is not JSON, 422 when there is no body, or it is malformed or holds a
 * forbidden key, and 400 when it does not match its schema; then `cause.data` lists the problems.
 */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly statusCode: 400 | 415 | 422;
  /** The message may be shown to the caller. */
  readonly expose = true;
  declare readonly cause: { readonly package: '@tabletheory/validator'; readonly data?: readonly InputProblem[] };

  constructor(statusCode: 400 | 415 | 422, message: string, problems?: readonly InputProblem[]) {
    super(message, { cause: { package: '@tabletheory/validator', ...(problems && { data: problems }) } });
    this.statusCode = statusCode;
  }
}

// More help nobody, and every one is sent back.
const MAX_PROBLEMS = 50;

/** What may be told of ajv's errors: their `params`, `data` and `parentSchema` can hold values of the body. */
export function problemsOf(errors: readonly ErrorObject[]): InputProblem[] {
  return errors.slice(0, MAX_PROBLEMS).map(({ instancePath, schemaPath, keyword, message }) => ({
    instancePath,
    schemaPath,
    keyword,
    message: message ?? `must pass "${keyword}" keyword validation`,
  }));
}
