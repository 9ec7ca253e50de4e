import { type OptionSchema, validateOptions } from '@tabletheory/invocation';
import { DeadlineReachedError } from './deadline-reached-error.ts';

/** Options of `deadlinePlugin`. */
export interface DeadlinePluginOptions {
  /**
   * Whole milliseconds before the Lambda timeout at which Middy stops waiting for the handler: 1 to 900,000. Less than the
   * `reserve` of `deadline`, so that the handler can stop by itself first. 100 by default.
   */
  readonly reserve?: number | undefined;
}

/** The part of a Middy plugin that ends a request before the Lambda timeout. */
export interface DeadlinePlugin {
  readonly timeoutEarlyInMillis: number;
  readonly timeoutEarlyResponse: () => never;
}

const optionSchema: OptionSchema = {
  type: 'object',
  properties: { reserve: { type: 'integer', minimum: 1, maximum: 900_000 } },
  additionalProperties: false,
};

/**
 * Checks the options of `deadlinePlugin`.
 *
 * @throws TypeError naming the first option that is wrong or unknown.
 */
export function deadlinePluginValidateOptions(options: DeadlinePluginOptions): void {
  validateOptions('@tabletheory/deadline', optionSchema, options);
}

/**
 * A Middy plugin for handlers that may not obey the deadline's signal: `reserve` milliseconds before the Lambda
 * timeout Middy stops waiting for the handler, and the request fails with a `DeadlineReachedError`, which the
 * `onError` of the middlewares sees, so that one of them can answer. A middleware cannot do this, as Middy gives it no
 * part in the waiting.
 *
 * What the handler has begun is not stopped by it. It covers the handler alone, not the middlewares, and only one that
 * returns a promise and gives the event loop a chance.
 *
 * @throws TypeError naming the first option that is wrong or unknown.
 *
 * @example
 * import middy from '@middy/core';
 * import { deadline, deadlinePlugin } from '@tabletheory/deadline';
 *
 * export const handler = middy(deadlinePlugin({ reserve: 100 }))
 *   .use(deadline({ reserve: 500, earlyResponse: true }))
 *   .handler(async () => {
 *     await new Promise(() => {}); // never ends: answered with 504, 100 ms before the timeout
 *   });
 */
export function deadlinePlugin(options: DeadlinePluginOptions = {}): DeadlinePlugin {
  deadlinePluginValidateOptions(options);
  const { reserve = 100 } = options;
  return {
    timeoutEarlyInMillis: reserve,
    timeoutEarlyResponse: () => {
      throw new DeadlineReachedError(reserve);
    },
  };
}
