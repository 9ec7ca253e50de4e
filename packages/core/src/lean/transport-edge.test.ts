import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLeanClient } from './client.ts';
import { createHttpHandler, type HttpHandler, type HttpHandlerOptions } from './http-handler.ts';
import { serveTcp, type TestServer } from './server.fixture.ts';

const open: { close?(): Promise<unknown>; destroy?(): void }[] = [];

afterEach(async () => {
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

function requestTo({ port }: Pick<TestServer, 'port'>, changes: object = {}) {
  const hostname = '127.0.0.1';
  return { protocol: 'http:', hostname, port, path: '/', method: 'POST', headers: {}, body: '{}', ...changes };
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

async function textOf(handled: ReturnType<HttpHandler['handle']>): Promise<string> {
  return (await handled).response.body.toString();
}

/** A signal as the SDK's deprecated package has it: `onabort`, and no listeners. */
interface DeprecatedSignal {
  aborted: boolean;
  onabort: (() => void) | null;
}

function deprecatedSignal(): DeprecatedSignal {
  return { aborted: false, onabort: null };
}

describe("a signal of the SDK's deprecated kind", () => {
  it('ends the wait for an answer', async () => {
    const server = await tcpServer(() => {});
    const abortSignal = deprecatedSignal();
    const handled = handlerOf().handle(requestTo(server), { abortSignal });
    handled.catch(() => {});
    await vi.waitFor(() => expect(server.sockets).toHaveLength(1));
    abortSignal.aborted = true;
    abortSignal.onabort?.();
    await expect(handled).rejects.toMatchObject({ name: 'AbortError' });
    await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
  });

  it('is told of no answer, and has no say in what comes after its request', async () => {
    const server = await tcpServer((socket, request) => request.endsWith('{}') && socket.write(OK));
    const handler = handlerOf({ requestTimeout: 60_000 });
    const abortSignal = deprecatedSignal();
    expect(await textOf(handler.handle(requestTo(server), { abortSignal }))).toBe('ok');
    expect(abortSignal.onabort).toBeNull();
    const silent = handler.handle(requestTo(server, { body: 'no answer' }), { abortSignal, requestTimeout: 200 });
    await expect(silent).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(abortSignal.onabort).toBeNull();
    const next = handler.handle(requestTo(server, { body: 'no answer' }), { abortSignal });
    await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
    await wait(10); // the client's end of it is closed as well
    abortSignal.onabort?.();
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('connections that died while nobody looked, as those of a frozen environment', () => {
  /** Answers; connections from before `die` answer no more, in the way that is given. */
  async function mortal(kill: (socket: Socket) => void): Promise<{ server: TestServer; die(): void }> {
    let dead: readonly Socket[] = [];
    const server = await tcpServer((socket) => {
      if (dead.includes(socket)) kill(socket);
      else setTimeout(() => socket.write(OK), 10);
    });
    const die = (): void => {
      dead = [...server.sockets];
    };
    return { server, die };
  }

  it.each<[string, (socket: Socket) => void]>([
    ['are reset', (socket) => socket.resetAndDestroy()],
    ['say nothing', () => {}],
  ])('and that %s cost one request, not one each', async (_how, kill) => {
    const { server, die } = await mortal(kill);
    const handler = handlerOf({ requestTimeout: 60_000 });
    await Promise.all(Array.from({ length: 6 }, () => handler.handle(requestTo(server))));
    expect(server.sockets).toHaveLength(6);
    die();
    await expect(handler.handle(requestTo(server), { requestTimeout: 500 })).rejects.toBeInstanceOf(Error);
    expect(await textOf(handler.handle(requestTo(server)))).toBe('ok');
    expect(server.sockets).toHaveLength(7);
    await vi.waitFor(() => expect(server.sockets.filter(({ destroyed }) => !destroyed)).toHaveLength(1));
  });

  it('leave those alone that have answered since', async () => {
    const answers: (() => void)[] = [];
    const server = await tcpServer((socket, request) => {
      if (request.endsWith('break')) answers.push(() => socket.destroy());
      else answers.push(() => socket.write(OK));
    });
    const handler = handlerOf();
    const send = async (body: string, asked: number): Promise<Promise<string>[]> => {
      const handled = textOf(handler.handle(requestTo(server, { body })));
      handled.catch(() => {});
      await vi.waitFor(() => expect(answers).toHaveLength(asked));
      return [handled]; // in an array, so that it is not awaited here
    };
    const [a, b] = [await send('a', 1), await send('b', 2)];
    for (const answer of answers.splice(0)) answer();
    await Promise.all([...a, ...b]);
    const [broken] = await send('break', 1);
    const [alive] = await send('c', 2);
    answers[1]?.();
    expect(await alive).toBe('ok');
    answers.splice(0)[0]?.();
    await expect(broken).rejects.toMatchObject({ code: 'ECONNRESET' });
    const [last] = await send('d', 1);
    answers[0]?.();
    expect(await last).toBe('ok');
    expect(server.sockets).toHaveLength(2);
  });
});

describe('connections that have not died', () => {
  const BROKEN = 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok';
  const LAST = 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok';

  it.each<[string, (handler: HttpHandler, server: TestServer) => Promise<unknown>]>([
    [
      'an answer breaks off',
      (handler, server) =>
        expect(handler.handle(requestTo(server, { body: 'break' }))).rejects.toMatchObject({ code: 'ECONNRESET' }),
    ],
    [
      'an answer is the last one of its connection',
      (handler, server) => handler.handle(requestTo(server, { body: 'last' })),
    ],
    [
      'the server closes one that is idle',
      async (_handler, { sockets }) => {
        sockets[1]?.end();
        await vi.waitFor(() => expect(sockets[1]?.destroyed).toBe(true));
      },
    ],
  ])('are kept where %s', async (_when, happen) => {
    let waiting: Socket[] = [];
    const server = await tcpServer((socket, request) => {
      if (request.endsWith('break')) return socket.end(BROKEN);
      if (request.endsWith('last')) return socket.write(LAST);
      if (request.endsWith('alone')) return socket.write(OK);
      waiting.push(socket);
      if (waiting.length < 3) return;
      for (const one of waiting) one.write(OK);
      waiting = [];
    });
    const handler = handlerOf();
    await Promise.all(Array.from({ length: 3 }, () => handler.handle(requestTo(server))));
    await happen(handler, server);
    expect(await textOf(handler.handle(requestTo(server, { body: 'alone' })))).toBe('ok');
    await Promise.all(['alone', 'alone'].map((body) => handler.handle(requestTo(server, { body }))));
    expect(server.sockets).toHaveLength(3);
  });
});

describe('an option', () => {
  it.each<HttpHandlerOptions>([
    { maxSockets: 0 },
    { maxSockets: Number.NaN },
    { connectionTimeout: -1 },
    { requestTimeout: Number.NaN },
    { requestTimeout: 'soon' as never },
  ])('that would let requests wait for ever is a TypeError: %o', (options) => {
    const error = new TypeError(
      'connectionTimeout and requestTimeout must be numbers from 0 on, and maxSockets one from 1 on',
    );
    expect(() => createHttpHandler(options)).toThrow(error);
    expect(() => createLeanClient({ region: 'eu-west-1', ...options })).toThrow(error);
  });
});

describe('a header that is there in two spellings', () => {
  it('is sent once, as it is signed', async () => {
    const seen: string[] = [];
    const server = await tcpServer((socket, request) => {
      seen.push(request);
      socket.write(OK);
    });
    const headers = { Host: 'b', host: 'a', 'content-length': '2', 'Content-Length': '2', 'X-A': '1', 'x-a': '2' };
    await handlerOf().handle(requestTo(server, { headers }));
    expect(seen).toEqual(['POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nx-a: 2\r\n\r\n{}']);
  });
});

describe('a timeout', () => {
  it.each([0, Number.POSITIVE_INFINITY, 2 ** 31])('of %d ms is none', async (timeout) => {
    const warning = vi.fn();
    process.on('warning', warning);
    const server = await tcpServer((socket) => setTimeout(() => socket.write(OK), 50));
    const handler = handlerOf({ connectionTimeout: timeout, requestTimeout: timeout });
    expect(await textOf(handler.handle(requestTo(server)))).toBe('ok');
    await wait(0);
    process.off('warning', warning);
    expect(warning).not.toHaveBeenCalled();
  });

  it('that is over before it begins ends the request', async () => {
    const server = await tcpServer(() => {});
    const handled = handlerOf().handle(requestTo(server), { requestTimeout: -1 });
    await expect(handled).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  describe('that ends while the process is busy, or frozen', () => {
    /** A server in a thread of its own, which goes on meanwhile. It answers with the numbers of the connection and the request. */
    async function independentServer(): Promise<{ port: number }> {
      const worker = new Worker(
        `const { parentPort } = require('node:worker_threads');
        let connections = 0;
        let requests = 0;
        const server = require('node:net').createServer((socket) => {
          connections++;
          socket.on('error', () => {});
          socket.on('data', () => {
            const answer = 'HTTP/1.1 200 OK\\r\\ncontent-length: 3\\r\\n\\r\\n' + connections + '/' + ++requests;
            setTimeout(() => socket.write(answer), 50);
          });
        });
        server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
        { eval: true },
      );
      open.push({ close: () => worker.terminate() });
      return { port: await new Promise<number>((resolve) => worker.once('message', resolve)) };
    }

    function block(milliseconds: number): void {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
    }

    it('finds the answer that has come', async () => {
      const server = await independentServer();
      const handler = handlerOf();
      await handler.handle(requestTo(server));
      const handled = handler.handle(requestTo(server), { requestTimeout: 500 });
      handled.catch(() => {});
      block(2_000);
      expect(await textOf(handled)).toBe('1/2');
      expect(await textOf(handler.handle(requestTo(server)))).toBe('1/3'); // the connection is kept
    });

    it('does not send what waited for a connection', async () => {
      const server = await independentServer();
      const handler = handlerOf({ maxSockets: 1, requestTimeout: 60_000 });
      await handler.handle(requestTo(server));
      const first = handler.handle(requestTo(server));
      const second = handler.handle(requestTo(server), { requestTimeout: 500 });
      second.catch(() => {});
      block(2_000);
      await expect(second).rejects.toMatchObject({ name: 'TimeoutError' });
      expect(await textOf(first)).toBe('1/2');
      expect(await textOf(handler.handle(requestTo(server)))).toBe('1/3');
    });
  });
});
