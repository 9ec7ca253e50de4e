import { execFile } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import middy from '@middy/core';
import { invocationOf } from '@tabletheory/invocation';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Deadline } from './deadline.ts';
import { DeadlineReachedError } from './deadline-reached-error.ts';
import { deadline, deadlineValidateOptions } from './middleware.ts';
import { call, lambdaContext, untilAborted } from './test-chain.ts';

const failure = new Error('failed');
const fail = (): never => {
  throw failure;
};

describe('the deadline of a request', () => {
  it('aborts before the Lambda timeout, while the handler awaits', async () => {
    const before = Date.now();
    const handler = middy()
      .use(deadline({ reserve: 29_950 }))
      .handler(async (_event, context) => {
        expect(context.deadline.signal.aborted).toBe(false);
        expect(context.deadline.remaining()).toBeLessThanOrEqual(50);
        const reason = await untilAborted(context.deadline.signal);
        expect(context.deadline.remaining()).toBe(0);
        return reason;
      });
    const reason = (await call(handler, { getRemainingTimeInMillis: () => 30_000 })) as DeadlineReachedError;
    // It must not fire early; a loaded machine may take long.
    expect(Date.now() - before).toBeGreaterThanOrEqual(45);
    expect(reason).toBeInstanceOf(DeadlineReachedError);
    expect(reason).toMatchObject({
      name: 'DeadlineReachedError',
      code: 'DEADLINE_REACHED',
      reserve: 29_950,
      statusCode: 504,
      expose: false,
      cause: { package: '@tabletheory/deadline' },
    });
    expect(reason.message).toContain('29950 ms before the Lambda timeout');
  });

  it('fires where nothing else keeps the event loop alive', async () => {
    const program = `
      import { startDeadline } from ${JSON.stringify(new URL('./deadline.ts', import.meta.url).href)};
      const { deadline } = startDeadline({ getRemainingTimeInMillis: () => 100 }, 50, () => {});
      deadline.signal.addEventListener('abort', () => console.log(deadline.signal.reason.code));
    `;
    const output = await new Promise<string>((resolve, reject) =>
      execFile(process.execPath, ['--input-type=module', '-e', program], (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      ),
    );
    expect(output.trim()).toBe('DEADLINE_REACHED');
  });

  it('has passed already where no more than the reserve is left', async () => {
    const handler = middy()
      .use(deadline())
      .handler((_event, context) => {
        context.deadline.signal.throwIfAborted();
      });
    await expect(call(handler, { getRemainingTimeInMillis: () => 250 })).rejects.toBeInstanceOf(DeadlineReachedError);
    await expect(call(handler, { getRemainingTimeInMillis: () => -5 })).rejects.toBeInstanceOf(DeadlineReachedError);
  });

  it('is there for the middlewares too, from the first on', async () => {
    const seen: unknown[] = [];
    const handler = middy()
      .use(deadline({ reserve: 0 }))
      .before((request) => {
        const invocation = invocationOf(request);
        seen.push(invocation?.signal, invocation?.remaining);
      })
      .handler((_event, context) => {
        const { signal, remaining } = context.deadline;
        expect(seen).toEqual([signal, remaining]);
        return 'ok';
      });
    expect(await call(handler, lambdaContext(30_000))).toBe('ok');
  });

  it('can have another name', async () => {
    const handler = middy()
      .use(deadline({ contextKey: 'stop' }))
      .handler((_event, context) => context.stop.remaining());
    expect(await call(handler, {})).toBe(Infinity);
  });

  it("is read from Lambda's context in durable mode", async () => {
    const handler = middy()
      .use(deadline({ reserve: 10 }))
      .handler((_event, context) => context.deadline.remaining());
    const remaining = await call(handler, { lambdaContext: lambdaContext(30_000) });
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(29_990);
  });
});

describe('by a clock that stands still', () => {
  beforeEach(() => vi.useFakeTimers({ now: 1_800_000_000_000 }));
  afterEach(() => vi.useRealTimers());

  const deadlineOf = async (context: object, whileRunning: (deadline: Deadline) => void): Promise<void> => {
    await call(
      middy()
        .use(deadline())
        .handler((_event, context) => whileRunning(context.deadline)),
      context,
    );
  };

  it('says when it is and how long until then', async () => {
    await deadlineOf(lambdaContext(10_000), ({ at, remaining, signal }) => {
      expect(at).toBe(1_800_000_009_750);
      expect(remaining()).toBe(9_750);
      vi.advanceTimersByTime(9_749);
      expect(remaining()).toBe(1);
      expect(signal.aborted).toBe(false);
      vi.advanceTimersByTime(1);
      expect(signal.aborted).toBe(true);
      vi.advanceTimersByTime(10_000);
      expect(remaining()).toBe(0);
    });
  });

  it.each([
    ['outside Lambda', {}],
    ['with a context that knows no time', { getRemainingTimeInMillis: () => undefined }],
    ['with a context that has forever', { getRemainingTimeInMillis: () => Infinity }],
  ])('never comes %s', async (_where, context) => {
    await deadlineOf(context, ({ at, remaining, signal }) => {
      expect(at).toBeUndefined();
      expect(remaining()).toBe(Infinity);
      expect(vi.getTimerCount()).toBe(0);
      expect(signal.aborted).toBe(false);
    });
  });

  it('is not a timer of 1 ms where it is further away than timers reach', async () => {
    await deadlineOf({ getRemainingTimeInMillis: () => 2 ** 31 + 250 }, ({ remaining, signal }) => {
      vi.advanceTimersByTime(60_000);
      expect(signal.aborted).toBe(false);
      expect(remaining()).toBe(2 ** 31 - 60_000);
    });
  });

  it.each<[string, (chain: middy.MiddyfiedHandler<any, any, any, any>) => unknown]>([
    ['success', (chain) => chain.handler(() => 'ok')],
    ['an error of the handler', (chain) => chain.handler(fail)],
    ['an error of a later before', (chain) => chain.before(fail).handler(() => 'ok')],
    ['an error of an after', (chain) => chain.after(fail).handler(() => 'ok')],
    ['an error of an onError', (chain) => chain.onError(fail).handler(fail)],
    ['an early response', (chain) => chain.before(() => 'early').handler(fail)],
    ['an early response after the handler', (chain) => chain.after(() => 'late').handler(() => 'ok')],
  ])('leaves no timer and no abort behind after %s', async (_ending, build) => {
    let signal: AbortSignal | undefined;
    let timers: number | undefined;
    const chain = middy()
      .use(deadline())
      .before((request) => {
        signal = request.context.deadline.signal;
        timers = vi.getTimerCount();
      });
    await call(build(chain), lambdaContext(10_000)).catch((error) => expect(error).toBe(failure));
    expect(timers).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(20_000);
    expect(signal?.aborted).toBe(false);
  });
});

describe('two interleaved requests', () => {
  it('have deadlines apart', async () => {
    const signals: AbortSignal[] = [];
    const firstAborted = Promise.withResolvers<void>();
    const handler = middy()
      .use(deadline())
      .handler(async (event: unknown, context) => {
        signals.push(context.deadline.signal);
        if (event === 'long') {
          await firstAborted.promise;
          return [context.deadline.signal.aborted, context.deadline.remaining() > 0];
        }
        await untilAborted(context.deadline.signal);
        firstAborted.resolve();
        return context.deadline.remaining();
      });
    const long = call(handler, lambdaContext(600_000), 'long');
    const short = call(handler, lambdaContext(280), 'short');
    expect(await short).toBe(0);
    expect(await long).toEqual([false, true]);
    expect(new Set(signals).size).toBe(2);
  });
});

describe('an error before the middleware has run', () => {
  it('passes through its onError', async () => {
    const handler = middy()
      .before(fail)
      .use(deadline())
      .handler(() => 'ok');
    await expect(call(handler, lambdaContext(10_000))).rejects.toBe(failure);
  });
});

describe('the signal', () => {
  it('stops what obeys it', async () => {
    const handler = middy()
      .use(deadline({ reserve: 29_990 }))
      .handler(async (_event, context) => {
        await sleep(600_000, undefined, { signal: context.deadline.signal });
      });
    await expect(call(handler, lambdaContext(30_000))).rejects.toMatchObject({
      name: 'AbortError',
      cause: { code: 'DEADLINE_REACHED' },
    });
  });
});

describe('in streamed mode', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('the deadline is there, and gone when the handler has returned', async () => {
    vi.stubGlobal('awslambda', {
      streamifyResponse: (handler: unknown) => handler,
      HttpResponseStream: { from: (stream: PassThrough) => stream },
    });
    const { executionModeStreamifyResponse } = await import('@middy/core/StreamifyResponse');
    const stream = new PassThrough();
    let signal: AbortSignal | undefined;
    const handler = middy({ executionMode: executionModeStreamifyResponse })
      .use(deadline({ reserve: 29_950 }))
      .handler((_event, context) => {
        signal = context.deadline.signal;
        return 'ok';
      }) as unknown as (event: unknown, stream: PassThrough, context: object) => Promise<void>;
    await handler({}, stream, { getRemainingTimeInMillis: () => 30_000 });
    expect(await text(stream)).toBe('ok');
    await sleep(100);
    expect(signal?.aborted).toBe(false);
  });
});

describe('wrong options', () => {
  const reserve = "option reserve must be milliseconds from 0 to 900000, a percentage from '0%' to '99%', or 'auto'";
  it.each([
    [{ reserve: '250' }, reserve],
    [{ reserve: -1 }, reserve],
    [{ reserve: 900_001 }, reserve],
    [{ reserve: Number.NaN }, reserve],
    [{ reserve: '100%' }, reserve],
    [{ reserve: '-5%' }, reserve],
    [{ reserve: '%' }, reserve],
    [{ reserve: 'automatic' }, reserve],
    [{ reserve: {} }, reserve],
    [{ earlyResponse: { statusCode: 504 } }, 'option earlyResponse must be a boolean or a function'],
    [{ contextKey: '' }, 'option contextKey must not be empty'],
    [{ reserved: 250 }, 'option reserved is unknown; known are reserve, earlyResponse, contextKey'],
  ])('%o are refused when the middleware is made', (options, problem) => {
    const expected = new TypeError(`@tabletheory/deadline: ${problem}`);
    expect(() => deadline(options as object)).toThrow(expected);
    expect(() => deadlineValidateOptions(options as object)).toThrow(expected);
  });
});
