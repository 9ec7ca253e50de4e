import middy from '@middy/core';
import { expect, it } from 'vitest';
import { invokeHandler } from './invoke-handler.ts';

it('gives a handler its event and a context', async () => {
  const handler = middy<{ name: string }>().handler(async (event, context) => [
    event.name,
    context.functionName,
    context.getRemainingTimeInMillis() <= 500,
  ]);
  const options = { timeout: 500, functionName: 'greeting' };
  expect(await invokeHandler(handler, { name: 'Ada' }, options)).toEqual(['Ada', 'greeting', true]);
});

it('fails as the handler does', async () => {
  const failure = new Error('failed');
  const fail = (): never => {
    throw failure;
  };
  const handler = middy().handler(async () => fail());
  await expect(invokeHandler(handler, {})).rejects.toBe(failure);
  await expect(invokeHandler(async () => fail(), {})).rejects.toBe(failure);
});
