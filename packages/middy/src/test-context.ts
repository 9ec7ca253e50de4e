import type { LambdaContext } from '@tabletheory/invocation';

/**
 * A Lambda context for tests, with a clock that runs.
 *
 * @param overrides what is to be different; `timeout` is the function's timeout in milliseconds, 3,000 by default.
 *
 * @example
 * import { testContext } from '@tabletheory/middy';
 *
 * const context = testContext({ timeout: 500, functionName: 'orders' });
 * const left = context.getRemainingTimeInMillis(); // 500, and less with every millisecond
 */
export function testContext({
  timeout = 3_000,
  ...overrides
}: Partial<LambdaContext> & { readonly timeout?: number } = {}): LambdaContext {
  const deadline = performance.now() + timeout;
  const functionName = overrides.functionName ?? 'test-function';
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: crypto.randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: '2026/01/31/[$LATEST]00000000000000000000000000000000',
    getRemainingTimeInMillis: () => Math.max(0, deadline - performance.now()),
    done: ignore,
    fail: ignore,
    succeed: ignore,
    ...overrides,
  };
}

function ignore(): void {}
