import middy from '@middy/core';
import { declareSensitive } from '@tabletheory/invocation';
import { describe, expect, test } from 'vitest';
import { recorders, run, testDaemon } from './test-daemon.ts';

const daemon = testDaemon();

describe.each(recorders)('with %s', (_recorder, xray) => {
  describe('context.trace', () => {
    declareSensitive(['email']);

    test('annotates, adds metadata and captures, nested, with sensitive attributes redacted', async () => {
      const customer = {
        email: 'a@example.com',
        points: 12n,
        failure: Object.assign(new Error('no'), { email: 'a@' }),
      };
      const handler = middy()
        .use(xray())
        .handler(async (_event, { trace }) => {
          trace.annotate('plan', 'gold');
          trace.annotate('score', Number.NaN);
          trace.annotate('email', 'a@example.com');
          trace.metadata('customer', customer);
          trace.metadata('email', 'a@example.com', 'own');
          const circular: Record<string, unknown> = {};
          circular.self = circular;
          trace.metadata('circular', circular);
          return trace.capture('outer', async (outer) => {
            outer.annotate('where', 'outer');
            return outer.capture('inner <1>', () => 'result');
          });
        });
      expect(await run(handler)).toBe('result');
      const sent = await daemon.document();
      expect(sent.annotations).toMatchObject({ plan: 'gold', score: 'NaN', email: '[redacted]' });
      expect(sent.metadata).toEqual({
        default: {
          customer: { email: '[redacted]', points: '12', failure: { name: 'Error', message: 'no' } },
          circular: '[unserializable]',
        },
        own: { email: '[redacted]' },
      });
      expect(sent.subsegments).toHaveLength(1);
      expect(sent.subsegments[0]).toMatchObject({
        name: 'outer',
        annotations: { where: 'outer' },
        subsegments: [{ name: 'inner _1_' }],
      });
      expect(daemon.received.join()).not.toContain('a@');
    });

    test('keeps to the limits of annotations, and takes any key as data', async () => {
      const handler = middy()
        .use(xray())
        .handler(async (_event, { trace }) => {
          trace.annotate('order id.v-2', 'x'.repeat(2_000));
          trace.annotate('k'.repeat(600), 1);
          trace.metadata('polluted', true, '__proto__');
          trace.metadata('__proto__', 'own', 'constructor');
        });
      await run(handler);
      const { annotations, metadata } = await daemon.document();
      expect(annotations.order_id_v_2).toBe('x'.repeat(1_000));
      expect(annotations['k'.repeat(500)]).toBe(1);
      expect(Object.hasOwn(metadata, '__proto__')).toBe(true);
      expect(Object.hasOwn(metadata.constructor, '__proto__')).toBe(true);
      expect({}).not.toHaveProperty('polluted');
    });

    test('marks what throws or rejects, and passes the error on', async () => {
      const handler = middy()
        .use(xray())
        .handler(async (_event, { trace }) => {
          expect(() =>
            trace.capture('throws', () => {
              throw new TypeError('thrown');
            }),
          ).toThrow('thrown');
          await expect(trace.capture('refuses', () => Promise.reject('text'))).rejects.toBe('text');
          await trace.capture('rejects', async () => {
            throw Object.assign(new Error('rejected'), { statusCode: 400 });
          });
        });
      await expect(run(handler)).rejects.toThrow('rejected');
      const sent = await daemon.document();
      const [throws, refuses, rejects] = sent.subsegments;
      expect(throws).toMatchObject({ fault: true, cause: { exceptions: [{ type: 'TypeError', message: 'thrown' }] } });
      expect(refuses.fault).toBe(true);
      expect(rejects).toMatchObject({ error: true, cause: { exceptions: [{ message: 'rejected' }] } });
      expect(sent).toMatchObject({ error: true, cause: { exceptions: [{ message: 'rejected' }] } });
    });
  });
});
