import type { Socket } from 'node:net';
import type { SecureContext, SecureContextOptions } from 'node:tls';
import { brokenOff, Connection, type ConnectionListener } from './connection.ts';
import type { Exchange } from './exchange.ts';

/** Where the connections of a pool go, and how many there may be. */
export interface PoolOptions {
  readonly isTls: boolean;
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly maxSockets: number;
  readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined;
}

/**
 * The connections to one host. The one that was used last is used first, so that the others may grow old and be closed.
 * Beyond `maxSockets`, requests wait in turn. A new TLS connection resumes the session of one before.
 */
export class ConnectionPool implements ConnectionListener {
  readonly #options: PoolOptions;
  readonly #all: Set<Connection> = new Set();
  /** In the order of their last answers. */
  readonly #free: Connection[] = [];
  readonly #waiting: Exchange[] = [];
  #answers = 0;
  #secureContext: SecureContext | undefined;
  #session: Buffer | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  send(exchange: Exchange): void {
    const connection = this.#takeFree();
    if (connection !== undefined) connection.send(exchange);
    else if (this.#all.size < this.#options.maxSockets) this.#open().send(exchange);
    else this.#waiting.push(exchange);
  }

  /** Gives up a request: its connection is closed, since its answer may still come. */
  giveUp(exchange: Exchange): void {
    exchange.connection?.destroy();
    const index = this.#waiting.indexOf(exchange);
    if (index !== -1) this.#waiting.splice(index, 1);
  }

  /** Closes all connections. Requests on them fail, and so do those that wait for one. */
  destroy(): void {
    for (const exchange of this.#waiting.splice(0)) exchange.onError(brokenOff());
    for (const connection of this.#all) connection.breakOff();
  }

  #takeFree(): Connection | undefined {
    for (;;) {
      const connection = this.#free.pop();
      if (connection === undefined || connection.isUsable) return connection;
      connection.destroy();
    }
  }

  #open(): Connection {
    const connection = new Connection(this.#connect(), this);
    this.#all.add(connection);
    return connection;
  }

  onFree(connection: Connection): void {
    connection.lastAnswer = ++this.#answers;
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(connection);
    else connection.send(next);
  }

  onClosed(connection: Connection, wasSilent: boolean): void {
    this.#all.delete(connection);
    const index = this.#free.indexOf(connection);
    // Stryker disable next-line ConditionalExpression,CallExpression: it would not be used, and take memory.
    if (index !== -1) this.#free.splice(index, 1);
    if (!connection.isOpen) this.#session = undefined; // it may be the reason
    if (wasSilent) this.#closeOlder(connection);
    const next = this.#waiting.shift();
    if (next !== undefined) this.send(next);
  }

  /**
   * A connection that is dead, as after a function was frozen, is seldom the only one: those that have been idle for
   * longer would each cost a request one of its tries.
   */
  #closeOlder({ lastAnswer }: Connection): void {
    // Stryker disable next-line EqualityOperator: no two have the same.
    const count = this.#free.findIndex((free) => free.lastAnswer > lastAnswer);
    for (const free of this.#free.splice(0, count === -1 ? this.#free.length : count)) free.destroy();
  }

  #connect(): Socket {
    const { isTls, host, port, ca } = this.#options;
    // Taken here, at the first request: node:tls takes 13 ms to load.
    const net = process.getBuiltinModule('node:net');
    if (!isTls) return net.connect({ host, port });
    const tls = process.getBuiltinModule('node:tls');
    // Shared, since to read the certificates of authorities takes milliseconds.
    this.#secureContext ??= tls.createSecureContext({ ca: ca as SecureContextOptions['ca'] });
    const socket = tls.connect({
      host,
      port,
      secureContext: this.#secureContext,
      servername: net.isIP(host) ? '' : host,
      ALPNProtocols: ['http/1.1'],
      session: this.#session,
      // Said here, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment does not say otherwise.
      rejectUnauthorized: true,
    });
    // Node tells of a session only once the certificate has been checked.
    socket.on('session', (session) => {
      this.#session = session;
    });
    return socket;
  }
}
