// The middleware in Middy's modes of execution, and in what can happen to a request.
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import middy from '@middy/core';
import { type Invocation, invocationOf } from '@tabletheory/invocation';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { validator } from './index.ts';

const body = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] } as const;
const query = { type: 'object', properties: { limit: { type: 'integer', default: 20 } } } as const;
const event = (id: unknown = 'o-1', rawQueryString = '') => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ id }),
  rawQueryString,
});
const lambdaContext = (remaining = 30_000) => ({ getRemainingTimeInMillis: () => remaining }) as any;

describe('in streamed mode', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('the input is there, and a response that is no stream is checked', async () => {
    vi.stubGlobal('awslambda', {
      streamifyResponse: (handler: unknown) => handler,
      HttpResponseStream: { from: (stream: PassThrough) => stream },
    });
    const { executionModeStreamifyResponse } = await import('@middy/core/StreamifyResponse');
    const respond = middy({ executionMode: executionModeStreamifyResponse })
      .use(validator({ body, response: body }))
      .handler(async (_event, { input }) => ({
        statusCode: 200,
        body: input.id === 'bad' ? '{}' : JSON.stringify(input),
      })) as unknown as (event: unknown, stream: PassThrough, context: object) => Promise<void>;
    const stream = new PassThrough();
    await respond(event(), stream, lambdaContext());
    expect(await text(stream)).toBe('{"id":"o-1"}');
    await expect(respond(event('bad'), new PassThrough(), lambdaContext())).rejects.toMatchObject({ statusCode: 500 });
    await expect(respond(event(1), new PassThrough(), lambdaContext())).rejects.toMatchObject({ statusCode: 400 });
  });
});

describe('in durable mode', () => {
  it('every replay finds the same input', async () => {
    const handler = middy()
      .use(validator({ body, query }))
      .handler(async (_event, { input }) => input);
    const sent = event('o-1', 'limit=3');
    for (let replay = 0; replay < 3; replay++) {
      const context = { lambdaContext: lambdaContext(), executionContext: {} } as any;
      expect(await handler(sent, context)).toEqual({ query: { limit: 3 }, body: { id: 'o-1' } });
    }
    expect(sent).toEqual(event('o-1', 'limit=3'));
  });
});

describe('a request', () => {
  it('that runs out of time ends, and the next one is not disturbed by what it left running', async () => {
    const release = Promise.withResolvers<void>();
    const seen: unknown[] = [];
    const handler = middy({ timeoutEarlyInMillis: 5, timeoutEarlyResponse: () => ({ statusCode: 504 }) })
      .use(validator({ body, response: body }))
      .handler(async (_event, { input }) => {
        if (input.id === 'slow') await release.promise;
        seen.push(input.id);
        return { id: input.id };
      });
    expect(await handler(event('slow'), lambdaContext(20))).toEqual({ statusCode: 504 });
    expect(await handler(event('next'), lambdaContext())).toEqual({ id: 'next' });
    release.resolve();
    await vi.waitFor(() => expect(seen).toEqual(['next', 'slow']));
  });

  it('that a later middleware answers early ends, and its response is not checked', async () => {
    let invocation: Invocation | undefined;
    const handler = middy()
      .use(validator({ body, response: body }))
      .before((request) => {
        invocation = invocationOf(request);
        return 'early';
      })
      .handler(async () => ({ id: 'o-1' }));
    expect(await handler(event(), lambdaContext())).toBe('early');
    expect(invocation?.ended).toBe(true);
  });

  it('is one of many at once, by many routes, and each gets its own', async () => {
    const slow = z.object({ id: z.string().refine(async (id) => id !== 'o-13') });
    const handler = middy()
      .use(validator({ routes: { 'POST /a': { body, query }, 'POST /b': { body: slow }, 'GET /c': { query } } }))
      .handler(async (_event, { input }) => {
        await new Promise((resolve) => setImmediate(resolve));
        return input;
      });
    const routes = ['POST /a', 'POST /b', 'GET /c', 'GET /d'];
    const answers = Array.from({ length: 200 }, (_, i) =>
      handler({ ...event(`o-${i}`, `limit=${i}`), routeKey: routes[i % 4] }, lambdaContext()),
    );
    const expected = (i: number) => [
      { query: { limit: i }, body: { id: `o-${i}` } },
      { id: `o-${i}` },
      { limit: i },
      undefined,
    ];
    for (const [i, answer] of (await Promise.allSettled(answers)).entries()) {
      if (i === 13) expect(answer).toMatchObject({ status: 'rejected', reason: { statusCode: 400 } });
      else expect(answer).toEqual({ status: 'fulfilled', value: expected(i)[i % 4] });
    }
  });

  it('may pass two validators, one of them of responses alone', async () => {
    const handler = middy()
      .use(validator({ body }))
      .use(validator({ query, contextKey: 'page' }))
      .use(validator({ response: { type: 'array' } }))
      .handler(async (_event, { input, page }) => [input.id, page.limit]);
    expect(await handler(event(), lambdaContext())).toEqual(['o-1', 20]);
  });
});
