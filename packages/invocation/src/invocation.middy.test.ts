// How a request's record lives and ends in real Middy chains.
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import middy from '@middy/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  enter,
  type Invocation,
  type InvocationEnd,
  invocationOf,
  invocationPlugin,
  leave,
  type MiddyRequest,
} from './invocation.ts';

/** A middleware of the suite, as small as one can be. It records the ends its clean-up was told of. */
function member(ends: InvocationEnd[], dispose?: () => void | Promise<void>): middy.MiddlewareObj {
  const middleware = {};
  return {
    before: (request) => {
      enter(request, middleware).onEnd((end) => {
        ends.push(end);
        return dispose?.();
      });
    },
    after: (request) => leave(request, middleware),
    onError: (request) => leave(request, middleware),
  };
}

const call = (handler: unknown, event: unknown = {}, context: object = {}): Promise<unknown> =>
  (handler as (event: unknown, context: object) => Promise<unknown>)(event, context);

const failure = new Error('failed');
const fail = (): never => {
  throw failure;
};
/** A hook that works and returns nothing. */
const pass = (): void => {};

describe('a request ends once', () => {
  it('in success', async () => {
    const ends: InvocationEnd[] = [];
    const handler = middy()
      .use(member(ends))
      .use(member(ends))
      .handler(() => 'ok');
    expect(await call(handler)).toBe('ok');
    expect(ends).toEqual([
      { outcome: 'success', response: 'ok' },
      { outcome: 'success', response: 'ok' },
    ]);
  });

  it('when the first of ours leaves, not when an inner one does', async () => {
    const seen: string[] = [];
    const watch = (name: string): middy.MiddlewareObj => ({
      after: (request) => void seen.push(`${name} ${invocationOf(request)?.ended}`),
    });
    const handler = middy()
      .use(watch('outside'))
      .use(member([]))
      .use(watch('between'))
      .use(member([]))
      .handler(() => 'ok');
    await call(handler);
    expect(seen).toEqual(['between false', 'outside true']);
  });

  it.each([
    ['a later before', { before: fail }, pass],
    ['the handler', {}, fail],
    ['a later after', { after: fail }, pass],
  ])('in an error thrown by %s', async (_by, hooks, run) => {
    const ends: InvocationEnd[] = [];
    const response = { statusCode: 500 };
    const handler = middy()
      .use(member(ends))
      .use({ before: pass, ...hooks })
      .onError((request) => {
        request.response = response;
      })
      .handler(run);
    expect(await call(handler)).toBe(response);
    expect(ends).toEqual([{ outcome: 'error', error: failure, response }]);
  });

  it('in an error nothing has handled', async () => {
    const ends: InvocationEnd[] = [];
    const handler = middy().use(member(ends)).handler(fail);
    await expect(call(handler)).rejects.toBe(failure);
    expect(ends).toEqual([{ outcome: 'error', error: failure, response: undefined }]);
  });

  it('after clean-up that takes time', async () => {
    let done = false;
    const dispose = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      done = true;
    };
    await call(
      middy()
        .use(member([], dispose))
        .handler(() => 'ok'),
    );
    expect(done).toBe(true);
    done = false;
    await expect(call(middy().use(member([], dispose)).handler(fail))).rejects.toBe(failure);
    expect(done).toBe(true);
  });
});

describe.each([
  ['with the plugin', invocationPlugin()],
  ['without the plugin', {}],
])('when Middy breaks off, %s, a request ends', (_with, plugin) => {
  it('in an early response of a before', async () => {
    const ends: InvocationEnd[] = [];
    const handler = middy(plugin)
      .use(member(ends))
      .before(() => 'early')
      .handler(fail);
    expect(await call(handler)).toBe('early');
    expect(ends).toEqual([{ outcome: 'early', response: 'early' }]);
  });

  it('in an early response that is assigned', async () => {
    const ends: InvocationEnd[] = [];
    const handler = middy(plugin)
      .use(member(ends))
      .before((request) => {
        request.earlyResponse = undefined;
      })
      .handler(fail);
    expect(await call(handler)).toBeUndefined();
    expect(ends).toEqual([{ outcome: 'early', response: undefined }]);
  });

  it('in an early response of an after', async () => {
    const ends: InvocationEnd[] = [];
    const handler = middy(plugin)
      .use(member(ends))
      .after(() => 'replaced')
      .handler(() => 'ok');
    expect(await call(handler)).toBe('replaced');
    expect(ends).toEqual([{ outcome: 'success', response: 'replaced' }]);
  });

  it('in a response an onError returns', async () => {
    const ends: InvocationEnd[] = [];
    const handler = middy(plugin)
      .use(member(ends))
      .onError(() => 'sorry')
      .handler(fail);
    expect(await call(handler)).toBe('sorry');
    expect(ends).toEqual([{ outcome: 'error', error: failure, response: 'sorry' }]);
  });

  it.each([
    ['another error', new Error('second')],
    ['the same error', failure],
    ['a primitive', 'second'],
  ])('in %s thrown by an onError', async (_what, second) => {
    const ends: InvocationEnd[] = [];
    const handler = middy(plugin)
      .use(member(ends))
      .onError(() => {
        throw second;
      })
      .handler(fail);
    await expect(call(handler)).rejects.toBe(second);
    expect(ends).toEqual([{ outcome: 'error', error: second }]);
  });
});

describe('a request goes on', () => {
  it('when an onError puts another error in place of the first', async () => {
    const ends: InvocationEnd[] = [];
    const mapped = new Error('mapped');
    let endedInBetween: boolean | undefined;
    const handler = middy()
      .use(member(ends))
      .onError((request) => {
        endedInBetween = invocationOf(request)?.ended;
      })
      .onError((request) => {
        request.error = mapped;
      })
      .handler(fail);
    await expect(call(handler)).rejects.toBe(mapped);
    expect(endedInBetween).toBe(false);
    expect(ends).toEqual([{ outcome: 'error', error: mapped, response: undefined }]);
  });

  it('when a hook assigns an early response and then throws', async () => {
    const ends: InvocationEnd[] = [];
    const handler = middy()
      .use(member(ends))
      .before((request) => {
        request.earlyResponse = 'early';
        fail();
      })
      .handler(pass);
    await expect(call(handler)).rejects.toBe(failure);
    expect(ends).toEqual([{ outcome: 'error', error: failure, response: undefined }]);
  });
});

describe('response and error of a request', () => {
  it('remain what other middlewares can list and define anew', async () => {
    const handler = middy()
      .use(member([]))
      .after((request) => {
        expect(Object.keys(request)).toEqual(expect.arrayContaining(['response', 'error']));
        for (const name of ['response', 'error']) {
          Object.defineProperty(request, name, { value: undefined, writable: true, configurable: true });
        }
        request.response = 'other';
      })
      .handler(async () => 'own');
    expect(await call(handler)).toBe('other');
  });

  it.each([undefined, null])('an onError may take the error away: %s', async (none) => {
    const ends: InvocationEnd[] = [];
    const handler = middy()
      .use(member(ends))
      .onError((request) => {
        request.error = none as null;
        request.response = 'answered';
      })
      .handler(fail);
    expect(await call(handler)).toBe('answered');
    expect(ends).toEqual([{ outcome: 'success', response: 'answered' }]);
  });

  it('a thrown value that is no error does not end it before it is answered', async () => {
    const ends: InvocationEnd[] = [];
    const handler = middy()
      .use(member(ends))
      .onError((request) => {
        request.response = 'answered';
      })
      .handler(() => Promise.reject('text'));
    expect(await call(handler)).toBe('answered');
    expect(ends).toMatchObject([{ outcome: 'error', response: 'answered' }]);
  });

  it('an error in place of another, made of a third, does not end it', async () => {
    const ends: InvocationEnd[] = [];
    const other = Object.assign(new Error('other'), { originalError: new Error('third') });
    const handler = middy()
      .use(member(ends))
      .onError((request) => {
        request.error = other;
      })
      .onError((request) => {
        request.response ??= 'answered';
      })
      .handler(fail);
    await call(handler).catch(() => {});
    expect(ends).toEqual([{ outcome: 'error', error: other, response: 'answered' }]);
  });
});

describe('the plugin', () => {
  it('awaits clean-up that an early response began', async () => {
    let done = false;
    const dispose = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      done = true;
    };
    const handler = middy(invocationPlugin())
      .use(member([], dispose))
      .before(() => 'early')
      .handler(fail);
    await call(handler);
    expect(done).toBe(true);
  });

  it('does nothing where no middleware of ours has seen the request', async () => {
    expect(await call(middy(invocationPlugin()).handler(() => 'ok'))).toBe('ok');
  });
});

describe('a request that fails before the first of ours', () => {
  it('has no record, and leaving it does nothing', async () => {
    const ends: InvocationEnd[] = [];
    let record: Invocation | undefined;
    const handler = middy()
      .before(fail)
      .use(member(ends))
      .onError((request) => {
        record = invocationOf(request);
      })
      .handler(pass);
    await expect(call(handler)).rejects.toBe(failure);
    expect(record).toBeUndefined();
    expect(ends).toEqual([]);
  });
});

describe('each request has its own record', () => {
  const recordOf = (records: Map<string, Invocation>): middy.MiddlewareObj => ({
    before: (request) => {
      records.set(request.context.awsRequestId, invocationOf(request)!);
    },
  });

  it('when two are interleaved', async () => {
    const records = new Map<string, Invocation>();
    const ends: InvocationEnd[] = [];
    const secondStarted = Promise.withResolvers<void>();
    const firstEnded = Promise.withResolvers<void>();
    const handler = middy()
      .use(member(ends))
      .use(recordOf(records))
      .handler(async (event: unknown) => {
        if (event === 'first') {
          await secondStarted.promise;
        } else {
          secondStarted.resolve();
          await firstEnded.promise;
        }
        return event;
      });
    const first = call(handler, 'first', { awsRequestId: 'r-1' });
    const second = call(handler, 'second', { awsRequestId: 'r-2' });
    expect(await first).toBe('first');
    expect(records.get('r-1')).toMatchObject({ requestId: 'r-1', ended: true });
    expect(records.get('r-2')).toMatchObject({ requestId: 'r-2', ended: false });
    firstEnded.resolve();
    expect(await second).toBe('second');
    expect(records.get('r-2')?.ended).toBe(true);
    expect(ends.map(({ response }) => response)).toEqual(['first', 'second']);
  });

  it('when one Middy handler calls another with its own context', async () => {
    const innerEnds: InvocationEnd[] = [];
    const outerEnds: InvocationEnd[] = [];
    const inner = middy()
      .use(member(innerEnds))
      .handler(() => 'inner');
    const outer = middy()
      .use(member(outerEnds))
      .handler(async (event, context) => {
        const response = await call(inner, event, context);
        expect(innerEnds).toEqual([{ outcome: 'success', response: 'inner' }]);
        expect(outerEnds).toEqual([]);
        return `outer of ${response}`;
      });
    await call(outer);
    expect(outerEnds).toEqual([{ outcome: 'success', response: 'outer of inner' }]);
  });

  it('which two copies of this package share', async () => {
    vi.resetModules();
    const copy = await import('./invocation.ts');
    const found: unknown[] = [];
    const handler = middy()
      .use(member([]))
      .before((request: MiddyRequest) => void found.push(invocationOf(request), copy.enter(request, {})))
      .handler(() => 'ok');
    await call(handler);
    expect(copy.enter).not.toBe(enter);
    expect(found[0]).toBeDefined();
    expect(found[1]).toBe(found[0]);
  });
});

describe('in streamed mode', () => {
  afterEach(() => vi.unstubAllGlobals());

  const streamed = async (build: (chain: middy.MiddyfiedHandler) => unknown): Promise<string> => {
    // What Lambda offers a function that streams its response.
    vi.stubGlobal('awslambda', {
      streamifyResponse: (handler: unknown) => handler,
      HttpResponseStream: { from: (stream: PassThrough) => stream },
    });
    const { executionModeStreamifyResponse } = await import('@middy/core/StreamifyResponse');
    const handler = build(middy({ executionMode: executionModeStreamifyResponse })) as (
      ...args: unknown[]
    ) => Promise<void>;
    const stream = new PassThrough();
    const [body] = await Promise.all([text(stream), handler({}, stream, {}).finally(() => stream.end())]);
    return body;
  };

  it('a request ends in success', async () => {
    const ends: InvocationEnd[] = [];
    const body = await streamed((chain) => chain.use(member(ends)).handler(() => ({ statusCode: 200, body: 'ok' })));
    expect(body).toBe('ok');
    expect(ends).toEqual([{ outcome: 'success', response: { statusCode: 200, body: 'ok' } }]);
  });

  it('a request ends in an early response', async () => {
    const ends: InvocationEnd[] = [];
    const body = await streamed((chain) =>
      chain
        .use(member(ends))
        .before(() => 'early')
        .handler(fail),
    );
    expect(body).toBe('early');
    expect(ends).toEqual([{ outcome: 'early', response: 'early' }]);
  });

  it('a request ends in an error, also one thrown by an onError', async () => {
    const ends: InvocationEnd[] = [];
    await expect(streamed((chain) => chain.use(member(ends)).handler(fail))).rejects.toBe(failure);
    const second = new Error('second');
    const rethrow = () => {
      throw second;
    };
    await expect(streamed((chain) => chain.use(member(ends)).onError(rethrow).handler(fail))).rejects.toBe(second);
    expect(ends).toEqual([
      { outcome: 'error', error: failure, response: undefined },
      { outcome: 'error', error: second },
    ]);
  });
});
