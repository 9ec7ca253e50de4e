import { execFileSync } from 'node:child_process';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** A server of a test, on a port of its own. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** All connections it has got. */
  readonly sockets: Socket[];
  close(): Promise<void>;
}

let certificate: string | undefined;

/** A certificate for this machine that signs itself, with its key. */
export function testCertificate(): string {
  certificate ??= execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-days', '2'],
      ...['-keyout', '-', '-out', '-', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return certificate;
}

/** Serves HTTPS with {@link testCertificate}. */
export function serveTls(listener: RequestListener): Promise<TestServer> {
  const pem = testCertificate();
  const server = createTlsServer({ key: pem, cert: pem }, listener);
  const sockets: TLSSocket[] = [];
  server.on('secureConnection', (socket) => sockets.push(socket));
  return started(server, sockets, 'https');
}

/** Serves HTTP. */
export function serve(listener: RequestListener): Promise<TestServer> {
  const server = createServer(listener);
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  return started(server, sockets, 'http');
}

/** Serves TCP: what `onRequest` does with the socket when a request, or what may be one, has come. */
export function serveTcp(onRequest: (socket: Socket, request: string) => void): Promise<TestServer> {
  const sockets: Socket[] = [];
  const server = createTcpServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => onRequest(socket, bytes.toString()));
  });
  return started(server as Server, sockets, 'http');
}

/** Accepts connections, and says nothing. */
export function serveSilence(): Promise<TestServer> {
  const sockets: Socket[] = [];
  const server = createTcpServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {}).resume();
  });
  return started(server as Server, sockets, 'https');
}

async function started(server: Server, sockets: Socket[], protocol: string): Promise<TestServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${protocol}://127.0.0.1:${port}`,
    port,
    sockets,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
