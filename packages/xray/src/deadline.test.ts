import middy from '@middy/core';
import { type Invocation, invocationOf, type OperationOutcome } from '@tabletheory/invocation';
import { describe, expect, test } from 'vitest';
import { getItem, ok, recorders, run, testDaemon } from './test-daemon.ts';

const daemon = testDaemon();

describe.each(recorders)('with %s', (_recorder, xray) => {
  test('what there is when the deadline strikes is sent, and again when the request ends', async () => {
    let invocation: Invocation | undefined;
    let finish: ((outcome: OperationOutcome) => void) | undefined;
    const performed = {
      before(request: middy.Request) {
        invocation = invocationOf(request);
        invocation?.observe?.(getItem)?.(ok);
        finish = invocation?.observe?.({ ...getItem, name: 'Query' });
      },
    };
    const handler = middy()
      .use(xray())
      .use(performed)
      .handler(async (_event, { trace }) => {
        trace.annotate('before', true);
        invocation?.strikeDeadline();
        const [done, whole] = await daemon.documents(2);
        expect(done).toMatchObject({ name: 'DynamoDB', aws: { operation: 'GetItem' }, parent_id: whole.id });
        expect(whole).toMatchObject({
          name: '## orders',
          in_progress: true,
          annotations: { before: true },
          subsegments: [{ aws: { operation: 'Query' }, in_progress: true }],
        });
        finish?.(ok);
        trace.annotate('after', true);
      });
    await run(handler);
    const [, ahead, whole] = await daemon.documents(3);
    expect(whole).toMatchObject({ id: ahead.id, annotations: { before: true, after: true } });
    expect(whole).not.toHaveProperty('in_progress');
    expect(whole.subsegments).toHaveLength(1);
    expect(whole.subsegments[0]).not.toHaveProperty('in_progress');
  });

  test('subsegments too large to go together are complete in the end', async () => {
    let invocation: Invocation | undefined;
    const reader = {
      before(request: middy.Request) {
        invocation = invocationOf(request);
      },
    };
    const handler = middy()
      .use(xray())
      .use(reader)
      .handler(async (_event, { trace }) => {
        const release = Promise.withResolvers<void>();
        const captured = ['a', 'b'].map((name) =>
          trace.capture(name, async (inner) => {
            inner.metadata('large', name.repeat(40_000));
            await release.promise;
          }),
        );
        invocation?.strikeDeadline();
        await daemon.documents(3); // the socket of this test has room for a few large datagrams
        release.resolve();
        await Promise.all(captured);
      });
    await run(handler);
    const sent = await daemon.documents(6);
    const of = (wanted: string) => sent.filter(({ name }) => name === wanted).map((document) => document.in_progress);
    expect({ a: of('a'), b: of('b'), whole: of('## orders') }).toEqual({
      a: [true, undefined],
      b: [true, undefined],
      whole: [true, undefined],
    });
  });
});
