import { useEngine } from '@tabletheory/testkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { durableMode, runDurable, runStreamed, streamedMode } from '../../../test/support/modes.ts';
import { call, chain, recordOf } from './test-chain.ts';
import { models } from './test-models.ts';

const { tables } = useEngine({ models, emptyBeforeEach: true });

afterEach(() => {
  vi.unstubAllGlobals();
});

const lambda = { functionName: 'orders', awsRequestId: 'r-1', getRemainingTimeInMillis: () => 3_000 };

describe.each([
  ['streamed', streamedMode, runStreamed],
  ['durable', durableMode, runDurable],
] as const)('in %s mode', (_mode, mode, runIn) => {
  it('a repeated request is answered with the stored response', async () => {
    const run = vi.fn(async () => 'done');
    const handler = chain(tables(), run, {}, await mode());
    for (let i = 0; i < 3; i++) expect(await runIn(handler, { key: 'a' }, lambda)).toBe('done');
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('a request that fails may be repeated', async () => {
    const run = vi.fn(async () => 'done');
    run.mockRejectedValueOnce(new Error('failed'));
    const handler = chain(tables(), run, {}, await mode());
    await expect(runIn(handler, { key: 'a' }, lambda)).rejects.toThrow('failed');
    expect(await runIn(handler, { key: 'a' }, lambda)).toBe('done');
  });

  it('a request in progress ends with the function', async () => {
    const handler = chain(tables(), async () => `${(await recordOf(tables())).until.getTime()}`, {}, await mode());
    const until = Number(await runIn(handler, { key: 'a' }, lambda));
    expect(until).toBeGreaterThan(Date.now() + 1_000);
    expect(until).toBeLessThanOrEqual(Date.now() + 4_000);
  });
});

describe('a durable execution', () => {
  const context = (execution: string) => ({
    executionContext: { durableExecutionArn: `arn:aws:lambda:eu-west-1:1:function:f:1/durable-execution/${execution}` },
    lambdaContext: lambda,
  });

  it('goes on with its own record when it is replayed, and no other one does', async () => {
    let waits = true;
    const run = vi.fn(async () => (waits ? new Promise(() => {}) : 'done'));
    const handler = chain(tables(), run, {}, await durableMode());
    void call(handler, { key: 'a' }, context('one')); // left behind, as one that waits
    await expect.poll(() => run.mock.calls.length).toBe(1);
    expect((await recordOf(tables())).until.getTime()).toBeGreaterThan(Date.now() + 80_000_000);
    await expect(call(handler, { key: 'a' }, context('two'))).rejects.toMatchObject({ statusCode: 409 });
    waits = false;
    expect(await call(handler, { key: 'a' }, context('one'))).toBe('done');
    expect(await call(handler, { key: 'a' }, context('two'))).toBe('done');
    expect(run).toHaveBeenCalledTimes(2);
  });
});
