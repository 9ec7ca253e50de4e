import middy from '@middy/core';
import { describe, expect, test, vi } from 'vitest';
import { ok, operations, recorders, run, testDaemon, traceA, traceB, traceHeader } from './test-daemon.ts';

const daemon = testDaemon();

describe.each(recorders)('with %s', (_recorder, xray) => {
  describe('a request that is not sampled', () => {
    test.each([
      ['by decision', traceHeader(traceA, '0'), traceA],
      ['for want of a parent', `Root=${traceA}`, traceA],
      ['for want of a header', undefined, ''],
      ['for a malformed header', 'Root=1-2-3;Parent=x;Sampled=1', ''],
    ])('%s sends nothing, and context.trace does nothing', async (_name, value, id) => {
      vi.stubEnv('_X_AMZN_TRACE_ID', value);
      const handler = middy()
        .use(xray())
        .use(operations(ok))
        .handler(async (_event, { trace }) => {
          trace.annotate('key', 'value');
          trace.metadata('key', { value: 1 });
          const { capture } = trace;
          return [
            trace.id,
            trace.sampled,
            capture('sync', (inner) => inner.sampled),
            await capture('async', async () => 7),
          ];
        });
      expect(await handler({}, {} as never)).toEqual([id, false, false, 7]);
      // A sampled request sent afterwards is the first the daemon hears of.
      await run(
        middy()
          .use(xray())
          .handler(async () => {}),
        traceB,
      );
      expect((await daemon.document()).trace_id).toBe(traceB);
    });
  });
});
