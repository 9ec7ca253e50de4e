import middy from '@middy/core';
import { invocationOf, invocationPlugin } from '@tabletheory/invocation';
import { describe, expect, test, vi } from 'vitest';
import {
  getItem,
  ok,
  operations,
  parent,
  recorders,
  run,
  testDaemon,
  traceA,
  traceB,
  traceHeader,
} from './test-daemon.ts';
import { type XrayOptions, xrayValidateOptions } from './xray-middleware.ts';

const daemon = testDaemon();

describe.each(recorders)('with %s', (_recorder, xray) => {
  describe('a sampled request', () => {
    test("is one subsegment of Lambda's segment, with its operations inside", async () => {
      vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'shop');
      const before = Date.now() / 1000;
      const performed = {
        before(request: middy.Request) {
          const invocation = invocationOf(request)!;
          invocation.observe?.(getItem)?.(ok);
          const query = { name: 'Query', tables: ['orders'], models: ['Order'], index: 'byStatus' };
          invocation.observe?.(query)?.({ ...ok, durationMs: 7.5, items: 20 });
          invocation.observe?.({ name: 'TransactWriteItems', tables: ['orders', 'customers'], models: [] })?.(ok);
        },
      };
      const handler = middy()
        .use(xray())
        .use(performed)
        .handler(async (_event, { trace }) => ({ id: trace.id, sampled: trace.sampled }));
      expect(await run(handler)).toEqual({ id: traceA, sampled: true });

      const sent = await daemon.document();
      expect(sent).toMatchObject({
        type: 'subsegment',
        name: '## orders',
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        trace_id: traceA,
        parent_id: parent,
        annotations: { ColdStart: expect.any(Boolean), Service: 'shop' },
      });
      expect(sent).not.toHaveProperty('in_progress');
      expect(sent).not.toHaveProperty('fault');
      expect(sent.start_time).toBeGreaterThanOrEqual(before);
      expect(sent.end_time).toBeGreaterThanOrEqual(sent.start_time);
      expect(sent.subsegments).toHaveLength(3);
      const [get, query, transaction] = sent.subsegments;
      expect(get).toMatchObject({
        name: 'DynamoDB',
        namespace: 'aws',
        aws: {
          operation: 'GetItem',
          region: 'eu-west-1',
          table_name: 'orders',
          request_id: 'REQUEST',
          retries: 0,
          item_count: 1,
          consumed_capacity: [{ table_name: 'orders', read_capacity_units: 0.5, write_capacity_units: 0 }],
        },
        http: { response: { status: 200 } },
      });
      for (const flag of ['error', 'fault', 'throttle', 'cause']) expect(get).not.toHaveProperty(flag);
      expect(query.aws).toMatchObject({ operation: 'Query', index_name: 'byStatus', item_count: 20 });
      expect(query.end_time - query.start_time).toBeCloseTo(0.0075, 4);
      expect(transaction.aws.table_names).toEqual(['orders', 'customers']);
    });

    test.each([
      [undefined, { fault: true }],
      [404, { error: true }],
      [429, { error: true, throttle: true }],
      [503, { fault: true }],
    ])('that fails with status %s is flagged %j', async (statusCode, flags) => {
      const error = Object.assign(new RangeError('refused'), { statusCode });
      const handler = middy()
        .use(xray())
        .handler(async () => {
          throw error;
        });
      await expect(run(handler)).rejects.toBe(error);
      const { error: isError, fault, throttle, cause } = await daemon.document();
      expect({ error: isError, fault, throttle }).toEqual(flags);
      expect(cause.exceptions).toHaveLength(1);
      expect(cause.exceptions[0]).toMatchObject({ type: 'RangeError', message: 'refused' });
    });

    test('whose error became a response has the flags of the response', async () => {
      const handler = middy()
        .use(xray())
        .onError((request) => {
          request.response = { statusCode: 409 };
        })
        .handler(async () => {
          throw new Error('conflict');
        });
      expect(await run(handler)).toEqual({ statusCode: 409 });
      const sent = await daemon.document();
      expect(sent.error).toBe(true);
      expect(sent).not.toHaveProperty('fault');
    });

    test.each([
      ['without the plugin', undefined],
      ['with the plugin', invocationPlugin()],
    ])('answered early is sent, %s', async (_name, plugin) => {
      const handler = middy(plugin as never)
        .use(xray())
        .use(operations(ok))
        .before(() => ({ statusCode: 304 }))
        .handler(async () => {});
      expect(await run(handler)).toEqual({ statusCode: 304 });
      expect((await daemon.document()).subsegments).toHaveLength(1);
    });

    test('that an earlier middleware ends is left alone', async () => {
      const handler = middy()
        .before(() => {
          throw new Error('early');
        })
        .use(xray())
        .handler(async () => {});
      await expect(run(handler)).rejects.toThrow('early');
      expect(daemon.received).toEqual([]);
    });

    test('is found in the invoke store where several run at once', async () => {
      const InvokeStore = { getXRayTraceId: () => traceHeader(traceB) };
      (globalThis as Record<string, unknown>).awslambda = { InvokeStore };
      const handler = middy()
        .use(xray({ name: 'checkout', contextKey: 'xray' }))
        .handler(async (_event, context) => context.xray.id);
      expect(await handler({}, {} as never)).toBe(traceB);
      expect(await daemon.document()).toMatchObject({ name: '## checkout', trace_id: traceB });
    });
  });

  test('two interleaved requests keep their own documents', async () => {
    let arrived = 0;
    let release: () => void = () => {};
    const both = new Promise<void>((resolve) => {
      release = resolve;
    });
    const handler = middy<{ name: string }>()
      .use(xray())
      .use(operations(ok))
      .handler(async (event, { trace }) => {
        trace.annotate('first', event.name);
        if (++arrived === 2) release();
        await trace.capture(`wait ${event.name}`, () => both);
        trace.annotate('second', event.name);
      });
    await Promise.all([run(handler as never, traceA, { name: 'a' }), run(handler as never, traceB, { name: 'b' })]);
    const sent = await daemon.documents(2);
    expect(sent).toHaveLength(2);
    for (const [root, name] of [
      [traceA, 'a'],
      [traceB, 'b'],
    ]) {
      const own = sent.find((candidate) => candidate.trace_id === root);
      expect(own.annotations).toMatchObject({ first: name, second: name });
      expect(own.subsegments.map((subsegment: any) => subsegment.name)).toEqual(['DynamoDB', `wait ${name}`]);
    }
  });

  test('wrong options are refused by name', () => {
    expect(() => xray({ contextKey: '' })).toThrow(
      new TypeError('@tabletheory/xray: option contextKey must not be empty'),
    );
    expect(() => xray({ nmae: 'x' } as XrayOptions)).toThrow(/option nmae is unknown/);
    expect(() => xrayValidateOptions({ name: 1 })).toThrow(/option name must be a string/);
    expect(() => xrayValidateOptions({})).not.toThrow();
  });
});
