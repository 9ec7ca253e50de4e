import { type AddressInfo, createServer, type Server } from 'node:net';

/** The port that was asked for is taken by another program. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';
  readonly code = 'PORT_IN_USE';
  /** The port that was asked for. */
  readonly port: number;

  constructor(port: number, options?: ErrorOptions) {
    super(`Port ${port} on 127.0.0.1 is in use. Stop the program that listens there, or choose another port.`, options);
    this.port = port;
  }
}

/**
 * Has `server` listen on 127.0.0.1.
 *
 * @param port the port; 0 takes any free one.
 * @returns the port it listens on.
 * @throws PortInUseError
 */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(port, { cause: error }) : error);
    };
    server.once('error', onError);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', onError);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/**
 * A port that was free a moment ago, for a program that cannot choose one itself.
 *
 * @param port the port to check; 0 finds one.
 * @throws PortInUseError
 */
export async function freePort(port = 0): Promise<number> {
  const probe = createServer();
  const found = await listen(probe, port);
  await new Promise((resolve) => probe.close(resolve));
  return found;
}
