import { invocationPlugin } from '@tabletheory/invocation';

/**
 * The plugin for `middy()` that goes with {@link tableTheory}: it ends each request in Middy's `requestEnd` hook, which
 * runs even after an early response, and waits for what is still being sent.
 *
 * @example
 * import middy from '@middy/core';
 * import { tableTheoryPlugin } from '@tabletheory/middy';
 *
 * export const handler = middy(tableTheoryPlugin()).handler(async () => 'ok');
 */
export const tableTheoryPlugin: typeof invocationPlugin = invocationPlugin;
