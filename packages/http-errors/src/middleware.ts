import type middy from '@middy/core';
import { type MiddyRequest, type OptionSchema, validateOptions } from '@tabletheory/invocation';
import { problemOf } from './problem.ts';

/** Options of `httpErrors`. */
export interface HttpErrorsOptions {
  /**
   * HTTP statuses by the `code` of an error, 400 to 599: for errors of the application, and in place of the statuses
   * of the README's table.
   */
  readonly statuses?: Readonly<Record<string, number>>;
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

  // Set and not returned: what a hook returns keeps the other middlewares' `onError` from running.
  const httpErrorsMiddlewareOnError = (request: MiddyRequest): void => {
    if (request.response !== undefined) return;
    const { problem, retryAfter } = problemOf(request.error, statuses, request.context.awsRequestId);
    request.response = {
      statusCode: problem.status,
      headers: {
        'content-type': 'application/problem+json',
        ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      },
      body: JSON.stringify(problem),
    };
  };

  return { onError: httpErrorsMiddlewareOnError };
}
