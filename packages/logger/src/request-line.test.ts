import middy from '@middy/core';
import { invocationOf, type OperationOutcome } from '@tabletheory/invocation';
import { describe, expect, test } from 'vitest';
import { logger } from './logger.ts';
import { capture, run } from './test-destination.ts';

const outcome: OperationOutcome = {
  durationMs: 12.3456,
  attempts: [
    { durationMs: 2, delayMs: 0, status: 400, error: 'ThrottlingException', throttled: true },
    { durationMs: 5, delayMs: 5, status: 200, throttled: false },
  ],
  consumed: [{ table: 'orders', read: 1.5, write: 2 }],
  items: 1,
};

describe('the line of a request', () => {
  test('tells outcome, duration and status', async () => {
    const out = capture();
    const response = await run(
      middy()
        .use(logger(out.options))
        .handler(async () => ({ statusCode: 201 })),
    );
    expect(response).toEqual({ statusCode: 201 });
    expect(out.records()).toHaveLength(1);
    expect(out.last()).toMatchObject({
      level: 'INFO',
      message: 'request',
      outcome: 'success',
      status_code: 201,
      duration_ms: expect.any(Number),
    });
    expect(out.last()).not.toHaveProperty('table');
    expect(out.last()).not.toHaveProperty('memory');
    expect(out.last()).not.toHaveProperty('error');
  });

  test('sums table operations and reads memory', async () => {
    const out = capture();
    const operations = {
      before(request: middy.Request) {
        const invocation = invocationOf(request)!;
        invocation.memory = () => ({
          rss: 1,
          heapUsed: 2,
          heapTotal: 3,
          heapLimit: 4,
          external: 5,
          arrayBuffers: 6,
          peak: 7,
        });
        invocation.observe?.({ name: 'Query', tables: ['orders'], models: ['Order'] })?.(outcome);
        invocation.observe?.({ name: 'PutItem', tables: ['orders'], models: ['Order'] })?.({
          ...outcome,
          error: new Error(),
        });
      },
    };
    await run(
      middy()
        .use(logger(out.options))
        .use(operations)
        .handler(async () => {}),
    );
    expect(out.last()).toMatchObject({
      table: {
        operations: 2,
        errors: 1,
        retries: 2,
        throttles: 2,
        read_capacity: 3,
        write_capacity: 4,
        duration_ms: 24.691,
      },
      memory: { rss: 1, peak: 7 },
    });
  });

  test('is an error when the handler throws, with the error', async () => {
    const out = capture();
    const error = Object.assign(new TypeError('no order', { cause: new Error('why') }), { code: 'E_ORDER' });
    const handler = middy()
      .use(logger(out.options))
      .handler(async () => {
        throw error;
      });
    await expect(run(handler)).rejects.toBe(error);
    expect(out.records()).toHaveLength(1);
    expect(out.last()).toMatchObject({
      level: 'ERROR',
      outcome: 'error',
      error: {
        name: 'TypeError',
        message: 'no order',
        code: 'E_ORDER',
        stack: expect.stringContaining('TypeError: no order'),
        location: expect.stringMatching(/request-line\.test\.ts:\d+$/),
        cause: { name: 'Error', message: 'why' },
      },
    });
  });

  test.each([
    [404, 'WARN'],
    [500, 'ERROR'],
  ])('of an error with status %i has level %s', async (statusCode, level) => {
    const out = capture();
    const handler = middy()
      .use(logger(out.options))
      .handler(async () => {
        throw Object.assign(new Error('refused'), { statusCode });
      });
    await expect(run(handler)).rejects.toThrow('refused');
    expect(out.last()).toMatchObject({ level, outcome: 'error' });
  });

  test('of an error that became a response has the status of the response', async () => {
    const out = capture();
    const handler = middy()
      .use(logger(out.options))
      .onError((request) => {
        request.response = { statusCode: 409 };
      })
      .handler(async () => {
        throw new Error('conflict');
      });
    expect(await run(handler)).toEqual({ statusCode: 409 });
    expect(out.last()).toMatchObject({
      level: 'WARN',
      outcome: 'error',
      status_code: 409,
      error: { message: 'conflict' },
    });
  });

  test('is written when an onError hook throws', async () => {
    const out = capture();
    const handler = middy()
      .use(logger(out.options))
      .onError(() => {
        throw new Error('second');
      })
      .handler(async () => {
        throw new Error('first');
      });
    await expect(run(handler)).rejects.toThrow('second');
    expect(out.records()).toHaveLength(1);
    expect(out.last()).toMatchObject({ outcome: 'error', error: { message: 'second' } });
  });

  test('is written when an earlier middleware throws before the logger started', async () => {
    const out = capture();
    const handler = middy()
      .before(() => {
        throw new Error('early');
      })
      .use(logger(out.options))
      .handler(async () => {});
    await expect(run(handler)).rejects.toThrow('early');
    expect(out.records()).toHaveLength(1);
    expect(out.last()).toMatchObject({ level: 'ERROR', function_request_id: 'request-1', error: { message: 'early' } });
  });

  test('is written on an early return', async () => {
    const out = capture();
    const handler = middy()
      .use(logger(out.options))
      .before(() => ({ statusCode: 304 }))
      .handler(async () => {});
    expect(await run(handler)).toEqual({ statusCode: 304 });
    expect(out.records()).toHaveLength(1);
    expect(out.last()).toMatchObject({ level: 'INFO', outcome: 'early', status_code: 304 });
  });

  test('names the type of a thrown value that is no Error', async () => {
    const out = capture();
    const handler = middy()
      .use(logger(out.options))
      .handler(async () => {
        throw 'secret text';
      });
    await expect(run(handler)).rejects.toBe('secret text');
    expect(out.last().error.name).toBe('string');
    expect(out.text()).not.toContain('secret');
  });

  test('does not repeat the body a parser refused', async () => {
    const out = capture();
    const body = '{"card":"4111';
    // As @middy/http-json-body-parser throws it.
    const cause = { package: '@middy/http-json-body-parser', data: body, message: `Unexpected end of ${body}` };
    const handler = middy()
      .use(logger(out.options))
      .before(() => {
        throw Object.assign(new Error('Invalid or malformed JSON was provided', { cause }), { statusCode: 422 });
      })
      .handler(async () => {});
    await expect(run(handler)).rejects.toThrow('malformed JSON');
    expect(out.last()).toMatchObject({ level: 'WARN', error: { cause: { package: '@middy/http-json-body-parser' } } });
    expect(out.text()).not.toContain('4111');
  });
});
