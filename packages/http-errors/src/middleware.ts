import type middy from '@middy/core';
import { enter, leave, type MiddyRequest, type OptionSchema, validateOptions } from '@tabletheory/invocation';
import { type HttpEvent, isConditional } from './http-event.ts';
import { problemOf } from './problem.ts';
import { problemResponse } from './problem-response.ts';

/** Options of `httpErrors`. */
export interface HttpErrorsOptions {
  /**
   * HTTP statuses by the `code` of an error, 400 to 599: for errors of the application, and in place of the statuses
   * of the README's table.
   */
  readonly statuses?: Readonly<Record<string, number>> | undefined;
}

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    statuses: { type: 'object', additionalProperties: { type: 'integer', minimum: 400, maximum: 599 } },
  },
  additionalProperties: false,
};

/**
 * Checks the options of `httpErrors`.
 *
 * @throws TypeError naming the first option that is wrong or unknown.
 */
export function httpErrorsValidateOptions(options: HttpErrorsOptions): void {
  validateOptions('@tabletheory/http-errors', optionSchema, options);
}

/**
 * A Middy middleware that answers an error with a problem response (RFC 9457), for API Gateway's payload formats 1.0
 * and 2.0, function URLs and load balancers. The message of an error reaches the client only when the error has
 * Middy's shape: a `statusCode` of 400 to 499, and `expose` not `false`. A response that another middleware has made
 * of the error is left as it is.
 *
 * @throws TypeError naming the first option that is wrong or unknown.
 *
 * @example
 * import middy from '@middy/core';
 * import { httpErrors } from '@tabletheory/http-errors';
 *
 * export const handler = middy()
 *   .use(httpErrors({ statuses: { OUT_OF_STOCK: 409 } }))
 *   .handler(async () => {
 *     throw Object.assign(new Error('3 left of p-17'), { code: 'OUT_OF_STOCK' });
 *   });
 * // 409 {"type":"about:blank","title":"Conflict","status":409,"code":"OUT_OF_STOCK","instance":"8476a536-…"}
 */
export function httpErrors(options: HttpErrorsOptions = {}): middy.MiddlewareObj<unknown, any, Error> {
  httpErrorsValidateOptions(options);
  const statuses = new Map(Object.entries(options.statuses ?? {}));
  const middleware = {};

  // Where this is the first of ours, the request ends when it has answered, so that the others learn of the answer.
  const httpErrorsMiddlewareBefore = (request: MiddyRequest): void => void enter(request, middleware);
  const httpErrorsMiddlewareAfter = (request: MiddyRequest): void | Promise<void> => leave(request, middleware);
  const httpErrorsMiddlewareOnError = (request: MiddyRequest): void | Promise<void> => {
    // Set and not returned: what a hook returns keeps the other middlewares' `onError` from running.
    if (request.response === undefined) request.response = answer(request, statuses);
    return leave(request, middleware);
  };

  return {
    before: httpErrorsMiddlewareBefore,
    after: httpErrorsMiddlewareAfter,
    onError: httpErrorsMiddlewareOnError,
  };
}

function answer(request: MiddyRequest, statuses: ReadonlyMap<string, number>): object {
  const event = eventOf(request);
  const { problem, headers } = problemOf(request.error, {
    statuses,
    instance: request.context.awsRequestId,
    conditional: isConditional(event),
  });
  return problemResponse(problem, headers, event);
}

/** A function may be called with anything, and an error about that must be answered, too. */
function eventOf({ event }: MiddyRequest): HttpEvent {
  return typeof event === 'object' && event !== null ? event : {};
}
