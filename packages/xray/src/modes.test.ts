import middy from '@middy/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { durableMode, runDurable, runStreamed, streamedMode } from '../../../test/support/modes.ts';
import { ok, operations, recorders, testDaemon, traceA, traceB, traceHeader } from './test-daemon.ts';

const daemon = testDaemon();

afterEach(() => {
  vi.unstubAllGlobals();
});

const lambda = { functionName: 'orders', awsRequestId: 'request-1' };

describe.each(recorders)('with %s', (_recorder, xray) => {
  describe.each([
    ['streamed', streamedMode, runStreamed],
    ['durable', durableMode, runDurable],
  ] as const)('in %s mode', (_mode, mode, runIn) => {
    test('a request is recorded, whether it succeeds, fails or is answered early', async () => {
      vi.stubEnv('_X_AMZN_TRACE_ID', traceHeader(traceA));
      const chain = async () =>
        middy<{ isBroken: boolean }>(await mode())
          .use(xray())
          .use(operations(ok));
      const handler = (await chain()).handler(async (event, { trace }) => {
        trace.annotate('broken', event.isBroken);
        if (event.isBroken) throw new Error('broken');
        return 'ok';
      });
      expect(await runIn(handler, { isBroken: false }, lambda)).toBe('ok');
      await expect(runIn(handler, { isBroken: true }, lambda)).rejects.toThrow('broken');
      const early = (await chain()).before(() => 'early').handler(async () => 'late');
      expect(await runIn(early, {}, lambda)).toBe('early');
      const sent = await daemon.documents(3);
      expect(sent.map(({ name, fault, annotations }) => [name, fault, annotations.broken])).toEqual([
        ['## orders', undefined, false],
        ['## orders', true, true],
        ['## orders', undefined, undefined],
      ]);
      for (const document of sent) expect(document.subsegments).toHaveLength(1);
    });
  });

  test("Middy's early timeout ends the request; what goes on belongs to no other", async () => {
    const late = Promise.withResolvers<void>();
    const handler = middy<{ isSlow: boolean }>({ timeoutEarlyInMillis: 20 })
      .use(xray())
      .handler(async ({ isSlow }, { trace }) =>
        trace.capture(isSlow ? 'slow' : 'fast', async () => {
          if (isSlow) await late.promise;
        }),
      );
    vi.stubEnv('_X_AMZN_TRACE_ID', traceHeader(traceA));
    const context = { ...lambda, getRemainingTimeInMillis: () => 40 } as never;
    await expect(handler({ isSlow: true }, context)).rejects.toThrow('aborted');
    vi.stubEnv('_X_AMZN_TRACE_ID', traceHeader(traceB));
    await handler({ isSlow: false }, context);
    late.resolve();
    const sent = await daemon.documents(3);
    expect(sent.map(({ name, trace_id }) => [name, trace_id])).toEqual([
      ['## orders', traceA],
      ['## orders', traceB],
      ['slow', traceA],
    ]);
    expect(sent[0]).toMatchObject({ fault: true, subsegments: [{ name: 'slow', in_progress: true }] });
    expect(sent[2]).not.toHaveProperty('in_progress');
    expect(sent[2].id).toBe(sent[0].subsegments[0].id);
  });
});
