import type { LambdaContext } from '@tabletheory/invocation';

/** A Lambda handler as `aws-lambda` types it: two parameters, and a promise. */
export type LambdaHandler<Event, Result> = (event: Event, context: LambdaContext) => Promise<Result>;

/**
 * A Middy handler as a plain Lambda handler. Middy's own type asks for a context that its middlewares have already
 * filled in, and has three parameters; neither fits the type `Handler` of `aws-lambda`, nor a test that calls it.
 *
 * @param handler what `middy().use(…).handler(…)` returns.
 *
 * @example
 * import middy from '@middy/core';
 * import { toLambdaHandler } from '@tabletheory/middy';
 * import type { APIGatewayProxyEventV2, Handler } from 'aws-lambda';
 *
 * export const handler: Handler<APIGatewayProxyEventV2> = toLambdaHandler(
 *   middy<APIGatewayProxyEventV2>().handler(async (event) => ({ statusCode: 200, body: event.rawPath })),
 * );
 */
export function toLambdaHandler<Event, Result>(
  // `never`: whatever the middlewares put into the context, the handler fits.
  handler: (event: Event, context: never) => Promise<Result>,
): LambdaHandler<Event, Result> {
  return (event, context) => handler(event, context as never);
}
