import middy from '@middy/core';
import { invocationOf } from '@tabletheory/invocation';
import { describe, expect, test, vi } from 'vitest';
import { getItem, ok, parent, recorders, run, testDaemon, traceA } from './test-daemon.ts';

const daemon = testDaemon();

describe.each(recorders)('with %s', (_recorder, xray) => {
  describe('a large trace', () => {
    test('is sent in parts that a datagram can hold', async () => {
      const handler = middy()
        .use(xray())
        .handler(async (_event, { trace }) => {
          trace.metadata('huge', 'x'.repeat(70_000));
          for (const name of ['a', 'b']) trace.capture(name, (inner) => inner.metadata('big', name.repeat(40_000)));
        });
      await run(handler);
      const sent = await daemon.documents(3);
      const whole = sent.at(-1);
      expect(sent.map(({ name }) => name)).toEqual(['a', 'b', '## orders']);
      expect(sent[0]).toMatchObject({ type: 'subsegment', trace_id: traceA, parent_id: whole.id });
      expect(whole).toMatchObject({ parent_id: parent, metadata: { tabletheory: { omitted: 'larger than 64 KB' } } });
      expect(whole).not.toHaveProperty('subsegments');
    });

    test('of annotations alone still fits', async () => {
      const handler = middy()
        .use(xray())
        .handler(async (_event, { trace }) => {
          for (let i = 0; i < 100; i++) trace.annotate(`key_${i}`, 'é'.repeat(1_000));
        });
      await run(handler);
      const sent = await daemon.document();
      expect(sent).toMatchObject({ name: '## orders', metadata: { tabletheory: { omitted: 'larger than 64 KB' } } });
      expect(sent).not.toHaveProperty('annotations');
    });

    test('of many operations is sent while it runs, and complete', async () => {
      const performed = {
        async before(request: middy.Request) {
          for (let i = 0; i < 250; i++) {
            invocationOf(request)?.observe?.(getItem)?.(ok);
            // The daemon of this test reads in the same thread.
            await new Promise(setImmediate);
          }
        },
      };
      await run(
        middy()
          .use(xray())
          .use(performed)
          .handler(async () => {}),
      );
      const handlerArrived = () => expect(daemon.received.some((text) => text.includes('## orders'))).toBe(true);
      await vi.waitFor(handlerArrived, { timeout: 10_000 });
      const sent = await daemon.documents(1);
      const whole = sent.find(({ name }) => name === '## orders');
      const alone = sent.filter(({ name }) => name === 'DynamoDB');
      expect(alone.length).toBe(202);
      expect(alone.every((document) => document.parent_id === whole.id)).toBe(true);
      expect(whole.subsegments).toHaveLength(48);
    });
  });
});
