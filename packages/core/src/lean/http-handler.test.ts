import { getEventListeners, once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHttpHandler, type HttpHandler, type HttpHandlerOptions } from './http-handler.ts';
import { serve, serveSilence, serveTls, type TestServer, testCertificate } from './server.fixture.ts';

const open: { close?(): Promise<void>; destroy?(): void }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) {
    one.destroy?.();
    await one.close?.();
  }
});

function handlerOf(options: HttpHandlerOptions = {}): HttpHandler {
  const handler = createHttpHandler({ ca: testCertificate(), ...options });
  open.push(handler);
  return handler;
}

async function tlsServer(listener: RequestListener): Promise<TestServer> {
  const server = await serveTls(listener);
  open.push(server);
  return server;
}

function requestTo({ url, port }: TestServer, body = '{}') {
  const { protocol, hostname } = new URL(url);
  const headers = { host: `${hostname}:${port}`, 'content-length': String(Buffer.byteLength(body)) };
  return { protocol, hostname, port, path: '/', method: 'POST', query: {}, headers, body };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

const echo: RequestListener = async (request, response) => {
  response.setHeader('x-method', `${request.method} ${request.url}`);
  response.end(await bodyOf(request));
};

/** Never answers; tells of its requests. */
function silent(): { listener: RequestListener; asked: Promise<ServerResponse> } {
  const { promise, resolve } = Promise.withResolvers<ServerResponse>();
  return { listener: (_request, response) => resolve(response), asked: promise };
}

/** Sends a part of an answer, and then nothing. */
function stalling(): { listener: RequestListener; asked: Promise<ServerResponse> } {
  const { promise, resolve } = Promise.withResolvers<ServerResponse>();
  const listener: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-length': '10', 'x-amzn-requestid': 'r1' });
    response.write('12345', () => resolve(response));
  };
  return { listener, asked: promise };
}

describe('createHttpHandler', () => {
  it('sends a request over TLS, and collects its answer', async () => {
    const server = await tlsServer(echo);
    const { response } = await handlerOf().handle(requestTo(server, 'größer'));
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({ 'x-method': 'POST /' });
    expect(response.body).toBeInstanceOf(Buffer);
    expect(response.body.toString()).toBe('größer');
  });

  it('joins an answer of many parts, and knows an empty one', async () => {
    const server = await tlsServer(async (request, response) => {
      const count = Number(await bodyOf(request));
      for (let i = 0; i < count; i++) response.write('x'.repeat(100_000));
      response.end();
    });
    const handler = handlerOf();
    expect((await handler.handle(requestTo(server, '30'))).response.body).toHaveLength(3_000_000);
    expect((await handler.handle(requestTo(server, '0'))).response.body).toHaveLength(0);
  });

  it('speaks plain HTTP, also to IPv6 addresses', async () => {
    const server = await serve(echo);
    open.push(server);
    expect((await handlerOf().handle(requestTo(server, 'a'))).response.body.toString()).toBe('a');
    const refused = handlerOf().handle({ ...requestTo(server), hostname: '[::1]', port: 1 });
    await expect(refused).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNREFUSED|EADDRNOTAVAIL/),
      address: '::1',
    });
  });

  it('takes TLS where it is told of no protocol', async () => {
    const server = await tlsServer(echo);
    const handler = handlerOf();
    await handler.handle(requestTo(server));
    await handler.handle({ ...requestTo(server), protocol: undefined });
    expect(server.sockets).toHaveLength(1);
  });

  it('keeps its connections, and uses the last one first', async () => {
    const ports: (number | undefined)[] = [];
    const server = await tlsServer((request, response) => {
      ports.push(request.socket.remotePort);
      response.end();
    });
    const handler = handlerOf();
    await Promise.all([handler.handle(requestTo(server)), handler.handle(requestTo(server))]);
    expect(server.sockets).toHaveLength(2);
    for (let i = 0; i < 5; i++) await handler.handle(requestTo(server));
    expect(server.sockets).toHaveLength(2);
    expect(new Set(ports.slice(2)).size).toBe(1);
  });

  it('resumes TLS sessions', async () => {
    const resumed: boolean[] = [];
    const server = await tlsServer((request, response) => {
      resumed.push((request.socket as TLSSocket).isSessionReused());
      response.setHeader('connection', 'close').end();
    });
    const handler = handlerOf();
    await handler.handle(requestTo(server));
    await handler.handle(requestTo(server));
    expect(resumed).toEqual([false, true]);
    expect(server.sockets).toHaveLength(2);
  });

  it('opens no more than the given number of sockets', async () => {
    const server = await tlsServer(echo);
    const handler = handlerOf({ maxSockets: 2 });
    await Promise.all(Array.from({ length: 10 }, () => handler.handle(requestTo(server))));
    expect(server.sockets).toHaveLength(2);
  });

  it('trusts nobody but the authorities', async () => {
    const server = await tlsServer(echo);
    await expect(handlerOf({ ca: undefined }).handle(requestTo(server))).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });

  it('gives the error of a connection that is refused', async () => {
    const server = await tlsServer(echo);
    await server.close();
    await expect(handlerOf().handle(requestTo(server))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('closes its connections, and goes on with others', async () => {
    const server = await tlsServer(echo);
    const handler = handlerOf();
    await handler.handle(requestTo(server));
    handler.destroy();
    await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
    await handler.handle(requestTo(server));
    expect(server.sockets).toHaveLength(2);
  });

  it('tells its configuration, which may be changed', async () => {
    const { listener } = silent();
    const server = await tlsServer(listener);
    const handler = handlerOf({ maxSockets: 7 });
    expect(handler.metadata).toEqual({ handlerProtocol: 'http/1.1' });
    handler.updateHttpClientConfig('requestTimeout', 40);
    expect(handler.httpHandlerConfigs()).toMatchObject({ maxSockets: 7, requestTimeout: 40 });
    await expect(handler.handle(requestTo(server))).rejects.toThrow('No whole answer within 40 ms');
  });

  describe('an abort', () => {
    const reason = new Error('out of time');
    const aborted = { name: 'AbortError', message: 'Request aborted', cause: reason };

    it('before the start sends nothing', async () => {
      const server = await tlsServer(echo);
      const handled = handlerOf().handle(requestTo(server), { abortSignal: AbortSignal.abort(reason) });
      await expect(handled).rejects.toMatchObject(aborted);
      expect(server.sockets).toHaveLength(0);
    });

    it('ends a handshake', async () => {
      const server = await serveSilence();
      open.push(server);
      const controller = new AbortController();
      const handled = handlerOf().handle(requestTo(server), { abortSignal: controller.signal });
      await vi.waitFor(() => expect(server.sockets).toHaveLength(1));
      controller.abort(reason);
      await expect(handled).rejects.toMatchObject(aborted);
      await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
    });

    it('ends the wait for a socket', async () => {
      const { listener, asked } = silent();
      const server = await tlsServer(listener);
      const handler = handlerOf({ maxSockets: 1 });
      const first = handler.handle(requestTo(server));
      await asked;
      const controller = new AbortController();
      const second = handler.handle(requestTo(server), { abortSignal: controller.signal });
      controller.abort(reason);
      await expect(second).rejects.toMatchObject(aborted);
      (await asked).end('{}');
      expect((await first).response.statusCode).toBe(200);
    });

    it.each([
      ['the wait for an answer', silent],
      ['the reading of an answer', stalling],
    ])('ends %s', async (_what, listening) => {
      const { listener, asked } = listening();
      const server = await tlsServer(listener);
      const controller = new AbortController();
      const handled = handlerOf().handle(requestTo(server), { abortSignal: controller.signal });
      const answer = await asked;
      controller.abort(reason);
      await expect(handled).rejects.toMatchObject(aborted);
      if (!answer.destroyed) await once(answer, 'close');
    });

    it('is listened to no longer than the request takes', async () => {
      const server = await tlsServer(echo);
      const { signal } = new AbortController();
      const handler = handlerOf();
      const handled = handler.handle(requestTo(server), { abortSignal: signal });
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      await handled;
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
      await handler.handle({ ...requestTo(server), port: 1 }, { abortSignal: signal }).catch(() => {});
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    });
  });

  describe('a timeout', () => {
    it('ends a connection that does not come about', async () => {
      const server = await serveSilence();
      open.push(server);
      await expect(handlerOf({ connectionTimeout: 40 }).handle(requestTo(server))).rejects.toMatchObject({
        name: 'TimeoutError',
        message: 'No connection within 40 ms',
      });
      await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
    });

    it.each([
      ['does not come', silent],
      ['stops', stalling],
    ])('ends a request whose answer %s', async (_what, listening) => {
      const server = await tlsServer(listening().listener);
      await expect(handlerOf({ requestTimeout: 1_000 }).handle(requestTo(server))).rejects.toMatchObject({
        name: 'TimeoutError',
        message: 'No whole answer within 1000 ms',
      });
      await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
    });

    it('of one request goes before that of the handler', async () => {
      const server = await tlsServer(silent().listener);
      const handled = handlerOf().handle(requestTo(server), { requestTimeout: 100 });
      await expect(handled).rejects.toThrow('No whole answer within 100 ms');
    });
  });

  describe('an answer that breaks off', () => {
    it('within its body is an error with its status', async () => {
      const { listener, asked } = stalling();
      const server = await tlsServer(listener);
      const handled = handlerOf().handle(requestTo(server));
      handled.catch(() => {});
      (await asked).destroy();
      await expect(handled).rejects.toMatchObject({
        code: 'ECONNRESET',
        $metadata: { httpStatusCode: 200, requestId: 'r1' },
      });
    });

    it('before its status is an error', async () => {
      const server = await tlsServer((request) => request.socket.destroy());
      await expect(handlerOf().handle(requestTo(server))).rejects.toMatchObject({ code: 'ECONNRESET' });
    });

    it('as no HTTP is an error', async () => {
      const server = await tlsServer((request) => request.socket.end('nonsense\r\n\r\n'));
      await expect(handlerOf().handle(requestTo(server))).rejects.toMatchObject({
        code: expect.stringMatching(/HPE_/),
      });
    });
  });

  it('serves the official client', async () => {
    const seen: { target: unknown; body: string }[] = [];
    const server = await tlsServer(async (request, response) => {
      seen.push({ target: request.headers['x-amz-target'], body: await bodyOf(request) });
      const known = seen.length === 1;
      response.writeHead(known ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(
        known
          ? '{"Item":{"id":{"S":"a"},"bytes":{"B":"AQI="}}}'
          : '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no"}',
      );
    });
    const client = new DynamoDBClient({
      region: 'eu-west-1',
      endpoint: server.url,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      requestHandler: handlerOf(),
    });
    open.push(client);
    const command = new GetItemCommand({ TableName: 't', Key: { id: { S: 'a' } } });
    expect((await client.send(command)).Item).toEqual({ id: { S: 'a' }, bytes: { B: new Uint8Array([1, 2]) } });
    await expect(client.send(command)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(seen[0]).toEqual({ target: 'DynamoDB_20120810.GetItem', body: '{"TableName":"t","Key":{"id":{"S":"a"}}}' });
  });
});
