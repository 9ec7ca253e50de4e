import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { testContext } from './test-context.ts';

it("has Lambda's members, and a request id of its own", () => {
  const context = testContext();
  expect(context).toMatchObject({
    functionName: 'test-function',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:test-function',
    memoryLimitInMB: '512',
    logGroupName: '/aws/lambda/test-function',
  });
  expect(context.awsRequestId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(testContext().awsRequestId).not.toBe(context.awsRequestId);
});

it('has a clock that runs down to 0', async () => {
  const context = testContext({ timeout: 20 });
  const first = context.getRemainingTimeInMillis();
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThanOrEqual(20);
  await wait(40);
  expect(context.getRemainingTimeInMillis()).toBe(0);
});

it('has what is given', () => {
  const context = testContext({ functionName: 'orders', awsRequestId: 'r-1', getRemainingTimeInMillis: () => 7 });
  expect(context).toMatchObject({ functionName: 'orders', awsRequestId: 'r-1', logGroupName: '/aws/lambda/orders' });
  expect(context.invokedFunctionArn).toMatch(/:orders$/);
  expect(context.getRemainingTimeInMillis()).toBe(7);
  expect(context).not.toHaveProperty('timeout');
});

it('has the methods of old Lambda handlers, which do nothing', () => {
  const context = testContext();
  expect([context.done(), context.fail('reason'), context.succeed('result')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
