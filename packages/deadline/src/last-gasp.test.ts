import { once } from 'node:events';
import middy from '@middy/core';
import { type InvocationEnd, invocationOf, type Log, type TableOperation } from '@tabletheory/invocation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deadline } from './middleware.ts';
import { call, lambdaContext, untilAborted } from './test-chain.ts';

beforeEach(() => vi.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const query: TableOperation = { name: 'Query', tables: ['orders'], models: ['Order'], index: 'byStatus' };
const get: TableOperation = { name: 'GetItem', tables: ['customers'], models: ['Customer'] };
const done = { durationMs: 1, attempts: [], consumed: [], items: 0 };

/** A sibling that offers a log and tells what it is told. */
const sibling = (lines: unknown[], told: unknown[] = [], ends: InvocationEnd[] = []): middy.MiddlewareObj => ({
  before: (request) => {
    const invocation = invocationOf(request);
    const warn: Log['warn'] = (...line) => void lines.push(line);
    Object.assign(invocation as object, { log: { warn } });
    invocation?.onDeadline(() => void told.push([invocation.ended, invocation.signal?.aborted]));
    invocation?.onEnd((end) => void ends.push(end));
  },
});

describe('when the deadline strikes', () => {
  it('one warning tells what is in flight, and the siblings are told once', async () => {
    const lines: unknown[] = [];
    const told: unknown[] = [];
    const handler = middy()
      .use(deadline())
      .use(sibling(lines, told))
      .before(async (request) => {
        const observe = invocationOf(request)?.observe;
        observe?.(get)?.(done);
        observe?.(query);
        await vi.advanceTimersByTimeAsync(4_000);
        observe?.(get);
      })
      .handler(async (_event, context) => {
        await vi.advanceTimersByTimeAsync(30_000);
        return context.deadline.signal.aborted;
      });
    expect(await call(handler, lambdaContext(10_000))).toBe(true);
    expect(lines).toEqual([
      [
        {
          reserve_ms: 250,
          in_flight: 2,
          operations: [
            { ...query, running_ms: 9_750 },
            { ...get, index: undefined, running_ms: 5_750 },
          ],
        },
        'deadline reached',
      ],
    ]);
    expect(told).toEqual([[false, true]]);
  });

  it('of many operations the oldest are told', async () => {
    const lines: any[] = [];
    const handler = middy()
      .use(deadline())
      .use(sibling(lines))
      .before((request) => {
        for (let i = 0; i < 100; i++) invocationOf(request)?.observe?.({ ...get, name: `Get${i}` });
      })
      .handler(async () => {
        await vi.advanceTimersByTimeAsync(10_000);
      });
    await call(handler, lambdaContext(10_000));
    expect(lines[0][0].in_flight).toBe(100);
    expect(lines[0][0].operations).toHaveLength(20);
    expect(lines[0][0].operations[0].name).toBe('Get0');
  });

  it.each([
    ['nobody logs', undefined],
    [
      'the log throws',
      {
        warn: () => {
          throw new Error('no destination');
        },
      },
    ],
  ])('and %s, the siblings are told nevertheless', async (_case, log) => {
    const told = vi.fn();
    const handler = middy()
      .use(deadline())
      .before((request) => {
        Object.assign(invocationOf(request) as object, { log });
        invocationOf(request)?.onDeadline(told);
      })
      .handler(async () => {
        await vi.advanceTimersByTimeAsync(10_000);
        return 'ok';
      });
    expect(await call(handler, lambdaContext(10_000))).toBe('ok');
    expect(told).toHaveBeenCalledOnce();
  });

  it('before the siblings are there, they are told when they are', async () => {
    const lines: unknown[] = [];
    const told: unknown[] = [];
    const handler = middy()
      .use(deadline())
      .use(sibling(lines, told))
      .handler(async (_event, context) => {
        expect(context.deadline.signal.aborted).toBe(true);
        expect(lines).toEqual([]);
        await vi.advanceTimersByTimeAsync(0);
      });
    await call(handler, lambdaContext(100));
    expect(lines).toHaveLength(1);
    expect(told).toHaveLength(1);
  });

  it('and fails a request at once, the warning is written nevertheless', async () => {
    const lines: unknown[] = [];
    const handler = middy()
      .use(deadline())
      .use(sibling(lines))
      .handler((_event, context) => context.deadline.signal.throwIfAborted());
    await expect(call(handler, lambdaContext(100))).rejects.toMatchObject({ code: 'DEADLINE_REACHED' });
    expect(lines).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('nothing is written by a request in time', async () => {
    const lines: unknown[] = [];
    const told: unknown[] = [];
    const handler = middy()
      .use(deadline())
      .use(sibling(lines, told))
      .handler(() => 'ok');
    await call(handler, lambdaContext(10_000));
    await vi.advanceTimersByTimeAsync(20_000);
    expect([lines, told]).toEqual([[], []]);
  });
});

describe('a request that Lambda has left behind', () => {
  /** A request that never ends, as that of a durable function that waits, and then one that does. */
  const leaveBehind = async (nextRequest: () => void): Promise<{ lines: unknown[]; aborted: boolean[] }> => {
    const lines: unknown[] = [];
    const signals: AbortSignal[] = [];
    const handler = middy()
      .use(deadline())
      .use(sibling(lines))
      .handler((event: unknown, context) => {
        signals.push(context.deadline.signal);
        return event === 'waits' ? new Promise(() => {}) : 'ok';
      });
    void call(handler, { lambdaContext: lambdaContext(10_000) }, 'waits');
    await vi.advanceTimersByTimeAsync(5_000);
    nextRequest();
    await call(handler, { lambdaContext: lambdaContext(10_000) }, 'replayed');
    await vi.advanceTimersByTimeAsync(20_000);
    return { lines, aborted: signals.map(({ aborted }) => aborted) };
  };
  const header = (parent: string) => `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=${parent};Sampled=1`;

  it('is silent in a later one, and what it had begun is stopped', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', header('53995c3f42cd8ad8'));
    const { lines, aborted } = await leaveBehind(() => vi.stubEnv('_X_AMZN_TRACE_ID', header('1111111111111111')));
    expect(lines).toEqual([]);
    expect(aborted).toEqual([true, false]);
  });

  it("is known by Lambda's invoke store as well", async () => {
    let parent = '53995c3f42cd8ad8';
    vi.stubGlobal('awslambda', { InvokeStore: { getXRayTraceId: () => header(parent) } });
    const { lines } = await leaveBehind(() => {
      parent = '1111111111111111';
    });
    expect(lines).toEqual([]);
  });

  it('cannot be told from a running one outside Lambda', async () => {
    const { lines } = await leaveBehind(() => {});
    expect(lines).toHaveLength(1);
  });
});

describe('of interleaved requests', () => {
  it('each tells its own operations', async () => {
    vi.useRealTimers();
    const lines = new Map<unknown, any[]>();
    const handler = middy()
      .use(deadline({ reserve: 29_950 }))
      .before((request) => {
        const invocation = invocationOf(request);
        const own: unknown[] = [];
        lines.set(request.event, own);
        Object.assign(invocation as object, { log: { warn: (record: unknown) => void own.push(record) } });
        invocation?.observe?.({ ...query, name: String(request.event) });
      })
      .handler(async (_event: unknown, context) => {
        await untilAborted(context.deadline.signal);
      });
    const events = Array.from({ length: 20 }, (_, i) => `Query${i}`);
    await Promise.all(events.map((event) => call(handler, lambdaContext(30_000), event)));
    for (const event of events) {
      expect(lines.get(event)).toMatchObject([{ in_flight: 1, operations: [{ name: event }] }]);
    }
  });

  it('the signal comes before the siblings are told', async () => {
    vi.useRealTimers();
    const order: string[] = [];
    const handler = middy()
      .use(deadline({ reserve: 29_980 }))
      .before((request) => invocationOf(request)?.onDeadline(() => void order.push('siblings')))
      .handler(async (_event, context) => {
        context.deadline.signal.addEventListener('abort', () => order.push('signal'));
        await once(context.deadline.signal, 'abort');
      });
    await call(handler, lambdaContext(30_000));
    expect(order).toEqual(['signal', 'siblings']);
  });
});
