import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import middy from '@middy/core';
import { enter, invocationOf, leave, type MemoryRecord } from '@tabletheory/invocation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { metrics } from './metrics.ts';
import type { MetricsOptions } from './options.ts';
import { call, fail, failure, lambdaContext, operate } from './test-chain.ts';
import { type DocumentSink, documentSink } from './test-documents.ts';

let sink: DocumentSink;
const use = (options: MetricsOptions = {}) =>
  metrics({ namespace: 'Shop', service: 'orders', destination: sink, ...options });

beforeEach(() => {
  sink = documentSink();
  for (const name of ['NAMESPACE', 'DISABLED']) vi.stubEnv(`POWERTOOLS_METRICS_${name}`, undefined);
  for (const name of ['POWERTOOLS_SERVICE_NAME', 'AWS_LAMBDA_FUNCTION_NAME']) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

describe('a request', () => {
  it.each<[string, Record<string, number>, (chain: middy.MiddyfiedHandler<any, any, any, any>) => unknown]>([
    ['success', { RequestSuccess: 1 }, (chain) => chain.handler(() => 'ok')],
    ['a response of status 201', { RequestSuccess: 1 }, (chain) => chain.handler(() => ({ statusCode: 201 }))],
    ['a response of status 404', { RequestError: 1 }, (chain) => chain.handler(() => ({ statusCode: 404 }))],
    ['a response of status 500', { RequestFault: 1 }, (chain) => chain.handler(() => ({ statusCode: 500 }))],
    ['an error of the handler', { RequestFault: 1 }, (chain) => chain.handler(fail)],
    ['an error with a status', { RequestError: 1 }, (chain) => chain.handler(thrown({ statusCode: 409 }))],
    ['a thrown string', { RequestFault: 1 }, (chain) => chain.handler(thrown('text'))],
    [
      'an error that is answered',
      { RequestError: 1 },
      (chain) => chain.onError(() => ({ statusCode: 400 })).handler(fail),
    ],
    ['an error of a later before', { RequestFault: 1 }, (chain) => chain.before(fail).handler(() => 'ok')],
    ['an error of an after', { RequestFault: 1 }, (chain) => chain.after(fail).handler(() => 'ok')],
    ['an error of an onError', { RequestFault: 1 }, (chain) => chain.onError(fail).handler(fail)],
    [
      'an early response',
      { RequestSuccess: 1, EarlyResponse: 1 },
      (chain) => chain.before(() => 'early').handler(fail),
    ],
    [
      'an early refusal',
      { RequestError: 1, EarlyResponse: 1 },
      (chain) => chain.before(() => ({ statusCode: 401 })).handler(fail),
    ],
  ])('is counted after %s', async (_ending, expected, build) => {
    await call(build(middy().use(use()))).catch(() => {});
    const [document, ...more] = sink.of('RequestDuration');
    expect(more).toEqual([]);
    expect(document).toMatchObject({ service: 'orders', function_request_id: 'request-1' });
    expect(document!._aws.CloudWatchMetrics[0]).toMatchObject({ Namespace: 'Shop', Dimensions: [['service']] });
    expect(document!.RequestDuration).toBeGreaterThanOrEqual(0);
    expect(document).toMatchObject({ RequestSuccess: 0, RequestError: 0, RequestFault: 0, ...expected });
    expect(sink.values('EarlyResponse')).toEqual(expected.EarlyResponse ? [1] : []);
  });

  it('is counted when an earlier before has failed', async () => {
    const handler = middy()
      .before(fail)
      .use(use())
      .handler(() => 'ok');
    await expect(call(handler)).rejects.toBe(failure);
    expect(sink.values('RequestFault')).toEqual([1]);
  });

  it('is written before the caller has its answer', async () => {
    const handler = middy()
      .use(use())
      .handler((_event, context) => context.metrics.add('Orders', 'Count', 1));
    await call(handler);
    expect(sink.values('Orders')).toEqual([1]);
  });

  it('stands apart from another that runs at the same time', async () => {
    const running: Record<string, PromiseWithResolvers<void>> = {};
    const handler = middy()
      .use(use())
      .handler(async (event: any, context) => {
        context.metrics.addDimension('tenant', event.tenant);
        context.metrics.addMetadata('caller', event.tenant);
        running[event.tenant] = Promise.withResolvers();
        await running[event.tenant]?.promise;
        context.metrics.add('Orders', 'Count', event.orders);
      });
    const tenants = Array.from({ length: 50 }, (_, i) => `t${i}`);
    const calls = tenants.map((tenant, i) => call(handler, { tenant, orders: i }, { awsRequestId: tenant }));
    await vi.waitFor(() => expect(Object.keys(running)).toHaveLength(50));
    for (const tenant of tenants.toReversed()) running[tenant]?.resolve();
    await Promise.all(calls);
    for (const [i, tenant] of tenants.entries()) {
      const mine = sink.documents.filter((document) => document.caller === tenant);
      expect(mine.find((document) => 'Orders' in document)).toMatchObject({ tenant, Orders: i });
      expect(mine.map((document) => document.function_request_id)).toEqual(mine.map(() => tenant));
    }
    expect(sink.values('RequestSuccess')).toHaveLength(50);
  });

  it('that never ends leaves nothing to the next', async () => {
    const handler = middy()
      .use(use())
      .handler(async (event: any, context) => {
        context.metrics.add('Orders', 'Count', event.orders);
        if (event.orders === 1) await new Promise(() => {});
      });
    void call(handler, { orders: 1 });
    await call(handler, { orders: 2 });
    expect(sink.values('Orders')).toEqual([2]);
  });

  it('may record more when it has ended', async () => {
    let late: (() => void) | undefined;
    const handler = middy()
      .use(use())
      .handler((_event, context) => {
        late = () => context.metrics.add('Late', 'Count', 1);
      });
    await call(handler);
    expect(sink.values('Late')).toEqual([]);
    late?.();
    expect(sink.of('Late')).toMatchObject([{ Late: 1, function_request_id: 'request-1' }]);
  });

  it('passes its trace on to the log', async () => {
    const trace = '1-5759e988-bd862e3fe1be46a994272793';
    vi.stubEnv('_X_AMZN_TRACE_ID', `Root=${trace};Parent=53995c3f42cd8ad8;Sampled=1`);
    await call(
      middy()
        .use(use())
        .handler(() => 'ok'),
    );
    expect(sink.of('RequestSuccess')).toMatchObject([{ xray_trace_id: trace }]);
  });

  it('does not fail when its metrics cannot be written', async () => {
    const handler = middy()
      .use(use({ destination: { write: fail } }))
      .handler(() => 'ok');
    expect(await call(handler)).toBe('ok');
  });
});

describe('what went wrong', () => {
  it.each([
    [400, '@tabletheory/validator', [1]],
    [413, '@tabletheory/validator', [1]],
    [415, '@tabletheory/validator', [1]],
    [422, '@tabletheory/validator', [1]],
    [500, '@tabletheory/validator', []],
    [400, '@tabletheory/core', []],
  ])('counts an error %i of %s as invalid input', async (statusCode, name, expected) => {
    const error = Object.assign(new Error('invalid', { cause: { package: name } }), { statusCode });
    const handler = middy()
      .use(use())
      .handler(() => Promise.reject(error));
    await expect(call(handler)).rejects.toBe(error);
    expect(sink.values('ValidationFailure')).toEqual(expected);
  });

  it('counts a deadline that struck, at once and once', async () => {
    let strike: (() => void) | undefined;
    const handler = middy()
      .use(use())
      .before((request) => {
        strike = () => invocationOf(request)?.strikeDeadline();
      })
      .handler((_event, context) => {
        context.metrics.add('Orders', 'Count', 1);
        strike?.();
        expect(sink.values('DeadlineExceeded')).toEqual([1]);
        expect(sink.values('Orders')).toEqual([1]);
        throw Object.assign(new Error('late'), { code: 'DEADLINE_REACHED' });
      });
    await expect(call(handler)).rejects.toThrow('late');
    expect(sink.values('DeadlineExceeded')).toEqual([1]);
    expect(sink.values('RequestFault')).toEqual([1]);
  });

  it.each([['DEADLINE_REACHED'], ['DEADLINE_EXCEEDED']])('counts an error %s', async (code) => {
    const handler = middy().use(use()).handler(thrown({ code }));
    await expect(call(handler)).rejects.toMatchObject({ code });
    expect(sink.values('DeadlineExceeded')).toEqual([1]);
  });

  it("counts Middy's early timeout, and goes on with what the handler still does", async () => {
    const goOn = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    const handler = middy({ timeoutEarlyInMillis: 5 })
      .use(use())
      .handler(async (_event, context) => {
        await goOn.promise;
        context.metrics.add('Late', 'Count', 1);
        done.resolve();
      });
    const context = { ...lambdaContext, getRemainingTimeInMillis: () => 10 };
    await expect(call(handler, {}, context)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(sink.values('DeadlineExceeded')).toEqual([1]);
    goOn.resolve();
    await done.promise;
    expect(sink.values('Late')).toEqual([1]);
    expect(sink.values('RequestDuration')).toHaveLength(1);
  });
});

describe('siblings', () => {
  const memory = { rss: 1, peak: 2, heapUsed: 3, heapTotal: 4, heapLimit: 5, external: 6, arrayBuffers: 7 };

  it.each([
    ['before', true],
    ['after', false],
  ])('are read when they are used %s', async (_order, first) => {
    const record: MemoryRecord = { ...memory, percentOfLimit: 8, growth: -9, gcDurationMs: 0.5, recommended: 128 };
    const sibling: middy.MiddlewareObj = {
      before: (request) => {
        enter(request, sibling).memory = () => record;
      },
      after: (request) => leave(request, sibling),
    };
    const chain = first ? middy().use(use()).use(sibling) : middy().use(sibling).use(use());
    await call(chain.handler(() => 'ok'));
    expect(sink.of('RequestDuration')).toMatchObject([
      {
        MemoryUsed: 1,
        MemoryPeak: 2,
        MemoryUtilization: 8,
        MemoryGrowth: -9,
        GarbageCollectionDuration: 0.5,
        MemoryRecommended: 128,
      },
    ]);
    expect(sink.values('MemoryLeak')).toEqual([]);
  });

  it('may add metrics to the request, also when these are written', async () => {
    const outermost: middy.MiddlewareObj = {
      before: (request) => {
        const invocation = enter(request, outermost);
        invocation.onEnd(() => invocation.metrics?.add('Late', 'Bytes', 1));
      },
      after: (request) => leave(request, outermost),
    };
    await call(
      middy()
        .use(outermost)
        .use(use())
        .before((request) => invocationOf(request)?.metrics?.add('Inner', 'Count', 1))
        .handler(() => 'ok'),
    );
    expect([sink.values('Inner'), sink.values('Late')]).toEqual([[1], [1]]);
  });
});

describe('a cold start', () => {
  const coldMetrics = async (options: MetricsOptions = {}) => {
    vi.resetModules();
    const fresh = await import('./metrics.ts');
    return fresh.metrics({ namespace: 'Shop', service: 'orders', destination: sink, ...options });
  };

  it("is counted once, by Powertools' names", async () => {
    const handler = middy()
      .use(await coldMetrics({ dimensions: { stage: 'test' } }))
      .handler(() => 'ok');
    await call(handler);
    await call(handler);
    const [document, ...more] = sink.of('ColdStart');
    expect(more).toEqual([]);
    expect(document).toMatchObject({
      ColdStart: 1,
      service: 'orders',
      stage: 'test',
      function_name: 'orders-api',
    });
    expect(document!._aws.CloudWatchMetrics[0].Dimensions).toEqual([['service', 'stage', 'function_name']]);
    expect(sink.values('RequestSuccess')).toEqual([1, 1]);
  });

  it('tells how long the process had been up', async () => {
    vi.spyOn(performance, 'now').mockReturnValue(123);
    await call(
      middy()
        .use(await coldMetrics())
        .handler(() => 'ok'),
    );
    expect(sink.of('InitDuration')).toMatchObject([{ InitDuration: 123, function_name: 'orders-api' }]);
    vi.restoreAllMocks();
  });

  it('tells it not of an environment that was started ahead', async () => {
    vi.spyOn(performance, 'now').mockReturnValue(10_001);
    await call(
      middy()
        .use(await coldMetrics())
        .handler(() => 'ok'),
    );
    expect([sink.values('ColdStart'), sink.values('InitDuration')]).toEqual([[1], []]);
    vi.restoreAllMocks();
  });

  it('is none with provisioned concurrency', async () => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'provisioned-concurrency');
    await call(
      middy()
        .use(await coldMetrics())
        .handler(() => 'ok'),
    );
    expect(sink.values('ColdStart')).toEqual([]);
  });
});

describe('in streamed mode', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('a request is counted once', async () => {
    vi.stubGlobal('awslambda', {
      streamifyResponse: (handler: unknown) => handler,
      HttpResponseStream: { from: (stream: PassThrough) => stream },
    });
    const { executionModeStreamifyResponse } = await import('@middy/core/StreamifyResponse');
    const stream = new PassThrough();
    const handler = middy({ executionMode: executionModeStreamifyResponse })
      .use(use())
      .handler((_event, context) => {
        context.metrics.add('Orders', 'Count', 1);
        return 'ok';
      }) as unknown as (event: unknown, stream: PassThrough, context: object) => Promise<void>;
    await handler({}, stream, {});
    expect(await text(stream)).toBe('ok');
    expect([sink.values('Orders'), sink.values('RequestSuccess')]).toEqual([[1], [1]]);
  });
});

describe('in durable mode', () => {
  it('everything is written at once: a run that waits never goes on', async () => {
    const handler = middy()
      .use(use())
      .before((request) => operate(request))
      .handler(async (event: any, context) => {
        context.metrics.add('Orders', 'Count', 1);
        if (event.suspended) await new Promise(() => {});
      });
    const context = { ...lambdaContext, lambdaContext };
    void call(handler, { suspended: true }, context);
    await vi.waitFor(() => expect(sink.values('Orders')).toEqual([1]));
    expect(sink.values('OperationLatency')).toEqual([5]);
    expect(sink.values('RequestDuration')).toEqual([]);
    await call(handler, {}, context);
    expect(sink.values('Orders')).toEqual([1, 1]);
    expect(sink.values('RequestDuration')).toHaveLength(1);
  });
});

function thrown(error: unknown): () => never {
  return () => {
    throw error;
  };
}
