import { type TestContextOptions, testContext } from '@tabletheory/invocation/testing';

/**
 * Calls a handler as Lambda does, with an event and a context for tests. Middy's own type asks callers for a context
 * that its middlewares have already filled in.
 *
 * @param handler a Lambda handler, for example what `middy().use(…).handler(…)` returns.
 * @param options members of the context that are to be different, and `timeout`.
 *
 * @example
 * import middy from '@middy/core';
 * import { invokeHandler } from '@tabletheory/testkit';
 * import { expect, test } from 'vitest';
 *
 * const handler = middy<{ name: string }>().handler(async (event) => `Hello ${event.name}`);
 *
 * test('it greets', async () => {
 *   expect(await invokeHandler(handler, { name: 'Ada' }, { timeout: 500 })).toBe('Hello Ada');
 * });
 */
export async function invokeHandler<Event, Result>(
  // `never`: whatever the middlewares put into the context, the handler fits.
  handler: (event: Event, context: never) => Promise<Result>,
  event: Event,
  options?: TestContextOptions,
): Promise<Result> {
  return handler(event, testContext(options) as never);
}
