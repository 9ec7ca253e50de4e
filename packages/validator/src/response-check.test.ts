import { PassThrough } from 'node:stream';
import { inspect } from 'node:util';
import middy from '@middy/core';
import { type Invocation, invocationOf } from '@tabletheory/invocation';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ResponseError, validator } from './index.ts';

const order = {
  type: 'object',
  properties: { orderId: { type: 'string' }, total: { type: 'number' }, note: { type: 'string', default: '' } },
  required: ['orderId', 'total', 'note'],
};
const good = { orderId: 'o-1', total: 5, note: 'n' };

function respond(response: unknown, schema: object = order): Promise<any> {
  return middy()
    .use(validator({ response: schema }))
    .handler(async () => response)({}, {} as any);
}

async function failure(response: unknown, schema?: object): Promise<ResponseError> {
  const error = await respond(response, schema).catch((reason) => reason);
  expect(error).toBeInstanceOf(ResponseError);
  expect(error).toMatchObject({ statusCode: 500, expose: false, cause: { package: '@tabletheory/validator' } });
  return error;
}

describe('a response', () => {
  it.each([
    ['a document', good],
    ['JSON in a body', { statusCode: 200, body: JSON.stringify(good) }],
    ['base64', { statusCode: 201, body: Buffer.from(JSON.stringify(good)).toString('base64'), isBase64Encoded: true }],
    ['an object in a body, for a serializer', { statusCode: 200, body: good }],
    ['an error', { statusCode: 404, body: '{"title":"Not Found"}' }],
    ['a redirect', { statusCode: 303, headers: { location: '/' } }],
    ['no content', { statusCode: 204 }],
    ['a stream', new PassThrough()],
    ['a stream in a body', { statusCode: 200, body: new ReadableStream() }],
  ])('passes as it is: %s', async (_name, response) => {
    expect(await respond(response)).toBe(response);
  });

  it.each([
    ['nothing', undefined],
    ['no body', { statusCode: 200 }],
    ['an empty body', { statusCode: 200, body: '' }],
    ['a body that is no JSON', { statusCode: 200, body: 'ok' }],
    ['a missing property, though it has a default', { orderId: 'o-1', total: 5 }],
    ['text for a number', { ...good, total: '5' }],
    ['NaN, which is sent as null', { ...good, total: Number.NaN }],
  ])('that does not match is a 500: %s', async (_name, response) => {
    await failure(response);
  });

  it('tells the log what is wrong, and nothing of its content', async () => {
    const canary = 'canary-4711';
    const error = await failure({ statusCode: 200, body: JSON.stringify({ ...good, total: canary }) });
    expect(error.message).toBe('The response does not match its schema');
    expect(error.cause.data).toMatchObject([{ instancePath: '/total', keyword: 'type' }]);
    for (const each of [error, await failure({ statusCode: 200, body: `{"a":${canary}` })]) {
      expect(inspect(each, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(canary);
    }
  });

  it('is checked in the form it is sent in, and not changed', async () => {
    const at = { type: 'object', properties: { at: { type: 'string', format: 'date-time' } }, required: ['at'] };
    const response = { at: new Date(0) };
    expect(await respond(response, at)).toBe(response);
    expect(response.at).toBeInstanceOf(Date);
  });

  it('is not turned into other types, whatever the options of ajv', async () => {
    const handler = middy()
      .use(validator({ response: order, ajv: { coerceTypes: true, removeAdditional: 'all' } }))
      .handler(async (event) => event);
    await expect(handler({ ...good, total: '5' }, {} as any)).rejects.toThrow(ResponseError);
    expect(await handler({ ...good, more: 1 }, {} as any)).toEqual({ ...good, more: 1 });
  });

  it('may have a Standard Schema, an asynchronous one too', async () => {
    const schema = z.object({ orderId: z.string().refine(async (id) => id.startsWith('o-')) });
    expect(await respond(good, schema)).toBe(good);
    await failure({ orderId: 'x' }, schema);
  });

  it('is checked by its route', async () => {
    const handler = middy()
      .use(validator({ routes: { 'GET /a': { response: order }, 'GET /b': { query: {}, response: {} } } }))
      .handler(async () => 'text');
    await expect(handler({ routeKey: 'GET /a' }, {} as any)).rejects.toThrow(ResponseError);
    expect(await handler({ routeKey: 'GET /b' }, {} as any)).toBe('text');
    expect(await handler({ routeKey: 'GET /c' }, {} as any)).toBe('text');
  });

  it('that is refused ends the request as an error, and can be answered', async () => {
    for (const schema of [order, z.object({ orderId: z.string().refine(async () => false) })]) {
      let invocation: Invocation | undefined;
      const outcomes: string[] = [];
      const handler = middy()
        .onError((request) => {
          request.response = { statusCode: (request.error as ResponseError).statusCode };
        })
        .use(validator({ response: schema }))
        .before((request) => {
          invocation = invocationOf(request);
          invocation?.onEnd(({ outcome }) => void outcomes.push(outcome));
        })
        .handler(async () => ({ orderId: 'o-1' }));
      expect(await handler({}, {} as any)).toEqual({ statusCode: 500 });
      expect(invocation?.ended).toBe(true);
      expect(outcomes).toEqual(['error']);
    }
  });
});
