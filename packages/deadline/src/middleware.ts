import type middy from '@middy/core';
import {
  enter,
  type LambdaContext,
  leave,
  type MiddyRequest,
  type OptionSchema,
  validateOptions,
} from '@tabletheory/invocation';
import { type Deadline, startDeadline } from './deadline.ts';

/** Options of `deadline`. */
export interface DeadlineOptions<Key extends string = 'deadline'> {
  /**
   * Milliseconds kept back before the Lambda timeout, for answering, logging and clean-up: 0 to 900,000, Lambda's
   * longest timeout. 250 by default.
   */
  readonly reserve?: number;
  /** The name of the deadline on the context. `deadline` by default. */
  readonly contextKey?: Key;
}

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    reserve: { type: 'number', minimum: 0, maximum: 900_000 },
    contextKey: { type: 'string', minLength: 1 },
  },
  additionalProperties: false,
};

/**
 * Checks the options of `deadline`.
 *
 * @throws TypeError naming the first option that is wrong or unknown.
 */
export function deadlineValidateOptions(options: DeadlineOptions<string>): void {
  validateOptions('@tabletheory/deadline', optionSchema, options);
}

/**
 * A Middy middleware that gives every request an `AbortSignal` which aborts `reserve` milliseconds before the Lambda
 * timeout, from the first middleware on. Use it before the middlewares that do work.
 *
 * Where the context has no `getRemainingTimeInMillis` (outside Lambda) the signal never aborts.
 *
 * @throws TypeError naming the first option that is wrong or unknown.
 *
 * @example
 * import middy from '@middy/core';
 * import { deadline } from '@tabletheory/deadline';
 *
 * export const handler = middy()
 *   .use(deadline({ reserve: 500 }))
 *   .handler(async (_event, context) => {
 *     const answer = await fetch('https://example.com/', { signal: context.deadline.signal });
 *     return { statusCode: answer.status, body: `${context.deadline.remaining()} ms left` };
 *   });
 */
export function deadline<const Key extends string = 'deadline'>(
  options: DeadlineOptions<Key> = {},
): middy.MiddlewareObj<unknown, any, Error, LambdaContext & { [K in Key]: Deadline }> {
  deadlineValidateOptions(options);
  const { reserve = 250, contextKey = 'deadline' } = options;
  const middleware = {};

  const deadlineMiddlewareBefore = (request: MiddyRequest): void => {
    const invocation = enter(request, middleware);
    const { deadline, stop } = startDeadline(request.context, reserve);
    invocation.onEnd(stop);
    invocation.signal = deadline.signal;
    invocation.remaining = deadline.remaining;
    request.context[contextKey] = deadline;
  };
  const deadlineMiddlewareAfter = (request: MiddyRequest): void | Promise<void> => leave(request, middleware);
  const deadlineMiddlewareOnError = (request: MiddyRequest): void | Promise<void> => leave(request, middleware);

  return {
    before: deadlineMiddlewareBefore,
    after: deadlineMiddlewareAfter,
    onError: deadlineMiddlewareOnError,
  };
}
