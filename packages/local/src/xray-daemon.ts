import { createSocket, type Socket } from 'node:dgram';
import { PortInUseError } from './port.ts';
import { parseSegment, type Segment } from './xray-segment.ts';

/** Options of `startXRayDaemon`. */
export interface XRayDaemonOptions {
  /** The UDP port to listen on; without it, a free one. */
  readonly port?: number;
}

/** An X-Ray daemon that keeps what it receives. */
export interface XRayDaemon extends AsyncDisposable {
  /** Host and port, for `AWS_XRAY_DAEMON_ADDRESS`. */
  readonly address: string;
  readonly port: number;
  /** The documents received, in order. */
  readonly segments: readonly Segment[];
  /** The datagrams that held no segment, in order. */
  readonly malformed: readonly string[];
  /**
   * Waits for segments.
   *
   * @param until a number of documents, or what must be true of all documents so far.
   * @param timeoutMs milliseconds to wait; default 5000.
   * @returns the documents received by then.
   * @throws SegmentsMissingError when the time is over or the daemon is stopped.
   */
  waitFor(until: number | ((segments: readonly Segment[]) => boolean), timeoutMs?: number): Promise<readonly Segment[]>;
  /** Closes the socket. */
  stop(): Promise<void>;
}

/** The segments somebody waited for have not come. */
export class SegmentsMissingError extends Error {
  override readonly name = 'SegmentsMissingError';
  readonly code = 'SEGMENTS_MISSING';

  constructor(reason: string, segments: readonly Segment[], malformed: number) {
    const names = segments.map((segment) => segment.name).join(', ') || 'none';
    super(`The X-Ray segments waited for did not come: ${reason}. Received: ${names}; malformed: ${malformed}.`);
  }
}

interface Waiter {
  /** Looks again whether the segments have come. */
  readonly check: () => void;
  readonly giveUp: (reason: string) => void;
}

/**
 * Starts an X-Ray daemon on 127.0.0.1 that keeps the segments it receives instead of sending them to AWS.
 *
 * @throws PortInUseError when `port` is taken.
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-daemon
 * @example
 * const daemon = await startXRayDaemon();
 * const environment = { AWS_XRAY_DAEMON_ADDRESS: daemon.address };
 * // invoke a function with this environment, then:
 * const [segment] = await daemon.waitFor(1);
 * await daemon.stop();
 */
export async function startXRayDaemon(options: XRayDaemonOptions = {}): Promise<XRayDaemon> {
  const socket = createSocket('udp4');
  const port = await bind(socket, options.port ?? 0);
  return new Daemon(socket, port);
}

function bind(socket: Socket, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      socket.close();
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(port, { cause: error }) : error);
    };
    socket.once('error', onError);
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      socket.off('error', onError);
      resolve(socket.address().port);
    });
  });
}

class Daemon implements XRayDaemon {
  readonly address: string;
  readonly port: number;
  readonly segments: Segment[] = [];
  readonly malformed: string[] = [];
  readonly #socket: Socket;
  readonly #waiters = new Set<Waiter>();
  #stopped: Promise<void> | undefined;

  constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.port = port;
    this.address = `127.0.0.1:${port}`;
    socket.on('message', (datagram) => this.#receive(datagram.toString('utf8')));
  }

  waitFor(until: number | ((segments: readonly Segment[]) => boolean), timeoutMs = 5_000): Promise<readonly Segment[]> {
    const complete = typeof until === 'number' ? () => this.segments.length >= until : () => until(this.segments);
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const giveUp = (reason: string) => {
        leave();
        reject(new SegmentsMissingError(reason, this.segments, this.malformed.length));
      };
      const check = () => {
        try {
          if (!complete()) return;
          resolve([...this.segments]);
        } catch (error) {
          reject(error);
        }
        leave();
      };
      const waiter: Waiter = { check, giveUp };
      this.#waiters.add(waiter);
      const timer = setTimeout(() => giveUp(`${timeoutMs} ms are over`), timeoutMs);
      check();
      if (this.#stopped !== undefined) giveUp('the daemon is stopped');
    });
  }

  stop(): Promise<void> {
    this.#stopped ??= new Promise((resolve) => this.#socket.close(resolve));
    for (const waiter of this.#waiters) waiter.giveUp('the daemon is stopped');
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #receive(datagram: string): void {
    const segment = parseSegment(datagram);
    if (segment === undefined) this.malformed.push(datagram);
    else this.segments.push(segment);
    for (const waiter of this.#waiters) waiter.check();
  }
}
