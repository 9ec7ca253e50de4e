import type { Connection } from './connection.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { Answer } from './response-parser.ts';

/** What an exchange is made of. */
export interface ExchangeOptions {
  readonly method: string;
  /** The request as it is written. */
  readonly text: string | Buffer;
  readonly pool: ConnectionPool;
  /** Milliseconds to open a connection. */
  readonly connectionTimeout: number;
  /** Milliseconds to the end of the answer. */
  readonly requestTimeout: number;
  readonly abortSignal: AbortSignal | undefined;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** A request and the wait for its answer, which ends once: with an answer, an error, a timeout or an abort. */
export class Exchange {
  /** None while it waits for one. */
  connection: Connection | undefined;
  readonly #options: ExchangeOptions;
  readonly #answering: NodeJS.Timeout;
  #lastLook: NodeJS.Immediate | undefined;
  #connecting: NodeJS.Timeout | undefined;
  #onAbort: (() => void) | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    const { abortSignal, requestTimeout } = options;
    this.#answering = setTimeout(onNoAnswer, timerOf(requestTimeout), this, requestTimeout);
    if (abortSignal) {
      this.#onAbort = () => this.#giveUp(abortError(abortSignal));
      if (hasListeners(abortSignal)) abortSignal.addEventListener('abort', this.#onAbort);
      else (abortSignal as AbortSignal).onabort = this.#onAbort;
    }
  }

  get method(): string {
    return this.#options.method;
  }

  get text(): string | Buffer {
    return this.#options.text;
  }

  /** A connection is being opened for it. */
  onConnecting(): void {
    const { connectionTimeout } = this.#options;
    this.#connecting = setTimeout(onNoConnection, timerOf(connectionTimeout), this, connectionTimeout);
  }

  /** Its connection stands. */
  onConnected(): void {
    clearTimeout(this.#connecting);
  }

  onAnswer(answer: Answer): void {
    this.#end();
    this.#options.resolve(answer);
  }

  onError(error: Error): void {
    this.#end();
    this.#options.reject(error);
  }

  /**
   * Its time is over. If it has been sent, its answer may have come while the process was busy, or frozen: timers come
   * before sockets. What was done once must not be tried again for that.
   */
  onLate(milliseconds: number): void {
    const end = (): void => this.onTimeout('No whole answer', milliseconds);
    if (this.connection?.isOpen) this.#lastLook = setImmediate(end);
    else end();
  }

  onTimeout(what: string, milliseconds: number): void {
    this.#giveUp(Object.assign(new Error(`${what} within ${milliseconds} ms`), { name: 'TimeoutError' }));
  }

  #giveUp(error: Error): void {
    this.onError(error);
    this.#options.pool.giveUp(this);
  }

  #end(): void {
    clearTimeout(this.#answering);
    clearTimeout(this.#connecting);
    clearImmediate(this.#lastLook);
    const { abortSignal } = this.#options;
    if (!abortSignal) return;
    if (hasListeners(abortSignal)) abortSignal.removeEventListener('abort', this.#onAbort as () => void);
    else (abortSignal as AbortSignal).onabort = null;
  }
}

// Functions of the module, since a closure for each request costs more.
function onNoAnswer(exchange: Exchange, milliseconds: number): void {
  exchange.onLate(milliseconds);
}

function onNoConnection(exchange: Exchange, milliseconds: number): void {
  exchange.onTimeout('No connection', milliseconds);
}

/** The most milliseconds a timer takes; it ends at once if it is given more. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** No time at all is no bound, as in the SDK's handler. */
function timerOf(milliseconds: number): number {
  return milliseconds === 0 ? LONGEST_TIMER : Math.min(milliseconds, LONGEST_TIMER);
}

/** The SDK's clients take its own signals of former times as well, which have `onabort` alone. */
function hasListeners(signal: AbortSignal): boolean {
  return typeof signal.addEventListener === 'function';
}

/** The error of a request that was given up; its cause is the signal's reason. */
export function abortError(signal: AbortSignal): Error {
  return Object.assign(new Error('Request aborted', { cause: signal.reason }), { name: 'AbortError' });
}
