import middy from '@middy/core';
import { invocationOf } from '@tabletheory/invocation';
import { expect, test, vi } from 'vitest';
import { getItem, ok, recorders, run, testDaemon, traceA } from './test-daemon.ts';

const daemon = testDaemon();

/** A document with what differs from run to run replaced: ids by the order they appear in, times by whether they are. */
function normalized(document: unknown): unknown {
  const ids = new Map<string, number>();
  const text = JSON.stringify(document, (key, value) => {
    if (key === 'start_time' || key === 'end_time') return typeof value;
    if (key !== 'id' && key !== 'parent_id') return value;
    if (!ids.has(value)) ids.set(value, ids.size);
    return ids.get(value);
  });
  return JSON.parse(text);
}

test('both recorders send the same documents', async () => {
  vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'provisioned-concurrency'); // no cold start
  const failure = Object.assign(new RangeError('refused'), { statusCode: 409 });
  const throttled = { durationMs: 2, delayMs: 0, status: 400, error: 'ThrottlingException', throttled: true };
  const performed = {
    before(request: middy.Request) {
      const { observe } = invocationOf(request)!;
      observe?.(getItem)?.(ok);
      observe?.({ name: 'TransactWriteItems', tables: ['orders', 'customers'], models: [] })?.({
        ...ok,
        attempts: [throttled, { ...throttled, status: 200, throttled: false, error: undefined }],
      });
      observe?.({ name: 'Query', tables: ['orders'], models: ['Order'], index: 'byStatus' });
      observe?.(getItem)?.({ ...ok, attempts: [throttled], error: failure });
    },
  };
  const documents: unknown[] = [];
  for (const [, xray] of recorders) {
    daemon.received.length = 0;
    const handler = middy()
      .use(xray({ name: 'checkout' }))
      .use(performed)
      .handler(async (_event, { trace }) => {
        trace.annotate('plan', 'gold');
        trace.metadata('cart', { items: [1, null], total: 12n }, 'own');
        trace.metadata('empty', undefined);
        trace.capture('outer', (outer) => {
          outer.annotate('depth', 1);
          outer.capture('inner', () => outer.metadata('key', true));
        });
        await trace.capture('large', async (large) => large.metadata('large', 'x'.repeat(40_000)));
        await trace.capture('larger', async (larger) => larger.metadata('large', 'x'.repeat(40_000)));
        trace.capture('fails', () => {
          throw failure;
        });
      });
    await expect(run(handler, traceA)).rejects.toBe(failure);
    documents.push(normalized(await daemon.documents(9)));
  }
  expect(documents[0]).toHaveLength(9);
  expect(documents[1]).toEqual(documents[0]);
});
