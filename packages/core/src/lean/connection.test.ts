import { execFile } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:https';
import { type AddressInfo, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DynamoDBClient, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHttpHandler, type HttpHandler, type HttpHandlerOptions } from './http-handler.ts';
import { serveTcp, serveTls, type TestServer, testCertificate } from './server.fixture.ts';

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

async function tcpServer(onRequest: (socket: Socket, request: string, number: number) => void): Promise<TestServer> {
  let number = 0;
  const server = await serveTcp((socket, request) => onRequest(socket, request, ++number));
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

describe('a connection', () => {
  it.each([
    ['with a length', OK],
    ['in chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n'],
    ['after others', `HTTP/1.1 100 Continue\r\n\r\n${OK}`],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok'],
  ])('reads an answer %s byte by byte, and is used again', async (_what, answer) => {
    const server = await tcpServer(async (socket) => {
      socket.setNoDelay(true);
      for (const character of answer) {
        socket.write(character);
        await setImmediate();
      }
    });
    const handler = handlerOf();
    for (let i = 0; i < 3; i++) expect(await textOf(handler.handle(requestTo(server)))).toBe('ok');
    expect(server.sockets).toHaveLength(1);
  });

  it('reads an answer without length to its end', async () => {
    const server = await tcpServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\no');
      setTimeout(() => socket.end('k'), 20);
    });
    const handler = handlerOf();
    for (let i = 1; i < 3; i++) {
      expect(await textOf(handler.handle(requestTo(server)))).toBe('ok');
      expect(server.sockets).toHaveLength(i);
    }
  });

  it.each([
    ['`connection: close`', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok'],
    ['bytes after the answer', `${OK}HTTP/1.1 200 OK\r\n`],
    ['a second answer', `${OK}${OK}`],
    ['a time that is over', 'HTTP/1.1 200 OK\r\nkeep-alive: timeout=1\r\ncontent-length: 2\r\n\r\nok'],
  ])('is closed after %s', async (_what, answer) => {
    const server = await tcpServer((socket) => socket.write(answer));
    const handler = handlerOf();
    for (let i = 0; i < 3; i++) expect(await textOf(handler.handle(requestTo(server)))).toBe('ok');
    expect(server.sockets).toHaveLength(3);
    await vi.waitFor(() => expect(server.sockets.every(({ destroyed }) => destroyed)).toBe(true));
  });

  it('is not used in the last second the server keeps it', async () => {
    const answer = 'HTTP/1.1 200 OK\r\nKeep-Alive: max=9, timeout=15\r\ncontent-length: 2\r\n\r\nok';
    const server = await tcpServer((socket) => socket.write(answer));
    const handler = handlerOf();
    const now = vi.spyOn(Date, 'now').mockReturnValue(100_000);
    for (const time of [100_000, 113_999]) {
      now.mockReturnValue(time);
      await handler.handle(requestTo(server));
    }
    expect(server.sockets).toHaveLength(1);
    now.mockReturnValue(127_999);
    await handler.handle(requestTo(server));
    expect(server.sockets).toHaveLength(2);
    await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
  });

  it.each(['max=9', 'xtimeout=1', 'timeout=soon'])('is used again where the server says %s', async (keepAlive) => {
    const answer = `HTTP/1.1 200 OK\r\nkeep-alive: ${keepAlive}\r\ncontent-length: 2\r\n\r\nok`;
    const server = await tcpServer((socket) => socket.write(answer));
    const handler = handlerOf();
    for (let i = 0; i < 2; i++) expect(await textOf(handler.handle(requestTo(server)))).toBe('ok');
    expect(server.sockets).toHaveLength(1);
  });

  it('sends at once, and probes a silent server', async () => {
    const setNoDelay = vi.spyOn(Socket.prototype, 'setNoDelay');
    const setKeepAlive = vi.spyOn(Socket.prototype, 'setKeepAlive');
    const server = await tcpServer((socket) => socket.write(OK));
    await handlerOf().handle(requestTo(server));
    expect(setNoDelay).toHaveBeenCalledWith(true);
    expect(setKeepAlive).toHaveBeenCalledWith(true, 1_000);
  });

  it('that something else closes fails its request', async () => {
    const connect = vi.spyOn(process.getBuiltinModule('node:net'), 'connect');
    const server = await tcpServer(() => connect.mock.results[0]?.value.destroy());
    await expect(handlerOf().handle(requestTo(server))).rejects.toMatchObject({
      code: 'ECONNRESET',
      message: 'The connection was closed before the end of the answer',
    });
  });

  it('knows that an answer to HEAD has no body', async () => {
    const server = await tcpServer((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n'));
    const handler = handlerOf();
    for (let i = 0; i < 2; i++) expect(await textOf(handler.handle(requestTo(server, { method: 'HEAD' })))).toBe('');
    expect(server.sockets).toHaveLength(1);
  });

  it('leaves no timer and no socket behind that would keep a process alive', async () => {
    const unref = vi.spyOn(Socket.prototype, 'unref');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const server = await tcpServer((socket) => socket.write(OK));
      const handler = handlerOf();
      await handler.handle(requestTo(server));
      expect(vi.getTimerCount()).toBe(0);
      expect(unref).toHaveBeenCalled();
      await expect(handler.handle(requestTo(server, { port: 1 }))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('that the server closes while it is idle is dropped', async () => {
    const server = await tcpServer((socket) => socket.write(OK));
    const handler = handlerOf();
    await handler.handle(requestTo(server));
    server.sockets[0]?.end();
    await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
    expect(await textOf(handler.handle(requestTo(server)))).toBe('ok');
    expect(server.sockets).toHaveLength(2);
  });

  it('is dropped as soon as the server has ended it', async () => {
    const connect = vi.spyOn(process.getBuiltinModule('node:net'), 'connect');
    const server = await tcpServer((socket) => socket.write(OK));
    const handler = handlerOf();
    await handler.handle(requestTo(server));
    const next = new Promise<string>((resolve, reject) => {
      connect.mock.results[0]?.value.once('end', () => textOf(handler.handle(requestTo(server))).then(resolve, reject));
    });
    server.sockets[0]?.end();
    expect(await next).toBe('ok');
    expect(server.sockets).toHaveLength(2);
  });

  it('with bytes nobody has asked for is dropped', async () => {
    const server = await tcpServer((socket) => socket.write(OK));
    const handler = handlerOf();
    await handler.handle(requestTo(server));
    server.sockets[0]?.write('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nbad');
    await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
    expect(await textOf(handler.handle(requestTo(server)))).toBe('ok');
  });

  it('that turns out to be dead is an error: a request is not sent twice', async () => {
    const server = await tcpServer((socket, _request, number) =>
      number === 2 ? socket.resetAndDestroy() : socket.write(OK),
    );
    const handler = handlerOf();
    await handler.handle(requestTo(server));
    await expect(handler.handle(requestTo(server))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(server.sockets).toHaveLength(1);
    expect(await textOf(handler.handle(requestTo(server)))).toBe('ok');
    expect(server.sockets).toHaveLength(2);
  });

  it.each([
    ['HPE_INVALID_CHUNK_SIZE', 'HTTP/1.1 503 No\r\ntransfer-encoding: chunked\r\nx-amzn-requestid: r\r\n\r\nx\r\n'],
    ['ECONNRESET', 'HTTP/1.1 503 No\r\ncontent-length: 9\r\nx-amzn-requestid: r\r\n\r\nx'],
  ])('that breaks within a body is closed, with %s and the status', async (code, answer) => {
    const server = await tcpServer((socket) => {
      socket.write(answer);
      if (code === 'ECONNRESET') socket.end();
    });
    await expect(handlerOf().handle(requestTo(server))).rejects.toMatchObject({
      code,
      $metadata: { httpStatusCode: 503, requestId: 'r' },
    });
    await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
  });

  it('that answers before the request has been written is not used again', async () => {
    const server = await tcpServer((socket) => {
      socket.pause();
      socket.removeAllListeners('data');
      socket.write(OK);
    });
    const handler = handlerOf();
    expect(await textOf(handler.handle(requestTo(server, { body: 'x'.repeat(50_000_000) })))).toBe('ok');
    expect(await textOf(handler.handle(requestTo(server)))).toBe('ok');
    expect(server.sockets).toHaveLength(2);
  });

  it('gets nothing of a request that could be read as two', async () => {
    const server = await tcpServer((socket) => socket.write(OK));
    const headers = { 'x-trace': '1\r\n\r\nPOST / HTTP/1.1' };
    await expect(handlerOf().handle(requestTo(server, { headers }))).rejects.toBeInstanceOf(TypeError);
    await expect(handlerOf().handle(requestTo(server, { body: new ReadableStream() }))).rejects.toBeInstanceOf(
      TypeError,
    );
    expect(server.sockets).toHaveLength(0);
  });

  it('carries text and bytes in one write', async () => {
    const seen: string[] = [];
    const server = await tcpServer((socket, request) => {
      seen.push(request);
      socket.write(OK);
    });
    const handler = handlerOf();
    await handler.handle(requestTo(server, { body: 'größer' }));
    await handler.handle(requestTo(server, { body: new TextEncoder().encode('größer') }));
    const text = `POST / HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\ncontent-length: 8\r\n\r\ngrößer`;
    expect(seen).toEqual([text, text]);
  });

  it('keeps a process alive while it carries a request, and not longer', async () => {
    const server = await tcpServer((socket) => setTimeout(() => socket.write(OK), 100));
    const script = `
      import { createHttpHandler } from ${JSON.stringify(new URL('./http-handler.ts', import.meta.url).href)};
      const handler = createHttpHandler({ requestTimeout: 60_000, connectionTimeout: 60_000 });
      await handler.handle({ ...${JSON.stringify(requestTo(server))}, port: 1 }).catch(() => {}); // refused
      for (let i = 0; i < 2; i++) {
        const { response } = await handler.handle(${JSON.stringify(requestTo(server))});
        console.log(response.statusCode);
      }`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script],
      { timeout: 15_000 },
    );
    expect(stdout).toBe('200\n200\n');
    expect(server.sockets).toHaveLength(1);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'is open to nobody with a certificate of another name: %s',
    async (version) => {
      const pem = testCertificate();
      const server = createServer({ key: pem, cert: pem, maxVersion: version }, (_request, response) => response.end());
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve));
      open.push({ close: async () => void server.close() });
      const { port } = server.address() as AddressInfo;
      const request = { ...requestTo({ port } as TestServer), protocol: 'https:', hostname: '127.0.0.2' };
      const handler = handlerOf({ ca: pem });
      for (let i = 0; i < 3; i++) {
        await expect(handler.handle(request)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
      }
    },
  );

  it('may take longer to answer than to come about', async () => {
    const server = await tcpServer((socket) => setTimeout(() => socket.write(OK), 1_200));
    expect(await textOf(handlerOf({ connectionTimeout: 600 }).handle(requestTo(server)))).toBe('ok');
  });

  it('names the host it wants', async () => {
    const server = await serveTls(({ socket }, response) => {
      const { servername, alpnProtocol } = socket as any;
      response.end(`${servername} ${alpnProtocol}`);
    });
    open.push(server);
    const handler = handlerOf({ ca: testCertificate() });
    for (const [hostname, name] of [
      ['localhost', 'localhost http/1.1'],
      ['127.0.0.1', 'false http/1.1'],
    ]) {
      const request = { ...requestTo(server), protocol: 'https:', hostname };
      expect(await textOf(handler.handle(request))).toBe(name);
    }
  });
});

describe('commands of the SDK', () => {
  it('are sent with their bytes', async () => {
    const warn = vi.spyOn(console, 'warn');
    const seen: unknown[] = [];
    const server = await serveTls(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      seen.push([request.headers['x-amz-target'], Buffer.concat(parts).toString()]);
      response.end(request.headers['x-amz-target'] === 'DynamoDB_20120810.PutItem' ? '{}' : '{"TableNames":["t"]}');
    });
    const client = new DynamoDBClient({
      region: 'eu-west-1',
      endpoint: server.url,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      requestHandler: handlerOf({ ca: testCertificate() }),
    });
    open.push(client, server);
    const Item = { id: { S: 'größer' }, bytes: { B: new Uint8Array([1, 2]) } };
    await client.send(new PutItemCommand({ TableName: 't', Item }));
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(['t']);
    expect(seen).toEqual([
      ['DynamoDB_20120810.PutItem', '{"TableName":"t","Item":{"id":{"S":"größer"},"bytes":{"B":"AQI="}}}'],
      ['DynamoDB_20120810.ListTables', '{}'],
    ]);
    expect(server.sockets).toHaveLength(1);
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('the channel `tabletheory.request`', () => {
  it('is told of requests before they are sent', async () => {
    const server = await tcpServer((socket) => socket.write(OK));
    const handler = handlerOf();
    const told: any[] = [];
    const onRequest = (message: unknown): void => void told.push(message);
    const request = requestTo(server);
    subscribe('tabletheory.request', onRequest);
    await handler.handle(request);
    await handler.handle(requestTo(server, { path: 'bad' })).catch(() => {});
    unsubscribe('tabletheory.request', onRequest);
    await handler.handle(request);
    expect(told).toEqual([{ request }]);
  });
});
