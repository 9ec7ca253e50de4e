import type middy from '@middy/core';
import {
  enter,
  isTimeout,
  type LambdaContext,
  leave,
  type MiddyRequest,
  type OptionSchema,
  validateOptions,
} from '@tabletheory/invocation';
import { type Deadline, startDeadline } from './deadline.ts';
import { prepareLastGasp } from './last-gasp.ts';
import { isReserve, type Reserve } from './reserve.ts';
import { timeoutResponse } from './timeout-response.ts';

/** Options of `deadline`. */
export interface DeadlineOptions<Key extends string = 'deadline'> {
  /**
   * What is kept back before the Lambda timeout, for answering, logging and clean-up: milliseconds from 0 to 900,000,
   * Lambda's longest timeout; a percentage of the time the request has when it starts, for example `'10%'`; or
   * `'auto'`: 250 ms with 1,769 MB of memory or more, in proportion more with less memory, up to 1,000 ms, but no more
   * than a quarter of the time the request has. 250 by default.
   */
  readonly reserve?: Reserve | undefined;
  /**
   * Answers a request that failed because its deadline was reached: `true` with a problem response of status 504, a
   * function with the response it returns. For functions that answer HTTP requests. `false` by default: it fails.
   */
  readonly earlyResponse?: boolean | ((request: MiddyRequest) => unknown) | undefined;
  /** The name of the deadline on the context. `deadline` by default. */
  readonly contextKey?: Key | undefined;
}

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    reserve: {}, // see isReserve
    earlyResponse: {}, // a boolean or a function
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
  const { reserve, earlyResponse } = options;
  if (reserve !== undefined && !isReserve(reserve)) {
    throw wrongOption("reserve must be milliseconds from 0 to 900000, a percentage from '0%' to '99%', or 'auto'");
  }
  if (earlyResponse !== undefined && !['boolean', 'function'].includes(typeof earlyResponse)) {
    throw wrongOption('earlyResponse must be a boolean or a function');
  }
}

function wrongOption(problem: string): TypeError {
  return new TypeError(`@tabletheory/deadline: option ${problem}`, { cause: { package: '@tabletheory/deadline' } });
}

/**
 * A Middy middleware that gives every request an `AbortSignal` which aborts `reserve` milliseconds before the Lambda
 * timeout, from the first middleware on. Use it before the middlewares that do work.
 *
 * When the deadline is reached while the request is still running, a warning with the table operations in flight is
 * logged, and the other middlewares write what they hold, before Lambda may kill the process.
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
  const { reserve = 250, earlyResponse = false, contextKey = 'deadline' } = options;
  const middleware = {};

  const deadlineMiddlewareBefore = (request: MiddyRequest): void => {
    const invocation = enter(request, middleware);
    const running = startDeadline(request.context, reserve, prepareLastGasp(invocation));
    invocation.onEnd(({ error }) => {
      // Middy has stopped waiting for a handler that is still running: what it has begun must stop all the same.
      if (isTimeout(error)) running.strike();
      running.stop();
    });
    invocation.signal = running.deadline.signal;
    invocation.remaining = running.deadline.remaining;
    request.context[contextKey] = running.deadline;
  };
  const deadlineMiddlewareAfter = (request: MiddyRequest): void | Promise<void> => leave(request, middleware);
  const deadlineMiddlewareOnError = (request: MiddyRequest): void | Promise<void> => {
    if (earlyResponse !== false && request.response === undefined && isTimeout(request.error)) {
      // Set and not returned: what a hook returns keeps the other middlewares' `onError` from running.
      request.response =
        earlyResponse === true ? timeoutResponse(request.context.awsRequestId) : earlyResponse(request);
    }
    return leave(request, middleware);
  };

  return {
    before: deadlineMiddlewareBefore,
    after: deadlineMiddlewareAfter,
    onError: deadlineMiddlewareOnError,
  };
}
