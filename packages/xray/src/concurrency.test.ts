import middy from '@middy/core';
import { invocationOf } from '@tabletheory/invocation';
import { describe, expect, test } from 'vitest';
import { getItem, ok, recorders, testDaemon, traceHeader } from './test-daemon.ts';

const daemon = testDaemon();

const REQUESTS = 40;
const traceId = (number: number): string => `1-5759e988-${String(number).padStart(24, '0')}`;

describe.each(recorders)('with %s', (_recorder, xray) => {
  test('the traces of requests that run at once in one environment do not mix', async () => {
    // As where Lambda runs several requests at once: the header is in the invoke store, read as the request starts.
    let current = 0;
    const InvokeStore = { getXRayTraceId: () => traceHeader(traceId(current), current % 4 === 3 ? '0' : '1') };
    (globalThis as Record<string, unknown>).awslambda = { InvokeStore };
    const all = Promise.withResolvers<void>();
    let arrived = 0;
    const operation = (request: middy.Request) => {
      const { number } = request.event as { number: number };
      invocationOf(request)?.observe?.({ ...getItem, tables: [`table-${number}`] })?.(ok);
    };
    const handler = middy<{ number: number }>()
      .use(xray())
      .use({ before: operation, after: operation })
      .handler(async ({ number }, { trace }) => {
        trace.annotate('first', number);
        if (++arrived === REQUESTS) all.resolve();
        await trace.capture(`wait ${number}`, async (wait) => {
          await all.promise;
          await wait.capture(`inner ${number}`, () => new Promise(setImmediate));
        });
        trace.annotate('second', number);
        if (number % 5 === 0) throw new Error(`failure ${number}`);
      });
    const requests: Promise<unknown>[] = [];
    for (current = 0; current < REQUESTS; current++) {
      requests.push(handler({ number: current }, { functionName: `f-${current}` } as never).catch(() => {}));
    }
    await Promise.all(requests);
    const sent = await daemon.documents((REQUESTS * 3) / 4);
    expect(sent).toHaveLength((REQUESTS * 3) / 4);
    for (const document of sent) {
      const number = document.annotations.first;
      expect(document).toMatchObject({
        name: `## f-${number}`,
        trace_id: traceId(number),
        annotations: { second: number },
        subsegments: [
          { aws: { table_name: `table-${number}` } },
          { name: `wait ${number}`, subsegments: [{ name: `inner ${number}` }] },
          // `after` does not run for those that throw.
          ...(number % 5 === 0 ? [] : [{ aws: { table_name: `table-${number}` } }]),
        ],
      });
      expect(document.cause?.exceptions[0].message).toBe(number % 5 === 0 ? `failure ${number}` : undefined);
    }
    expect(new Set(sent.map(({ trace_id }) => trace_id)).size).toBe(sent.length);
  });
});
