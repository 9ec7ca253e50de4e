// What the tests of this package get answers with.
import middy from '@middy/core';
import { type HttpErrorsOptions, httpErrors } from './middleware.ts';
import type { Problem } from './problem.ts';

export interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const REQUEST_ID = '8476a536-e9f4-11e8-9739-2dfe598c3fcd';

export function call(handler: unknown, event: unknown = {}): Promise<unknown> {
  return (handler as (event: unknown, context: object) => Promise<unknown>)(event, { awsRequestId: REQUEST_ID });
}

export function throwing(error: unknown): () => never {
  return () => {
    throw error;
  };
}

/** The answer to a request that failed. */
export async function answerTo(
  error: unknown,
  { event, ...options }: HttpErrorsOptions & { event?: unknown } = {},
): Promise<Response & { problem: Problem }> {
  const response = (await call(middy().use(httpErrors(options)).handler(throwing(error)), event)) as Response;
  return { ...response, problem: JSON.parse(response.body) as Problem };
}
