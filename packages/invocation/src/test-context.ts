import type { LambdaContext } from './invocation.ts';

/** What is to be different in a context of {@link testContext}. */
export interface TestContextOptions extends Partial<LambdaContext> {
  /** The function's timeout in milliseconds, 3,000 by default. */
  readonly timeout?: number | undefined;
}

/**
 * A Lambda context for tests, with the clock of the function's timeout running from this call on. It has the members of
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html, and a request id of its own.
 *
 * @param options members that are to be different, and `timeout`.
 *
 * @example
 * import { testContext } from '@tabletheory/invocation/testing';
 *
 * const context = testContext({ timeout: 500, functionName: 'orders' });
 * const left = context.getRemainingTimeInMillis(); // 500, and less with every millisecond
 */
export function testContext({ timeout = 3_000, ...overrides }: TestContextOptions = {}): LambdaContext {
  const deadline = performance.now() + timeout;
  const functionName = overrides.functionName ?? 'test-function';
  return {
    // Stryker disable next-line BooleanLiteral: Lambda's default, which nothing reads any more.
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: crypto.randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    // Stryker disable next-line StringLiteral: an example.
    logStreamName: '2026/01/31/[$LATEST]00000000000000000000000000000000',
    getRemainingTimeInMillis: () => Math.max(0, deadline - performance.now()),
    done: ignore,
    fail: ignore,
    succeed: ignore,
    ...overrides,
  };
}

function ignore(): void {}
