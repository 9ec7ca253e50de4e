import { Readable } from 'node:stream';
import middy from '@middy/core';
import { dynamodb } from '@tabletheory/dynamodb';
import { httpErrors } from '@tabletheory/http-errors';
import { testContext } from '@tabletheory/invocation/testing';
import { logger } from '@tabletheory/logger';
import { captureLines, matchers, useEngine } from '@tabletheory/testkit';
import { describe, expect, it, vi } from 'vitest';
import { keyFromHeader } from './key-from-header.ts';
import { idempotency, idempotencyValidateOptions } from './middleware.ts';
import { call, chain, expire, recordOf } from './test-chain.ts';
import { models } from './test-models.ts';

expect.extend(matchers);
const { tables, client } = useEngine({ models, emptyBeforeEach: true });

describe('a repeated request', () => {
  it.each([
    ['an object', { statusCode: 201, headers: { 'x-a': 'ä' }, body: '{"a":1}' }],
    ['text', 'done'],
    ['null', null],
    ['nothing', undefined],
    ['empty text', ''],
    ['a list', [1, [], {}]],
  ])('is answered with the stored response: %s', async (_what, response) => {
    const run = vi.fn(() => response);
    const handler = chain(tables(), run);
    expect(await call(handler, { key: 'a' })).toEqual(response);
    expect(await call(handler, { key: 'a' })).toEqual(response);
    expect(run).toHaveBeenCalledTimes(1);
    await call(handler, { key: 'b' });
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('is another one in another scope', async () => {
    const run = vi.fn((_event, { idempotency }) => idempotency.id);
    const one = await call(chain(tables(), run, { scope: 'one' }), { key: 'a' });
    const two = await call(chain(tables(), run, { scope: 'two' }), { key: 'a' });
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'orders');
    const orders = await call(chain(tables(), run), { key: 'a' });
    vi.unstubAllEnvs();
    expect(run).toHaveBeenCalledTimes(3);
    expect([one, two, orders].map((id) => id.split('#')[0])).toEqual(['one', 'two', 'orders']);
    expect(one.split('#')[1]).toBe(two.split('#')[1]);
  });

  it('runs again when its response has expired', async () => {
    const run = vi.fn((_event, { awsRequestId }) => awsRequestId);
    const handler = chain(tables(), run, { expiresAfter: 600_000 });
    const first = await call(handler, { key: 'a' });
    const { until, expiresAt } = await recordOf(tables());
    expect(until.getTime()).toBeGreaterThan(Date.now() + 590_000);
    expect(until.getTime()).toBeLessThanOrEqual(Date.now() + 600_000);
    expect(expiresAt.getTime()).toBeGreaterThanOrEqual(until.getTime());
    await expire(tables());
    const second = await call(handler, { key: 'a' });
    expect(second).not.toBe(first);
    expect(await call(handler, { key: 'a' })).toBe(second);
  });

  it('runs once of many that come at once', async () => {
    const finished = Promise.withResolvers<string>();
    const run = vi.fn(() => finished.promise);
    const handler = chain(tables(), run);
    const answers = Array.from({ length: 20 }, () => call(handler, { key: 'a' }).catch(({ code }) => code));
    expect(await Promise.race(answers)).toBe('IDEMPOTENCY_IN_PROGRESS');
    finished.resolve('done');
    const results = await Promise.all(answers);
    expect(results).toContain('done');
    // One that comes late is answered with the response.
    for (const result of results) expect(['done', 'IDEMPOTENCY_IN_PROGRESS']).toContain(result);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('is refused while the first is in progress', async () => {
    const running = Promise.withResolvers<void>();
    const finished = Promise.withResolvers<string>();
    const handler = chain(tables(), () => {
      running.resolve();
      return finished.promise;
    });
    const first = call(handler, { key: 'a' }, testContext({ timeout: 60_000 }));
    await running.promise;
    const error = await call(handler, { key: 'a' }).catch((thrown: unknown) => thrown as any);
    expect(error).toMatchObject({
      name: 'IdempotencyInProgressError',
      statusCode: 409,
      expose: true,
      cause: { package: '@tabletheory/idempotency', data: { retryAfter: expect.any(Number) } },
    });
    expect(error.retryAfter).toBeGreaterThan(40_000);
    expect(error.retryAfter).toBeLessThanOrEqual(61_000);
    expect(error.headers).toEqual({ 'retry-after': String(Math.ceil(error.retryAfter / 1_000)) });
    finished.resolve('done');
    expect(await first).toBe('done');
    expect(await call(handler, { key: 'a' })).toBe('done');
  });

  it('has a key of its own among interleaved requests', async () => {
    const arrivals: (() => void)[] = [];
    const handler = chain(tables(), async ({ body }, { idempotency }) => {
      await new Promise<void>((resolve) => {
        arrivals.push(resolve);
        if (arrivals.length === 2) for (const arrive of arrivals) arrive();
      });
      return { body, token: idempotency.token() };
    });
    const [a, b] = await Promise.all([call(handler, { key: 'a', body: 1 }), call(handler, { key: 'b', body: 2 })]);
    expect([a.body, b.body]).toEqual([1, 2]);
    expect(a.token).not.toBe(b.token);
    expect(await call(handler, { key: 'b', body: 3 })).toEqual(b);
    expect(await call(handler, { key: 'a', body: 3 })).toEqual(a);
  });

  it('has the response as it was where the middleware stands', async () => {
    const appended = (text: string) => (request: { response: any }) => {
      request.response += text;
    };
    const handler = middy()
      .after(appended(' outside'))
      .use(idempotency({ key: () => 'a', tables: tables() }))
      .after(appended(' inside'))
      .handler(async () => 'done');
    expect(await call(handler, {})).toBe('done inside outside');
    expect(await call(handler, {})).toBe('done inside');
  });
});

describe('a key', () => {
  it.each([undefined, '', 5])('must be there: %s', async (key) => {
    const run = vi.fn();
    await expect(call(chain(tables(), run), { key: key as never })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_MISSING',
      statusCode: 400,
      expose: true,
    });
    expect(run).not.toHaveBeenCalled();
  });

  it('may be a header, whatever its case', () => {
    expect(keyFromHeader()({ headers: { 'Idempotency-Key': 'a' } })).toBe('a');
    expect(keyFromHeader('X-Request')({ headers: { 'x-request': 'b' } })).toBe('b');
    expect(keyFromHeader()({ headers: { other: 'a' } })).toBeUndefined();
    expect(keyFromHeader()({ headers: null })).toBeUndefined();
    expect(keyFromHeader()({})).toBeUndefined();
  });

  it('is not stored, however long it is', async () => {
    const key = 'secret'.repeat(1_000);
    await call(
      chain(tables(), () => 'done'),
      { key },
    );
    const record = await recordOf(tables());
    expect(record.id).toMatch(/^function#[\w-]{43}$/);
    expect(JSON.stringify(record)).not.toContain('secret');
  });
});

describe('a payload', () => {
  const payload = ({ body }: { body?: unknown }) => body;

  it('must be the one of the first request', async () => {
    const run = vi.fn(() => 'done');
    const handler = chain(tables(), run, { payload });
    await call(handler, { key: 'a', body: { x: 1, y: [{ p: 1, q: 2 }] } });
    expect(await call(handler, { key: 'a', body: { y: [{ q: 2, p: 1 }], x: 1 } })).toBe('done');
    for (const body of [{ x: 2 }, 'x', undefined, [1]]) {
      await expect(call(handler, { key: 'a', body })).rejects.toMatchObject({
        code: 'IDEMPOTENCY_PAYLOAD_MISMATCH',
        statusCode: 422,
      });
    }
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('is compared while the first request is in progress, and not after it has expired', async () => {
    const handler = chain(
      tables(),
      async ({ body }) => {
        if (body !== 1) return body;
        await expect(call(handler, { key: 'a', body: 2 })).rejects.toMatchObject({ statusCode: 422 });
        return 'done';
      },
      { payload },
    );
    expect(await call(handler, { key: 'a', body: 1 })).toBe('done');
    await expire(tables());
    expect(await call(handler, { key: 'a', body: 2 })).toBe(2);
  });

  it('is not compared with a record that has none', async () => {
    await call(
      chain(tables(), () => 'done'),
      { key: 'a', body: 1 },
    );
    expect(
      await call(
        chain(tables(), () => 'again', { payload }),
        { key: 'a', body: 2 },
      ),
    ).toBe('done');
  });
});

describe('a response that cannot be stored', () => {
  it.each([
    ['too large', () => 'x'.repeat(1_000)],
    ['too large in bytes', () => 'ä'.repeat(60)],
    ['a stream', () => Readable.from(['x'])],
    ['with a stream', () => ({ statusCode: 200, body: new ReadableStream() })],
    ['no JSON', () => 10n],
  ])('is given, and not given again: %s', async (_what, respond) => {
    const run = vi.fn(respond as () => unknown);
    const handler = chain(tables(), run, { maxResponseSize: 100 });
    await call(handler, { key: 'a' });
    await expect(call(handler, { key: 'a' })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_RESPONSE_NOT_STORED',
      statusCode: 409,
    });
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('is stored up to the largest size', async () => {
    const response = 'x'.repeat(380 * 1024 - 2);
    const handler = chain(tables(), () => response, { maxResponseSize: 380 * 1024 });
    await call(handler, { key: 'a' });
    expect((await call(handler, { key: 'a' })).length).toBe(response.length);
  });
});

describe('with its siblings', () => {
  it('uses the tables of the context, and is seen by their observers', async () => {
    const lines = captureLines();
    const handler = middy()
      .use(logger({ service: 'orders', destination: lines }))
      .use(httpErrors())
      .use(dynamodb({ models, client: client() }))
      .use(idempotency({ key: ({ headers }: any) => headers?.['idempotency-key'] }))
      .handler(async () => ({ statusCode: 200, body: 'done' }));
    const event = { headers: { 'idempotency-key': 'a' } };
    expect(await call(handler, event as never)).toEqual({ statusCode: 200, body: 'done' });
    expect(await call(handler, event as never)).toEqual({ statusCode: 200, body: 'done' });
    const missing = await call(handler, { headers: {} } as never);
    expect(missing).toMatchObject({ statusCode: 400 });
    expect(JSON.parse(missing.body)).toMatchObject({ code: 'IDEMPOTENCY_KEY_MISSING', title: 'Bad Request' });
    expect(lines).toHaveLogged({ message: 'request', outcome: 'success', table: { operations: 2 } });
    expect(lines).toHaveLogged({ message: 'request', outcome: 'early', table: { operations: 1 } });
  });

  it('tells when a client may try again', async () => {
    const handler = middy()
      .use(httpErrors())
      .use(idempotency({ key: () => 'a', tables: tables() }))
      .handler(async () => {
        const inner = await call(handler, {});
        expect(inner).toMatchObject({ statusCode: 409, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
        return 'done';
      });
    expect(await call(handler, {})).toBe('done');
  });

  it('says what is missing where there are no tables', async () => {
    const handler = middy()
      .use(idempotency({ key: () => 'a' }))
      .handler(() => {});
    await expect(call(handler, {})).rejects.toThrow(
      /add idempotency: idempotencyModel\(\) to the models of dynamodb\(\)/,
    );
  });

  it('takes tables found in the context', async () => {
    const handler = middy()
      .use(dynamodb({ models, client: client(), contextKey: 'db' }))
      .use(idempotency({ key: () => 'a', tables: ({ db }) => db, contextKey: 'once' }))
      .handler(async (_event, { once }) => once.token('x').length);
    expect(await call(handler, {})).toBe(36);
  });
});

describe('idempotencyValidateOptions', () => {
  it.each([
    ['option key is missing', {}],
    ['option key must be a function', { key: 'headers.key' }],
    ['option payload must be a function', { key: String, payload: 'body' }],
    ['option tables must be a function, or option tables must be an object', { key: String, tables: 'tables' }],
    ['option scope must not be empty', { key: String, scope: '' }],
    ['option expiresAfter must be at least 600000', { key: String, expiresAfter: 60_000 }],
    ['option minimumTime must be at least 0', { key: String, minimumTime: -1 }],
    ['option maxResponseSize must be at most 389120', { key: String, maxResponseSize: 400_000 }],
    ['option contextKey must not be empty', { key: String, contextKey: '' }],
    ['option ttl is unknown', { key: String, ttl: 1 }],
  ])('%s', (message, options) => {
    expect(() => idempotencyValidateOptions(options)).toThrow(TypeError);
    expect(() => idempotency(options as never)).toThrow(`@tabletheory/idempotency: ${message}`);
  });
});
