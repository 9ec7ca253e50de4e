import type { Socket } from 'node:dgram';

/**
 * Takes the place of the UDP socket in the SDK's emitter, because the emitter does not tell when a document has
 * left: what is still in the process when Lambda freezes it arrives late or never.
 */
export class DaemonSocket {
  #socket: Socket | undefined;
  #pending = 0;
  #waiting: (() => void)[] = [];

  /** `dgram.Socket#send`, as the emitter calls it. */
  send(
    message: Uint8Array,
    offset: number,
    length: number,
    port: number,
    address: string,
    callback: (error: Error | null) => void,
  ): void {
    if (port < 1 || port > 65_535) {
      // A socket that is still opening throws for such a port only when it is open, where nobody catches it.
      callback(new RangeError(`There is no port ${port}`));
      return;
    }
    this.#socket ??= this.#open();
    this.#socket.send(message, offset, length, port, address, (error) => {
      this.#pending--;
      callback(error);
      this.#release();
    });
    this.#pending++; // after the call, which may throw
  }

  /** Resolves when the operating system has every document that was sent so far. */
  sent(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#release();
    });
  }

  #open(): Socket {
    const { createSocket } = process.getBuiltinModule('node:dgram');
    const socket = createSocket('udp4').unref();
    // A socket that cannot be opened never calls back: give up its documents, and try a new one next time.
    socket.once('error', () => {
      this.#socket = undefined;
      this.#pending = 0;
      this.#release();
      socket.close();
    });
    return socket;
  }

  #release(): void {
    if (this.#pending > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
