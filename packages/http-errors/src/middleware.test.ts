import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import middy from '@middy/core';
import jsonBodyParser from '@middy/http-json-body-parser';
import { createError } from '@middy/util';
import { enter, type InvocationEnd, leave } from '@tabletheory/invocation';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { httpErrors, httpErrorsValidateOptions } from './middleware.ts';
import { answerTo, call, REQUEST_ID, type Response, throwing } from './test-answer.ts';

const CANARY = 'canary-4711';
const coded = (code: string, more: object = {}): Error =>
  Object.assign(new Error(`${CANARY} in table orders-prod`), { code, ...more });

const serverError = { type: 'about:blank', title: 'Internal Server Error', status: 500, instance: REQUEST_ID };

describe('an error of the TableTheory packages', () => {
  it('is answered without its message', async () => {
    const { problem, body, headers, statusCode } = await answerTo(coded('ITEM_NOT_FOUND'));
    expect(statusCode).toBe(404);
    expect(headers).toEqual({ 'content-type': 'application/problem+json' });
    expect(problem).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'The item does not exist.',
      code: 'ITEM_NOT_FOUND',
      instance: REQUEST_ID,
    });
    expect(body).not.toContain(CANARY);
  });

  it('unknown to this version says nothing to the client', async () => {
    expect((await answerTo(coded('SOMETHING_NEW'))).problem).toEqual(serverError);
  });

  it('of the deadline is told by its code, and has a status without a message', async () => {
    for (const code of ['DEADLINE_REACHED', 'BUDGET_EXCEEDED']) {
      const error = coded(code, { statusCode: 504, expose: false });
      const { problem, body } = await answerTo(error);
      expect(problem).toMatchObject({ status: 504, code, detail: 'The request took too long.' });
      expect(body).not.toContain(CANARY);
    }
  });

  it('after which a change may have been made does not ask the client to try again', async () => {
    const { problem, headers } = await answerTo(coded('SERVICE_FAILED', { mayBeDone: true }));
    expect(problem.status).toBe(503);
    expect(problem.detail).toBe('The service is busy. Try again. The change may have been made all the same.');
    expect(headers).not.toHaveProperty('retry-after');
  });

  it('is recognised behind the AbortError of a function of Node', async () => {
    const aborted = new DOMException('aborted', 'AbortError');
    Object.defineProperty(aborted, 'cause', { value: coded('DEADLINE_REACHED') });
    expect((await answerTo(aborted)).problem).toMatchObject({ status: 504, code: 'DEADLINE_REACHED' });
    expect((await answerTo(new DOMException('aborted', 'AbortError'))).problem).toEqual(serverError);
  });
});

describe("an error of Middy's shape", () => {
  it('keeps its status, and its message is the detail', async () => {
    const { problem } = await answerTo(createError(422, 'The order is empty'));
    expect(problem).toEqual({
      type: 'about:blank',
      title: 'Unprocessable Content',
      status: 422,
      detail: 'The order is empty',
      instance: REQUEST_ID,
    });
  });

  it('goes by its own status and message, whatever its code', async () => {
    const error = Object.assign(new Error('No order o-1'), { statusCode: 410, code: 'ITEM_NOT_FOUND' });
    expect((await answerTo(error)).problem).toMatchObject({
      status: 410,
      detail: 'No order o-1',
      code: 'ITEM_NOT_FOUND',
    });
    expect((await answerTo({ ...error, expose: false })).problem).toMatchObject({
      status: 404,
      code: 'ITEM_NOT_FOUND',
    });
  });

  it('may bring headers of its own, those that are about the error', async () => {
    const own = {
      'Retry-After': 30,
      'WWW-Authenticate': 'Bearer',
      Allow: 'GET',
      'set-cookie': CANARY,
      'content-type': 'text/html',
      accept: ['a'],
    };
    const { headers } = await answerTo(Object.assign(createError(429, 'slow down'), { headers: own }));
    expect(headers).toEqual({
      'content-type': 'application/problem+json',
      'retry-after': '30',
      'www-authenticate': 'Bearer',
      allow: 'GET',
    });
    const hidden = Object.assign(createError(502, 'upstream'), { headers: own });
    expect((await answerTo(hidden)).headers).toEqual({ 'content-type': 'application/problem+json' });
  });

  it.each([[415], [422], [429]])('of status %i is told as such', async (status) => {
    expect((await answerTo(createError(status, 'not this'))).problem).toMatchObject({ status, detail: 'not this' });
  });

  it('keeps its code', async () => {
    const error = Object.assign(new Error('3 left'), { statusCode: 409, code: 'OUT_OF_STOCK' });
    expect((await answerTo(error)).problem).toMatchObject({ status: 409, detail: '3 left', code: 'OUT_OF_STOCK' });
  });

  it('may have a status without a phrase, and no message', async () => {
    expect((await answerTo({ statusCode: 499 })).problem).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 499,
      instance: REQUEST_ID,
    });
  });

  it('says nothing when it is not to be exposed', async () => {
    expect((await answerTo(createError(404, CANARY, { expose: false }))).problem).toEqual(serverError);
  });

  it.each([[503], [500], [599]])('keeps the status %i and says no more, even exposed', async (status) => {
    const error = Object.assign(createError(status, CANARY, { expose: true }), { code: CANARY });
    const { problem, body } = await answerTo(error);
    expect(problem.status).toBe(status);
    expect(body).not.toContain(CANARY);
  });

  it.each([[200], [302], [99], [600], [404.5], ['404'], [Number.NaN]])(
    'with status %o is a 500',
    async (statusCode) => {
      const error = Object.assign(new Error(CANARY), { statusCode, expose: true });
      expect((await answerTo(error)).problem).toEqual(serverError);
    },
  );

  it('lists what a JSON schema found, without values', async () => {
    const data = [
      {
        instancePath: '/total',
        schemaPath: '#/properties/total/minimum',
        keyword: 'minimum',
        message: 'must be >= 0',
        params: { limit: 0, given: CANARY },
        data: CANARY,
      },
      { instancePath: '/email', keyword: 'format', message: 'must match format "email"', params: { format: 'email' } },
      CANARY,
      { instancePath: CANARY },
      null,
    ];
    const cause = { package: '@middy/validator', data };
    const { problem, body } = await answerTo(createError(400, 'Event object failed validation', { cause }));
    expect(problem.errors).toEqual([
      { path: '/total', message: 'must be >= 0', keyword: 'minimum' },
      { path: '/email', message: 'must match format "email"', keyword: 'format' },
    ]);
    expect(body).not.toContain(CANARY);
  });

  it('lists 100 of them at most, and none of a 5xx', async () => {
    const entry = { instancePath: '/lines/0', keyword: 'type', message: 'must be object' };
    const cause = { data: new Array(10_000).fill(entry) };
    expect((await answerTo(createError(400, 'many', { cause }))).problem.errors).toHaveLength(100);
    expect((await answerTo(createError(500, 'many', { cause }))).problem).toEqual(serverError);
    expect((await answerTo(createError(502, 'many', { cause }))).problem).not.toHaveProperty('errors');
  });

  it("never has the body that Middy's parser keeps in its cause", async () => {
    const handler = middy()
      .use(httpErrors())
      .use(jsonBodyParser())
      .handler(() => 'ok');
    const event = { headers: { 'content-type': 'application/json' }, body: `{"card": "${CANARY}"` };
    const response = (await call(handler, event)) as Response;
    expect(response.statusCode).toBe(422);
    expect(inspect(response, { depth: Infinity })).not.toContain(CANARY);
    const plain = { headers: { 'content-type': 'text/plain' }, body: CANARY };
    expect(await call(handler, plain)).toMatchObject({ statusCode: 415, body: expect.not.stringContaining(CANARY) });
  });
});

describe("Middy's early timeout", () => {
  it('is a timeout', async () => {
    const handler = middy({ timeoutEarlyInMillis: 29_980 })
      .use(httpErrors())
      .handler(() => new Promise(() => {}));
    const context = { getRemainingTimeInMillis: () => 30_000 };
    const response = await (handler as unknown as (event: unknown, context: object) => Promise<Response>)({}, context);
    expect(JSON.parse(response.body)).toEqual({
      type: 'about:blank',
      title: 'Gateway Timeout',
      status: 504,
      detail: 'The request took too long.',
    });
  });

  it('is not every error of that name', async () => {
    expect((await answerTo(new DOMException(CANARY, 'TimeoutError'))).problem).toEqual(serverError);
  });
});

describe('any other error', () => {
  it.each([
    [new Error(CANARY)],
    [new TypeError(CANARY, { cause: new Error(CANARY) })],
    [Object.assign(new Error(CANARY), { code: 'ECONNREFUSED' })],
    [Object.assign(new Error(CANARY), { code: '__proto__' })],
    [Object.assign(new Error(CANARY), { $metadata: { httpStatusCode: 400 } })],
    [CANARY],
    [null],
    [undefined],
  ])('is a 500 that says nothing: %o', async (error) => {
    expect((await answerTo(error)).problem).toEqual(serverError);
  });
});

describe('statuses of the application', () => {
  const statuses = {
    OUT_OF_STOCK: 409,
    CONDITION_FAILED: 412,
    ITEM_NOT_FOUND: 500,
    ACCESS_DENIED: 403,
    THROTTLED: 429,
  };

  it.each([
    ['OUT_OF_STOCK', 409, undefined],
    ['CONDITION_FAILED', 412, 'The item is not in the state this request requires.'],
    ['ACCESS_DENIED', 403, undefined],
    ['THROTTLED', 429, 'The service is busy. Try again.'],
  ])('answer %s with %i, without its message', async (code, status, detail) => {
    const { problem } = await answerTo(coded(code), { statuses });
    expect([problem.status, problem.code, problem.detail]).toEqual([status, code, detail]);
  });

  it('can keep an error from the client', async () => {
    expect((await answerTo(coded('ITEM_NOT_FOUND'), { statuses })).problem).toEqual(serverError);
  });

  it('go before a status of the error itself', async () => {
    const error = Object.assign(createError(400, '3 left'), { code: 'OUT_OF_STOCK' });
    expect((await answerTo(error, { statuses })).problem).toMatchObject({ status: 409, detail: '3 left' });
    const hidden = { statuses: { OUT_OF_STOCK: 503 } };
    expect((await answerTo(error, hidden)).problem).toEqual({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      code: 'OUT_OF_STOCK',
      instance: REQUEST_ID,
    });
  });
});

describe('in a chain', () => {
  it('lets the other middlewares see the error and the response', async () => {
    const seen: unknown[] = [];
    const watch = (name: string): middy.MiddlewareObj => ({
      onError: (request) => void seen.push([name, request.error?.message, request.response?.statusCode]),
    });
    const handler = middy()
      .use(watch('outside'))
      .use(httpErrors())
      .use(watch('inside'))
      .handler(throwing(createError(404, 'no such order')));
    expect(await call(handler)).toMatchObject({ statusCode: 404 });
    expect(seen).toEqual([
      ['inside', 'no such order', undefined],
      ['outside', 'no such order', 404],
    ]);
  });

  it.each([[[0, 1]], [[1, 0]]])('lets the clean-up of the others see them, in any order (%o)', async (order) => {
    const ends: InvocationEnd[] = [];
    const sibling = {};
    const uses: middy.MiddlewareObj[] = [
      httpErrors(),
      {
        before: (request) => enter(request, sibling).onEnd((end) => void ends.push(end)),
        after: (request) => leave(request, sibling),
        onError: (request) => leave(request, sibling),
      },
    ];
    const chain = middy();
    for (const place of order) chain.use(uses[place] as middy.MiddlewareObj);
    const error = createError(404, 'no such order');
    await call(chain.handler(throwing(error)));
    await call(chain.handler(() => 'ok'));
    expect(ends).toEqual([
      { outcome: 'error', error, response: expect.objectContaining({ statusCode: 404 }) },
      { outcome: 'success', response: 'ok' },
    ]);
  });

  it('answers an error of a middleware that ran before it', async () => {
    const handler = middy()
      .before(throwing(createError(401, 'no token')))
      .use(httpErrors())
      .handler(() => 'ok');
    expect(await call(handler)).toMatchObject({ statusCode: 401 });
  });

  it.each([[{ statusCode: 418 }], [null]])('leaves the response %o of another middleware', async (response) => {
    const handler = middy()
      .use(httpErrors())
      .onError((request) => {
        request.response = response;
      })
      .handler(throwing(new Error('failed')));
    expect(await call(handler)).toBe(response);
  });

  it('has no part in success or in an early response', async () => {
    const chain = () => middy().use(httpErrors());
    expect(await call(chain().handler(() => 'ok'))).toBe('ok');
    expect(
      await call(
        chain()
          .before(() => 'early')
          .handler(throwing(new Error('failed'))),
      ),
    ).toBe('early');
  });

  it('answers two interleaved requests apart', async () => {
    const secondAnswered = Promise.withResolvers<void>();
    const handler = middy()
      .use(httpErrors())
      .handler(async (event: unknown) => {
        if (event === 'first') {
          await secondAnswered.promise;
          throw createError(404, 'first');
        }
        throw createError(409, 'second');
      });
    const first = call(handler, 'first');
    expect(await call(handler, 'second')).toMatchObject({ statusCode: 409, body: expect.stringContaining('second') });
    secondAnswered.resolve();
    expect(await first).toMatchObject({ statusCode: 404, body: expect.stringContaining('first') });
  });
});

describe('in streamed mode', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('the problem is streamed, with its status and headers', async () => {
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
    const handler = middy({ executionMode: executionModeStreamifyResponse })
      .use(httpErrors())
      .handler(throwing(createError(404, 'no such order'))) as unknown as (
      event: unknown,
      stream: PassThrough,
      context: object,
    ) => Promise<void>;
    await handler({}, stream, {});
    expect(metadata).toEqual({ statusCode: 404, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(await text(stream))).toMatchObject({ status: 404, detail: 'no such order' });
  });
});

describe('wrong options', () => {
  it.each([
    [{ statuses: [] }, 'option statuses must be an object'],
    [{ statuses: { A: 200 } }, 'option statuses.A must be at least 400'],
    [{ statuses: { A: 600 } }, 'option statuses.A must be at most 599'],
    [{ statuses: { A: '404' } }, 'option statuses.A must be a number'],
    [{ status: {} }, 'option status is unknown; known are statuses'],
  ])('%o are refused when the middleware is made', (options, problem) => {
    const expected = new TypeError(`@tabletheory/http-errors: ${problem}`);
    expect(() => httpErrors(options as object)).toThrow(expected);
    expect(() => httpErrorsValidateOptions(options as object)).toThrow(expected);
  });
});
