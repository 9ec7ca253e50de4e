import type { Channel } from 'node:diagnostics_channel';
import type { HttpResponse } from '../command/client.ts';
import { ConnectionPool } from './connection-pool.ts';
import { abortError, Exchange } from './exchange.ts';
import { requestText, type SentRequest } from './request-text.ts';

/** Milliseconds to open a connection. Within a region that takes a few; more means the endpoint is out of reach. */
const CONNECTION_TIMEOUT = 1_000;

/** Milliseconds to a whole answer. Large pages take some hundred. */
const REQUEST_TIMEOUT = 3_000;

/** Sockets kept open. Each costs memory only if used. */
const MAX_SOCKETS = 50;

/** The channel of `node:diagnostics_channel` that is told of every request before it is sent: `{ request }`. */
const CHANNEL = 'tabletheory.request';

/** Options of {@link createHttpHandler}. */
export interface HttpHandlerOptions {
  /** Milliseconds to open a connection, TLS included; 0 for no bound. Default: 1000. */
  readonly connectionTimeout?: number | undefined;
  /** Milliseconds from the start of a try to the end of its answer; 0 for no bound. Default: 3000. */
  readonly requestTimeout?: number | undefined;
  /** The most sockets to one host; further requests wait. Default: 50. */
  readonly maxSockets?: number | undefined;
  /** Certificates of authorities to trust in place of Node's, in PEM. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined;
}

/** What goes with one request. */
export interface SendOptions {
  readonly abortSignal?: AbortSignal | undefined;
  /** In place of the handler's. */
  readonly requestTimeout?: number | undefined;
}

/** An answer that has been read to its end. */
export interface CollectedResponse extends HttpResponse {
  readonly body: Buffer;
}

/** Sends requests over HTTP/1.1; a `requestHandler` as the SDK's clients take it. */
export interface HttpHandler {
  readonly metadata: { readonly handlerProtocol: string };
  /** `request` is a {@link SentRequest} and `options` are {@link SendOptions}: the SDK's own types are wider. */
  handle(request: any, options?: any): Promise<{ response: CollectedResponse }>;
  httpHandlerConfigs(): HttpHandlerOptions;
  /** To be called before the first request. */
  updateHttpClientConfig(key: any, value: any): void;
  /** Closes all connections; the handler may be used again. */
  destroy(): void;
}

/**
 * A request handler of its own, over sockets of `node:tls` or `node:net`, which are loaded at the first request: a
 * request costs little more than half the CPU it takes through `node:https`, which is never loaded. Connections are
 * kept, the last used one is used first, and TLS sessions are resumed. Certificates are checked, whatever the environment
 * says.
 * Answers are collected before they are given: DynamoDB's are at most some megabytes. Bodies are text or bytes, and a
 * query is not sent.
 *
 * A request rejects with a `TimeoutError`, an `AbortError` (its `cause` is the signal's reason), a `TypeError` for what
 * cannot be sent, or an error with a `code`: Node's own, `ECONNRESET` for an answer that breaks off, and `HPE_…`, as
 * of Node's own parser, for one that is no HTTP. It is never sent a second time.
 *
 * What watches or patches `node:http` does not see these requests. The channel `tabletheory.request` of
 * `node:diagnostics_channel` is told of each before it is sent: `{ request }`, with its `headers` and its `body`.
 *
 * @throws TypeError for a timeout below 0 or `maxSockets` below 1.
 * @example
 * const client = new DynamoDBClient({ requestHandler: createHttpHandler({ requestTimeout: 1_000 }) });
 */
export function createHttpHandler(options: HttpHandlerOptions = {}): HttpHandler {
  refuseEndless(options);
  let config = options;
  const pools = new Map<string, ConnectionPool>();
  let channel: Channel | undefined;

  function poolOf({ protocol = 'https:', hostname, port }: SentRequest): ConnectionPool {
    const key = `${protocol}//${hostname}:${port}`;
    let pool = pools.get(key);
    if (pool === undefined) {
      const isTls = protocol !== 'http:';
      const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
      const { maxSockets = MAX_SOCKETS, ca } = config;
      pool = new ConnectionPool({ isTls, host, port: port ?? (isTls ? 443 : 80), maxSockets, ca });
      pools.set(key, pool);
    }
    return pool;
  }

  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle(request: SentRequest, options: SendOptions = {}) {
      return new Promise((settle, reject) => {
        const { abortSignal } = options;
        if (abortSignal?.aborted) return reject(abortError(abortSignal));
        const { connectionTimeout = CONNECTION_TIMEOUT } = config;
        const requestTimeout = options.requestTimeout ?? config.requestTimeout ?? REQUEST_TIMEOUT;
        const { method } = request;
        const text = requestText(request);
        channel ??= process.getBuiltinModule('node:diagnostics_channel').channel(CHANNEL);
        // Stryker disable next-line ConditionalExpression: to tell nobody takes time, and does nothing.
        if (channel.hasSubscribers) channel.publish({ request });
        const pool = poolOf(request);
        const resolve = (response: CollectedResponse): void => settle({ response });
        const exchange = new Exchange({
          method,
          text,
          pool,
          connectionTimeout,
          requestTimeout,
          abortSignal,
          resolve,
          reject,
        });
        try {
          pool.send(exchange);
        } catch (error) {
          exchange.onError(error as Error); // no socket can be made: a port that is none, a certificate that is none
        }
      });
    },
    httpHandlerConfigs: () => config,
    /** To be called before the first request. */
    updateHttpClientConfig(key, value) {
      config = { ...config, [key]: value };
    },
    destroy() {
      for (const pool of pools.values()) pool.destroy();
      // Stryker disable next-line CallExpression: an empty pool may be used again; it takes memory.
      pools.clear();
    },
  };
}

/** What is no number of milliseconds, or of sockets, would let requests wait for ever. */
function refuseEndless({ connectionTimeout = 0, requestTimeout = 0, maxSockets = 1 }: HttpHandlerOptions): void {
  if (connectionTimeout >= 0 && requestTimeout >= 0 && maxSockets >= 1) return;
  throw new TypeError('connectionTimeout and requestTimeout must be numbers from 0 on, and maxSockets one from 1 on');
}
