import type { Socket } from 'node:net';
import type { Exchange } from './exchange.ts';
import { ResponseParser } from './response-parser.ts';

/** What is told of a connection. */
export interface ConnectionListener {
  /** It may carry the next request. */
  onFree(connection: Connection): void;
  /**
   * It carries no more requests. Called once.
   *
   * @param wasSilent whether it carried one, and nothing of the answer had come.
   */
  onClosed(connection: Connection, wasSilent: boolean): void;
}

/** One socket, which carries one request at a time. While it carries none it keeps no process alive. */
export class Connection {
  /** Which answer of its pool's was its last one, counted from 1. */
  lastAnswer = 0;
  readonly #socket: Socket;
  readonly #listener: ConnectionListener;
  #exchange: Exchange | undefined;
  /** Of the exchange: with it goes its answer, which may be large. */
  #parser: ResponseParser | undefined;
  #isOpen = false;
  #isClosed = false;
  #usableUntil = Number.POSITIVE_INFINITY;

  /** @param socket which is being connected. */
  constructor(socket: Socket, listener: ConnectionListener) {
    this.#socket = socket;
    this.#listener = listener;
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_DELAY);
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => this.#onOpen());
    socket.on('data', (bytes: Buffer) => this.#onData(bytes));
    socket.on('end', () => this.#onEnd());
    socket.on('error', (error: Error) => this.#fail(error));
    socket.on('close', () => this.#fail(brokenOff()));
  }

  /** Whether a request may be sent over it: neither end has closed it, and its time is not over. */
  get isUsable(): boolean {
    return !this.#isClosed && Date.now() < this.#usableUntil;
  }

  /** Whether it has come about. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends a request as soon as the connection stands. */
  send(exchange: Exchange): void {
    this.#exchange = exchange;
    this.#parser = new ResponseParser(exchange.method);
    exchange.connection = this;
    if (this.#isOpen) {
      // Stryker disable next-line CallExpression: the exchange's timer keeps the process alive as well.
      this.#socket.ref();
      this.#socket.write(exchange.text);
    } else {
      exchange.onConnecting();
    }
  }

  /** Closes the connection; a request it carries is not told. */
  destroy(): void {
    const wasSilent = this.#isSilent;
    this.#clear();
    this.#close(wasSilent);
  }

  /** Closes the connection; a request it carries fails. */
  breakOff(): void {
    this.#fail(brokenOff());
  }

  #onOpen(): void {
    this.#isOpen = true;
    const exchange = this.#exchange;
    // Stryker disable next-line ConditionalExpression: without one, it would be closed; the type needs to be told.
    if (exchange === undefined) return;
    exchange.onConnected();
    this.#socket.write(exchange.text);
  }

  #onData(bytes: Buffer): void {
    try {
      // Without one, nobody has asked.
      // Stryker disable next-line ConditionalExpression: the error of reading without one would close it as well.
      if (this.#parser === undefined) this.#close();
      else if (this.#parser.push(bytes)) this.#finish(this.#parser);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** The other end sends no more. */
  #onEnd(): void {
    if (this.#parser?.end()) this.#finish(this.#parser);
    this.#fail(brokenOff());
  }

  #finish({ answer, keepsConnection }: ResponseParser): void {
    const exchange = this.#clear();
    // An answer that comes before the request has been written leaves the rest of it on the way.
    if (keepsConnection && this.#socket.writableLength === 0 && this.#keepFor(answer.headers['keep-alive'])) {
      this.#socket.unref();
      this.#listener.onFree(this);
    } else {
      this.#close();
    }
    // Stryker disable next-line OptionalChaining: what is answered was asked; the type needs to be told.
    exchange?.onAnswer(answer);
  }

  /** Notes until when the connection may be used, by what the server says: `timeout=5`. */
  #keepFor(keepAlive: string | undefined): boolean {
    // Stryker disable next-line ConditionalExpression: `undefined` as a text names no time; the type needs to be told.
    if (keepAlive === undefined) return true;
    const seconds = /(?:^|[\s,])timeout=(\d+)/i.exec(keepAlive)?.[1];
    if (seconds === undefined) return true;
    const milliseconds = Number(seconds) * 1_000 - KEEP_ALIVE_MARGIN;
    this.#usableUntil = Date.now() + milliseconds;
    return milliseconds > 0;
  }

  #fail(error: Error): void {
    const wasSilent = this.#isSilent;
    const head = this.#parser?.head;
    const exchange = this.#clear();
    this.#close(wasSilent);
    if (head !== undefined) {
      // The status came: it says whether DynamoDB refused.
      const { statusCode, headers } = head;
      const requestId = headers['x-amzn-requestid'];
      Object.assign(error, { $metadata: { httpStatusCode: statusCode, requestId } });
    }
    exchange?.onError(error);
  }

  /** Whether it carries a request, and the answer has not begun. */
  get #isSilent(): boolean {
    return this.#parser !== undefined && this.#parser.head === undefined;
  }

  /** It carries no request from here on. */
  #clear(): Exchange | undefined {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#parser = undefined;
    return exchange;
  }

  #close(wasSilent = false): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.destroy();
    this.#listener.onClosed(this, wasSilent);
  }
}

/** Milliseconds without traffic after which TCP probes a connection. */
const KEEP_ALIVE_DELAY = 1_000;

/** Milliseconds before the server closes an idle connection from which on it is not used. */
const KEEP_ALIVE_MARGIN = 1_000;

/** The error of a request whose connection was closed. */
export function brokenOff(): Error {
  return Object.assign(new Error('The connection was closed before the end of the answer'), { code: 'ECONNRESET' });
}
