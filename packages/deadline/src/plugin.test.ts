import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import middy from '@middy/core';
import { type InvocationEnd, invocationOf, invocationPlugin } from '@tabletheory/invocation';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BudgetExceededError } from './budget-exceeded-error.ts';
import { DeadlineReachedError } from './deadline-reached-error.ts';
import { deadline } from './middleware.ts';
import { deadlinePlugin, deadlinePluginValidateOptions } from './plugin.ts';
import { call, lambdaContext } from './test-chain.ts';

const never = (): Promise<never> => new Promise(() => {});
const problem = {
  statusCode: 504,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify({
    type: 'about:blank',
    title: 'Gateway Timeout',
    status: 504,
    detail: 'The request took too long.',
    code: 'DEADLINE_REACHED',
    instance: 'r-1',
  }),
};

describe('an early response', () => {
  it('answers while the handler still runs, after the signal has aborted', async () => {
    const seen: unknown[] = [];
    const handler = middy(deadlinePlugin({ reserve: 29_900 }))
      .use(deadline({ reserve: 29_960, earlyResponse: true }))
      .onError((request) => void seen.push(request.error, invocationOf(request)?.signal?.aborted))
      .handler(never);
    expect(await call(handler, lambdaContext(30_000))).toEqual(problem);
    expect(seen).toEqual([expect.any(DeadlineReachedError), true]);
    expect(seen[0]).toMatchObject({ reserve: 29_900 });
  });

  it('answers where the handler stops by itself', async () => {
    const handler = middy()
      .use(deadline({ reserve: 29_980, earlyResponse: true }))
      .handler(async (_event, context) => {
        await sleep(600_000, undefined, { signal: context.deadline.signal });
      });
    expect(await call(handler, lambdaContext(30_000))).toEqual(problem);
  });

  it("answers Middy's own early timeout", async () => {
    const handler = middy({ timeoutEarlyInMillis: 29_980 })
      .use(deadline({ earlyResponse: true }))
      .handler(never);
    expect(await call(handler, lambdaContext(30_000))).toEqual(problem);
  });

  it('can be a response of the application', async () => {
    const handler = middy(deadlinePlugin({ reserve: 29_980 }))
      .use(
        deadline({
          reserve: 29_990,
          earlyResponse: ({ event, error }) => ({ statusCode: 202, body: `${(event as any).id} ${error?.name}` }),
        }),
      )
      .handler(never);
    expect(await call(handler, lambdaContext(30_000), { id: 'o-1' })).toEqual({
      statusCode: 202,
      body: 'o-1 DeadlineReachedError',
    });
  });

  it('is told to the clean-up, and what another middleware has answered is left', async () => {
    const ends: InvocationEnd[] = [];
    const chain = () =>
      middy(deadlinePlugin({ reserve: 29_980 }))
        .use(deadline({ reserve: 29_990, earlyResponse: true }))
        .before((request) => invocationOf(request)?.onEnd((end) => void ends.push(end)));
    await call(chain().handler(never), lambdaContext(30_000));
    const handler = chain()
      .onError((request) => {
        request.response = 'answered';
      })
      .handler(never);
    expect(await call(handler, lambdaContext(30_000))).toBe('answered');
    expect(ends).toEqual([
      { outcome: 'error', error: expect.any(DeadlineReachedError), response: problem },
      { outcome: 'error', error: expect.any(DeadlineReachedError), response: 'answered' },
    ]);
  });

  it.each([
    ['another error', new Error('failed')],
    ['a budget', new BudgetExceededError(10)],
    ["another timeout of the handler's", new DOMException('took too long', 'TimeoutError')],
    ['no Error', 'failed'],
    ['nothing', undefined],
  ])('is no answer to %s', async (_what, error) => {
    const handler = middy()
      .use(deadline({ earlyResponse: true }))
      .handler(() => {
        throw error;
      });
    await expect(call(handler, lambdaContext(10_000))).rejects.toBe(error);
  });

  it('answers an error in an earlier before as well', async () => {
    const handler = middy()
      .before(() => {
        throw new Error('aborted', { cause: new DeadlineReachedError(250) });
      })
      .use(deadline({ earlyResponse: true }))
      .handler(never);
    expect(await call(handler, lambdaContext(10_000))).toEqual(problem);
  });

  it('is not given unless it is asked for', async () => {
    const handler = middy(deadlinePlugin({ reserve: 29_980 }))
      .use(deadline({ earlyResponse: false }))
      .handler(never);
    await expect(call(handler, lambdaContext(30_000))).rejects.toBeInstanceOf(DeadlineReachedError);
  });
});

describe('the plugin', () => {
  it('makes the request fail without the middleware, too', async () => {
    const handler = middy(deadlinePlugin({ reserve: 29_980 })).handler(never);
    await expect(call(handler, lambdaContext(30_000))).rejects.toMatchObject({ statusCode: 504, reserve: 29_980 });
  });

  it('has no part in a request in time', async () => {
    const handler = middy(deadlinePlugin())
      .use(deadline())
      .handler(async () => 'ok');
    expect(await call(handler, lambdaContext(30_000))).toBe('ok');
  });

  it('can go together with another one', async () => {
    const handler = middy({ ...deadlinePlugin({ reserve: 29_980 }), ...invocationPlugin() })
      .use(deadline({ earlyResponse: true }))
      .handler(never);
    expect(await call(handler, lambdaContext(30_000))).toEqual(problem);
  });

  it.each([
    ['the plugin', deadlinePlugin({ reserve: 29_980 })],
    ["Middy's own early timeout", { timeoutEarlyInMillis: 29_980 }],
  ])('when %s comes before the deadline, the signal aborts with it', async (_what, plugin) => {
    const lines: unknown[] = [];
    let signal: AbortSignal | undefined;
    const handler = middy(plugin)
      .use(deadline())
      .before((request) => {
        Object.assign(invocationOf(request) as object, { log: { warn: (...line: unknown[]) => lines.push(line) } });
      })
      .handler((_event, context) => {
        signal = context.deadline.signal;
        return never();
      });
    await expect(call(handler, lambdaContext(30_000))).rejects.toThrow();
    expect(signal?.aborted).toBe(true);
    expect(lines).toEqual([[{ reserve_ms: 250, in_flight: 0, operations: [] }, 'deadline reached']]);
  });

  it('the request after one that was left behind is as any other', async () => {
    const handler = middy(deadlinePlugin({ reserve: 29_980 }))
      .use(deadline({ reserve: 29_990, earlyResponse: true }))
      .handler(async (event: unknown) => (event === 'hangs' ? never() : 'ok'));
    expect(await call(handler, lambdaContext(30_000), 'hangs')).toEqual(problem);
    expect(await call(handler, lambdaContext(60_000), 'next')).toBe('ok');
  });

  it.each([
    [{ reserve: 0 }, 'option reserve must be at least 1'],
    [{ reserve: 1.5 }, 'option reserve must be an integer'],
    [{ reserve: '10%' }, 'option reserve must be a number'],
    [{ reserve: 900_001 }, 'option reserve must be at most 900000'],
    [{ timeout: 1 }, 'option timeout is unknown; known are reserve'],
  ])('refuses the options %o when it is made', (options, wrong) => {
    const expected = new TypeError(`@tabletheory/deadline: ${wrong}`);
    expect(() => deadlinePlugin(options as object)).toThrow(expected);
    expect(() => deadlinePluginValidateOptions(options as object)).toThrow(expected);
  });
});

describe('in streamed mode', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('the early response is streamed, with its status', async () => {
    let metadata: unknown;
    vi.stubGlobal('awslambda', {
      streamifyResponse: (handler: unknown) => handler,
      HttpResponseStream: {
        from: (stream: PassThrough, given: unknown) => {
          metadata = given;
          return stream;
        },
      },
    });
    const { executionModeStreamifyResponse } = await import('@middy/core/StreamifyResponse');
    const stream = new PassThrough();
    const handler = middy({
      ...deadlinePlugin({ reserve: 29_980 }),
      executionMode: executionModeStreamifyResponse,
    })
      .use(deadline({ reserve: 29_990, earlyResponse: true }))
      .handler(never) as unknown as (event: unknown, stream: PassThrough, context: object) => Promise<void>;
    await handler({}, stream, lambdaContext(30_000));
    expect(metadata).toEqual({ statusCode: 504, headers: problem.headers });
    expect(await text(stream)).toBe(problem.body);
  });
});

describe('in durable mode', () => {
  it("the time is that of Lambda's context", async () => {
    const handler = middy(deadlinePlugin({ reserve: 29_980 }))
      .use(deadline({ reserve: 29_990 }))
      .handler(never);
    await expect(call(handler, { lambdaContext: lambdaContext(30_000) })).rejects.toMatchObject({ reserve: 29_980 });
  });
});
