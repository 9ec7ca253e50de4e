import { getEventListeners } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHttpHandler, type HttpHandler, type HttpHandlerOptions } from './http-handler.ts';
import { serve, serveTcp, type TestServer, testCertificate } from './server.fixture.ts';

const open: { close?(): Promise<void>; destroy?(): void }[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of open.splice(0)) {
    one.destroy?.();
    await one.close?.();
  }
});

function handlerOf(options: HttpHandlerOptions = {}): HttpHandler {
  const handler = createHttpHandler(options);
  open.push(handler);
  return handler;
}

async function tcpServer(onRequest: (socket: Socket, request: string) => void): Promise<TestServer> {
  const server = await serveTcp(onRequest);
  open.push(server);
  return server;
}

function requestTo({ port }: TestServer, changes: object = {}) {
  return {
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    path: '/',
    method: 'POST',
    headers: {},
    body: '{}',
    ...changes,
  };
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

async function textOf(handled: ReturnType<HttpHandler['handle']>): Promise<string> {
  return (await handled).response.body.toString();
}

describe('connections', () => {
  it('are shared by requests in turn', async () => {
    const seen: string[] = [];
    const server = await serve(async (request, response) => {
      for await (const part of request) seen.push(`${part}`);
      response.end();
    });
    open.push(server);
    const handler = handlerOf({ maxSockets: 1 });
    const bodies = Array.from({ length: 20 }, (_, i) => `${i}`);
    await Promise.all(bodies.map((body) => handler.handle(requestTo(server, { body }))));
    expect(seen).toEqual(bodies);
    expect(server.sockets).toHaveLength(1);
  });

  it('that break off are replaced for the requests that wait', async () => {
    const seen: string[] = [];
    const server = await tcpServer((socket, request) => {
      seen.push(request.slice(request.lastIndexOf('\n') + 1));
      if (request.endsWith('break')) socket.destroy();
      else socket.write(OK);
    });
    const handler = handlerOf({ maxSockets: 1 });
    const bodies = ['a', 'break', 'b', 'break', 'c', 'd', 'e'];
    const results = await Promise.allSettled(bodies.map((body) => handler.handle(requestTo(server, { body }))));
    expect(results.map(({ status }) => status)).toEqual([
      ...['fulfilled', 'rejected', 'fulfilled', 'rejected'],
      ...['fulfilled', 'fulfilled', 'fulfilled'],
    ]);
    expect(seen).toEqual(bodies);
    expect(server.sockets).toHaveLength(3);
  });

  it('that are refused fail all requests that wait for one', async () => {
    const server = await tcpServer(() => {});
    await server.close();
    const handler = handlerOf({ maxSockets: 2 });
    const results = await Promise.allSettled(Array.from({ length: 9 }, () => handler.handle(requestTo(server))));
    expect(results).toEqual(
      Array(9).fill({ status: 'rejected', reason: expect.objectContaining({ code: 'ECONNREFUSED' }) }),
    );
  });

  it('that are closed by `destroy` fail their requests, and those that wait', async () => {
    const server = await tcpServer((socket, request) => request.endsWith('again') && socket.write(OK));
    const handler = handlerOf({ maxSockets: 2 });
    const handled = Array.from({ length: 5 }, () => handler.handle(requestTo(server)));
    const settled = Promise.allSettled(handled);
    await vi.waitFor(() => expect(server.sockets).toHaveLength(2));
    handler.destroy();
    expect(await settled).toEqual(
      Array(5).fill({ status: 'rejected', reason: expect.objectContaining({ code: 'ECONNRESET' }) }),
    );
    expect(await textOf(handler.handle(requestTo(server, { body: 'again' })))).toBe('ok');
    expect(server.sockets).toHaveLength(3);
  });

  it('are given up with the request: what waits goes on with another', async () => {
    const server = await tcpServer((socket, request) => request.endsWith('b') && socket.write(OK));
    const handler = handlerOf({ maxSockets: 1 });
    const controller = new AbortController();
    const first = handler.handle(requestTo(server, { body: 'a' }), { abortSignal: controller.signal });
    first.catch(() => {});
    const others = Array.from({ length: 3 }, () => textOf(handler.handle(requestTo(server, { body: 'b' }))));
    await vi.waitFor(() => expect(server.sockets).toHaveLength(1));
    controller.abort();
    await expect(first).rejects.toMatchObject({ name: 'AbortError' });
    expect(await Promise.all(others)).toEqual(['ok', 'ok', 'ok']);
    expect(server.sockets).toHaveLength(2);
  });

  it.each([
    ['a port that is none', { port: 70_000 }, {}, 'ERR_SOCKET_BAD_PORT'],
    ['a certificate that is none', { protocol: 'https:' }, { ca: 5 as never }, 'ERR_INVALID_ARG_TYPE'],
  ])('that cannot be made for %s fail the request', async (_why, changes, options, code) => {
    const server = await tcpServer((socket) => socket.write(OK));
    const { signal } = new AbortController();
    const handled = handlerOf(options).handle(requestTo(server, changes), { abortSignal: signal });
    await expect(handled).rejects.toMatchObject({ code });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it.each([
    ['http:', '[::1]', { host: '::1', port: 80 }],
    ['https:', 'localhost', { host: 'localhost', port: 443 }],
  ])('go where a URL without a port means: %s//%s', async (protocol, hostname, place) => {
    const reason = new Error('enough seen');
    const module: any = process.getBuiltinModule(protocol === 'http:' ? 'node:net' : 'node:tls');
    const connect = vi.spyOn(module, 'connect').mockImplementation(() => {
      throw reason;
    });
    const handled = handlerOf().handle(requestTo({} as TestServer, { protocol, hostname, port: undefined }));
    await expect(handled).rejects.toBe(reason);
    expect(connect).toHaveBeenCalledWith(expect.objectContaining(place));
  });

  it('resume no TLS session once one did not come about', async () => {
    const resumed: boolean[] = [];
    const pem = testCertificate();
    const server = createServer({ key: pem, cert: pem }, (request, response) => {
      resumed.push((request.socket as TLSSocket).isSessionReused());
      response.setHeader('connection', 'close').end();
    });
    open.push({ close: async () => void server.close() });
    const listen = (port: number): Promise<void> =>
      new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
    await listen(0);
    const { port } = server.address() as AddressInfo;
    const handler = handlerOf({ ca: pem });
    const request = { ...requestTo({ port } as TestServer), protocol: 'https:' };
    for (let i = 0; i < 2; i++) await handler.handle(request);
    await new Promise((resolve) => server.close(resolve));
    await expect(handler.handle(request)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await listen(port);
    await handler.handle(request);
    expect(resumed).toEqual([false, true, false]);
  });

  it('never get a request that was given up while it waited', async () => {
    const seen: string[] = [];
    const server = await tcpServer((socket, request) => {
      seen.push(request.slice(-1));
      socket.write(OK);
    });
    const handler = handlerOf({ maxSockets: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    const [first, second, third] = ['a', 'b', 'c'].map((body) =>
      handler.handle(requestTo(server, { body }), body === 'b' ? { abortSignal: signal } : {}),
    );
    controller.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    await Promise.all([first, third]);
    expect(seen).toEqual(['a', 'c']);
  });

  it('of other hosts are others', async () => {
    const servers = [await tcpServer((socket) => socket.write(OK)), await tcpServer((socket) => socket.write(OK))];
    const handler = handlerOf({ maxSockets: 1 });
    for (const server of [...servers, ...servers]) expect(await textOf(handler.handle(requestTo(server)))).toBe('ok');
    expect(servers.map(({ sockets }) => sockets.length)).toEqual([1, 1]);
  });
});
