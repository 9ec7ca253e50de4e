import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startFunction } from './function.ts';
import { FunctionError, FunctionTimeoutError } from './function-error.ts';
import { type Gateway, type GatewayOptions, startGateway } from './gateway.ts';
import type { HttpApiEvent } from './http-api.ts';
import { PortInUseError } from './port.ts';
import type { RestApiEvent } from './rest-api.ts';

const started: Gateway[] = [];
afterEach(() => Promise.all(started.splice(0).map((gateway) => gateway.stop())));

async function start(options: Partial<GatewayOptions>): Promise<Gateway> {
  const gateway = await startGateway({ invoke: async () => ({ payload: null }), ...options });
  started.push(gateway);
  return gateway;
}

/** A gateway whose function returns the event. */
function echo(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const invoke = async (event: unknown) => ({ payload: { statusCode: 200, body: JSON.stringify(event) } });
  return start({ invoke, ...options });
}

/** A gateway whose function returns `payload`. */
function returning(payload: unknown, options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  return start({ invoke: async () => ({ payload }), ...options });
}

async function eventOf<Event = HttpApiEvent>(gateway: Gateway, path: string, init?: RequestInit): Promise<Event> {
  const response = await fetch(gateway.url + path, init);
  expect(response.status).toBe(200);
  return (await response.json()) as Event;
}

/** Sends headers exactly as given, which `fetch` does not. */
function eventOfRaw<Event>(gateway: Gateway, headers: string[]): Promise<Event> {
  return new Promise((resolve, reject) => {
    const sent = request(gateway.url, { headers: ['Host', 'api.example.com', ...headers] }, async (response) => {
      const text = (await response.toArray()).join('');
      resolve(JSON.parse(text));
    });
    sent.once('error', reject);
    sent.end();
  });
}

describe('an event of format 2.0', () => {
  test('tells of the request', async () => {
    const before = Date.now();
    const event = await eventOf(await echo(), '/orders/a%20b?x=1&x=2&y=%C3%A9&constructor=c', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'test' },
      body: '{"total":1}',
    });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/orders/a b',
      rawQueryString: 'x=1&x=2&y=%C3%A9&constructor=c',
      queryStringParameters: { x: '1,2', y: 'é', constructor: 'c' },
      body: '{"total":1}',
      isBase64Encoded: false,
    });
    expect(event).not.toHaveProperty('cookies');
    expect(event).not.toHaveProperty('pathParameters');
    const { http, time, timeEpoch, stage, requestId } = event.requestContext;
    expect(http).toEqual({
      method: 'POST',
      path: '/orders/a b',
      protocol: 'HTTP/1.1',
      sourceIp: '127.0.0.1',
      userAgent: 'test',
    });
    expect(stage).toBe('$default');
    expect(requestId).toMatch(/^[A-Za-z0-9+/]{15}=$/);
    expect(time).toMatch(/^\d\d\/[A-Z][a-z][a-z]\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    expect(timeEpoch).toBeGreaterThanOrEqual(before);
    expect(timeEpoch).toBeLessThanOrEqual(Date.now());
  });

  test('headers are in lower case, joined, and without cookies', async () => {
    const gateway = await echo();
    const sent = ['X-Tag', 'a', 'x-tag', 'b', 'Cookie', 'a=1; b=2', 'Cookie', 'c=3', 'X-Forwarded-For', '10.0.0.1'];
    const event = await eventOfRaw<HttpApiEvent>(gateway, sent);
    expect(event.headers).toMatchObject({
      host: 'api.example.com',
      'x-tag': 'a,b',
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      'x-forwarded-port': String(gateway.port),
      'x-forwarded-proto': 'http',
    });
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event.cookies).toEqual(['a=1', 'b=2', 'c=3']);
  });

  test('without query and body there are no such fields', async () => {
    const event = await eventOf(await echo(), '/');
    expect(event).toMatchObject({ rawPath: '/', rawQueryString: '', isBase64Encoded: false });
    expect(event).not.toHaveProperty('queryStringParameters');
    expect(event).not.toHaveProperty('body');
  });

  test.each([
    ['application/json; charset=utf-8', false],
    ['text/plain', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/x-www-form-urlencoded', true],
    ['application/problem+json', true],
    ['application/octet-stream', true],
  ])('a body of type %s is in Base64: %s', async (type, isBase64Encoded) => {
    const event = await eventOf(await echo(), '/', {
      method: 'PUT',
      headers: { 'content-type': type },
      body: Buffer.from('é'),
    });
    expect(event).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? 'w6k=' : 'é' });
  });

  test('a route gives its key and path variables', async () => {
    const gateway = await echo({ routes: ['GET /orders/{orderId}', 'ANY /files/{path+}'] });
    expect(await eventOf(gateway, '/orders/o%2D1')).toMatchObject({
      routeKey: 'GET /orders/{orderId}',
      requestContext: { routeKey: 'GET /orders/{orderId}' },
      pathParameters: { orderId: 'o-1' },
    });
    expect(await eventOf(gateway, '/files/a/b.txt')).toMatchObject({ pathParameters: { path: 'a/b.txt' } });
  });
});

describe('an event of format 1.0', () => {
  test('tells of the request', async () => {
    const event = await eventOf<RestApiEvent>(await echo({ payloadVersion: '1.0' }), '/orders/a%20b?x=1&x=2', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'hello',
    });
    expect(event).toMatchObject({
      resource: '/{proxy+}',
      path: '/orders/a%20b',
      httpMethod: 'POST',
      queryStringParameters: { x: '2' },
      multiValueQueryStringParameters: { x: ['1', '2'] },
      pathParameters: { proxy: 'orders/a%20b' },
      stageVariables: null,
      body: 'hello',
      isBase64Encoded: false,
      requestContext: { resourcePath: '/{proxy+}', httpMethod: 'POST', path: '/prod/orders/a%20b', stage: 'prod' },
    });
  });

  test('headers keep their names and all their values', async () => {
    const gateway = await echo({ payloadVersion: '1.0' });
    const event = await eventOfRaw<RestApiEvent>(gateway, ['X-Tag', 'a', 'X-Tag', 'b']);
    expect(event).toMatchObject({
      resource: '/',
      headers: { Host: 'api.example.com', 'X-Tag': 'b' },
      multiValueHeaders: { Host: ['api.example.com'], 'X-Tag': ['a', 'b'], 'X-Forwarded-For': ['127.0.0.1'] },
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      body: null,
    });
  });
});

const captured = new URL('../../../../shared/data/events/', import.meta.url);

describe.runIf(existsSync(captured))('has the fields of captured events', () => {
  const read = (name: string) => JSON.parse(readFileSync(new URL(name, captured), 'utf8'));
  const shape = (value: unknown, depth = 0): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > 3) return typeof value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner, depth + 1)]));
  };

  test('HTTP API', async () => {
    const { authorizer, ...requestContext } = read('apigw-http-no-auth.json').requestContext;
    const expected = { ...read('apigw-http-no-auth.json'), requestContext };
    const event = await eventOf(await echo({ routes: ['POST /lambda'] }), '/lambda', { method: 'POST' });
    expect(authorizer).toEqual({ lambda: null });
    expect(shape({ ...event, headers: {} })).toEqual(shape({ ...expected, headers: {} }));
    const names = Object.keys(expected.headers).filter((name) => !['authorization'].includes(name));
    expect(Object.keys(event.headers)).toEqual(expect.arrayContaining(names));
  });

  test('REST API', async () => {
    const expected = read('apigw-rest-no-auth.json');
    const gateway = await echo({ payloadVersion: '1.0', routes: ['POST /no-auth'] });
    const event = await eventOf<RestApiEvent>(gateway, '/no-auth', { method: 'POST' });
    const without = { headers: {}, multiValueHeaders: {} };
    expect(shape({ ...event, ...without })).toEqual(shape({ ...expected, ...without }));
  });
});

describe('a response of format 2.0', () => {
  test('with a status code', async () => {
    const gateway = await returning({
      statusCode: 201,
      headers: { 'Content-Type': 'application/json', 'X-Count': 3, 'Content-Length': '1' },
      cookies: ['a=1; HttpOnly', 'b=2'],
      body: '{"é":1}',
    });
    const response = await fetch(gateway.url);
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('x-count')).toBe('3');
    expect(response.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2']);
    expect(response.headers.get('apigw-requestid')).toMatch(/=$/);
    expect(await response.text()).toBe('{"é":1}');
  });

  test.each([
    [{ hello: 1 }, '{"hello":1}'],
    ['hello', 'hello'],
    [[1], '[1]'],
    [null, 'null'],
    [undefined, 'null'],
  ])('%j without a status code is the body', async (payload, body) => {
    const response = await fetch((await returning(payload)).url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe(body);
  });

  test('without a content type it is text, and Base64 is decoded', async () => {
    const gateway = await returning({ statusCode: '200', isBase64Encoded: true, body: 'AP8=' });
    const response = await fetch(gateway.url);
    expect(response.headers.get('content-type')).toBe('text/plain;charset=UTF-8');
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255]);
  });

  test('204 and HEAD have no body', async () => {
    const none = await fetch((await returning({ statusCode: 204, body: 'ignored' })).url);
    expect([none.status, await none.text()]).toEqual([204, '']);
    const head = await fetch((await returning({ statusCode: 200, body: 'abc' })).url, { method: 'HEAD' });
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['3', '']);
  });
});

test('a response of format 1.0 merges its headers', async () => {
  const gateway = await returning(
    {
      statusCode: 200,
      headers: { 'X-One': 'a', 'Set-Cookie': 'a=1' },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'], 'X-One': ['b'] },
      body: '{}',
    },
    { payloadVersion: '1.0' },
  );
  const response = await fetch(gateway.url);
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(response.headers.get('x-one')).toBe('a, b');
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
});

describe('what the gateway answers itself', () => {
  async function answers(gateway: Gateway, path = '/', init?: RequestInit): Promise<[number, unknown]> {
    const response = await fetch(gateway.url + path, init);
    expect(response.headers.get('content-type')).toBe('application/json');
    return [response.status, await response.json()];
  }
  const context = { requestId: 'r', phase: 'invoke', logs: [] } as const;
  const failing = (error: unknown) => async () => {
    throw error;
  };

  test.each([
    ['2.0', 404, 'Not Found'],
    ['1.0', 403, 'Missing Authentication Token'],
  ] as const)('%s: no such route', async (payloadVersion, status, message) => {
    const gateway = await echo({ payloadVersion, routes: ['GET /orders'] });
    expect(await answers(gateway, '/customers')).toEqual([status, { message }]);
    expect(await answers(gateway, '/orders', { method: 'POST' })).toEqual([status, { message }]);
  });

  test.each([
    ['2.0', 500, 'Internal Server Error'],
    ['1.0', 502, 'Internal server error'],
  ] as const)('%s: the function fails or times out', async (payloadVersion, status, message) => {
    const report = { errorType: 'Error', errorMessage: 'private', trace: [] };
    for (const error of [new FunctionError(report, context), new FunctionTimeoutError(3, context)]) {
      const errors: unknown[] = [];
      const onError = (error: unknown) => errors.push(error);
      const gateway = await start({ payloadVersion, invoke: failing(error), onError });
      expect(await answers(gateway)).toEqual([status, { message }]);
      expect(errors).toEqual([error]);
    }
  });

  test.each([
    ['2.0', 503, 'Service Unavailable'],
    ['1.0', 504, 'Endpoint request timed out'],
  ] as const)('%s: the function takes longer than the gateway waits', async (payloadVersion, status, message) => {
    const invoke = () => new Promise<never>(() => {});
    expect(await answers(await start({ payloadVersion, invoke, timeout: 0.05 }))).toEqual([status, { message }]);
  });

  test.each([
    { statusCode: 'OK' },
    { statusCode: 99 },
    { statusCode: 200, body: { not: 'a string' } },
    { statusCode: 200, headers: { 'x-a': { b: 1 } } },
    { statusCode: 200, headers: ['a'] },
    { statusCode: 200, headers: { 'bad name': 'x' } },
    { statusCode: 200, headers: { 'x-kept': 'x', 'x-break': 'a\r\nb: c' } },
  ])('a malformed response: %j', async (payload) => {
    const errors: Error[] = [];
    const onError = (error: unknown) => errors.push(error as Error);
    expect(await answers(await returning(payload, { onError }))).toEqual([500, { message: 'Internal Server Error' }]);
    const rest = await returning(payload, { payloadVersion: '1.0', onError });
    expect(await answers(rest)).toEqual([502, { message: 'Internal server error' }]);
    expect(errors.map(({ name }) => name)).toEqual(['MalformedResponseError', 'MalformedResponseError']);
  });

  test.each([{ hello: 1 }, 'hello', null, [], { statusCode: 200, multiValueHeaders: { a: 'b' } }])(
    'a response malformed in 1.0 only: %j',
    async (payload) => {
      const gateway = await returning(payload, { payloadVersion: '1.0' });
      expect(await answers(gateway)).toEqual([502, { message: 'Internal server error' }]);
    },
  );

  test('a request of more than 6 MB', async () => {
    const gateway = await echo();
    const [status] = await answers(gateway, '/', { method: 'POST', body: Buffer.alloc(6 * 1024 * 1024 + 1) });
    expect(status).toBe(413);
  });

  test('a path that cannot be decoded', async () => {
    expect(await answers(await echo(), '/%E0%A4%A')).toEqual([400, { message: 'Bad Request' }]);
  });
});

test('a function behind the gateway has the trace id of the request, and answers many at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  const file = join(folder, 'index.mjs');
  const code = 'export const handler = async (event) => ({ event, trace: process.env._X_AMZN_TRACE_ID });';
  await writeFile(file, code);
  const fn = await startFunction({ file, timeout: 15, concurrency: 2 });
  const gateway = await start({ invoke: fn.invoke, routes: ['GET /orders/{orderId}'] });
  type Echo = { event: HttpApiEvent; trace: string };
  const root = 'Root=1-5759e988-bd862e3fe1be46a994272793';
  const given = await eventOf<Echo>(gateway, '/orders/1', { headers: { 'x-amzn-trace-id': root } });
  expect(given.event.headers['x-amzn-trace-id']).toBe(root);
  expect(given.trace).toMatch(new RegExp(`^${root};Parent=`));
  const all = await Promise.all(Array.from({ length: 20 }, (_, n) => eventOf<Echo>(gateway, `/orders/${n}`)));
  for (const [n, { event, trace }] of all.entries()) {
    expect(event.pathParameters).toEqual({ orderId: String(n) });
    expect(trace.split(';')[0]).toBe(event.headers['x-amzn-trace-id']);
  }
  // The event is larger than the body: Base64 takes it over Lambda's limit.
  const large = { method: 'POST', body: Buffer.alloc(5 * 1024 * 1024) };
  const open = await start({ invoke: fn.invoke });
  expect((await fetch(open.url, large)).status).toBe(413);
  await fn.stop();
  await rm(folder, { recursive: true });
});

test('the port may be chosen; in use, it is named', async () => {
  const gateway = await echo();
  await expect(startGateway({ invoke: async () => ({ payload: 1 }), port: gateway.port })).rejects.toThrow(
    PortInUseError,
  );
  await gateway.stop();
  await gateway.stop();
  const again = await echo({ port: gateway.port });
  expect(again.port).toBe(gateway.port);
});

test('a wrong route is refused', async () => {
  await expect(startGateway({ invoke: async () => ({ payload: 1 }), routes: ['orders'] })).rejects.toThrow(TypeError);
});

test('stop breaks off a request that runs', async () => {
  const gateway = await start({ invoke: () => new Promise<never>(() => {}) });
  const running = fetch(gateway.url).catch((error) => error);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await gateway.stop();
  expect(await running).toBeInstanceOf(Error);
});
