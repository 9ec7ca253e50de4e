// Together with Middy's own error handler.
import middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import { createError } from '@middy/util';
import { describe, expect, it } from 'vitest';
import { httpErrors } from './middleware.ts';
import { call, type Response, throwing } from './test-answer.ts';

const CANARY = 'canary-4711';
const coded = Object.assign(new Error(CANARY), { code: 'ITEM_NOT_FOUND' });
const exposed = createError(422, 'The order is empty');
const internal = new Error(CANARY);

describe("with Middy's error handler before it in the chain", () => {
  it.each([
    [coded, 404],
    [exposed, 422],
    [internal, 500],
  ])('it answers every error: %o', async (error, status) => {
    const logged: unknown[] = [];
    const handler = middy()
      .use(httpErrorHandler({ logger: (error) => logged.push(error) }))
      .use(httpErrors())
      .handler(throwing(error));
    const response = (await call(handler)) as Response;
    expect(JSON.parse(response.body)).toMatchObject({ type: 'about:blank', status });
    expect(response.statusCode).toBe(status);
    expect(logged).toEqual([]);
  });
});

describe("with Middy's error handler behind it in the chain", () => {
  it.each([
    [coded, 500],
    [exposed, 422],
    [internal, 500],
  ])('its answer stands, and nothing of the inside is told: %o', async (error, status) => {
    const handler = middy()
      .use(httpErrors())
      .use(httpErrorHandler({ logger: false }))
      .handler(throwing(error));
    const response = (await call(handler)) as Response;
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBeUndefined();
    expect(JSON.stringify(response)).not.toContain(CANARY);
  });
});
