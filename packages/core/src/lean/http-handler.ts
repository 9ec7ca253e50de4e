import type { Agent, ClientRequest } from 'node:http';
import type { HttpResponse } from '../command/client.ts';

/** Milliseconds to open a connection. Within a region that takes a few; more means the endpoint is out of reach. */
const CONNECTION_TIMEOUT = 1_000;

/** Milliseconds to a whole answer. Large pages take some hundred. */
const REQUEST_TIMEOUT = 3_000;

/** Sockets kept open. Each costs memory only if used. */
const MAX_SOCKETS = 50;

/** Options of {@link createHttpHandler}. */
export interface HttpHandlerOptions {
  /** Milliseconds to open a connection, TLS included. Default: 1000. */
  readonly connectionTimeout?: number | undefined;
  /** Milliseconds from the start of a try to the end of its answer. Default: 3000. */
  readonly requestTimeout?: number | undefined;
  /** The most sockets to one host; further requests wait. Default: 50. */
  readonly maxSockets?: number | undefined;
  /** Certificates of authorities to trust in place of Node's, in PEM. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined;
}

/** The part of a request that is sent. */
export interface SentRequest {
  readonly protocol?: string | undefined;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array | undefined;
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
 * A request handler on `node:https`, which is loaded at the first request. Connections are kept, the last used one is
 * used first, and TLS sessions are resumed. Answers are collected before they are given: DynamoDB's have a length,
 * and are at most some megabytes. It takes `POST`s to a path; a query is not sent.
 *
 * A request rejects with a `TimeoutError`, an `AbortError` (its `cause` is the signal's reason), or Node's own error
 * with its `code`, also for an answer that breaks off.
 *
 * @example
 * const client = new DynamoDBClient({ requestHandler: createHttpHandler({ requestTimeout: 1_000 }) });
 */
export function createHttpHandler(options: HttpHandlerOptions = {}): HttpHandler {
  let config = options;
  const agents = new Map<string, Agent>();

  function agentOf(isTls: boolean, Module: { Agent: new (options: object) => Agent }): Agent {
    const key = isTls ? 'https:' : 'http:';
    let agent = agents.get(key);
    if (agent === undefined) {
      const { maxSockets = MAX_SOCKETS, ca } = config;
      agent = new Module.Agent({ keepAlive: true, scheduling: 'lifo', maxSockets, ...(isTls && ca ? { ca } : {}) });
      agents.set(key, agent);
    }
    return agent;
  }

  function start({ protocol, hostname, port, path, method, headers }: SentRequest): ClientRequest {
    const isTls = protocol !== 'http:';
    // By an import, node:http would load undici as well: 40 ms.
    const Module = process.getBuiltinModule(isTls ? 'node:https' : 'node:http') as typeof import('node:https');
    const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
    return Module.request({ host, port, path, method, headers, agent: agentOf(isTls, Module) as any });
  }

  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle(request: SentRequest, options: SendOptions = {}) {
      const { connectionTimeout = CONNECTION_TIMEOUT } = config;
      const { abortSignal, requestTimeout = config.requestTimeout ?? REQUEST_TIMEOUT } = options;
      return new Promise((resolve, reject) => {
        if (abortSignal?.aborted) return reject(abortError(abortSignal));
        const sent = start(request);
        let connecting: NodeJS.Timeout | undefined;
        const end = (): void => {
          clearTimeout(answering);
          clearTimeout(connecting);
          abortSignal?.removeEventListener('abort', onAbort);
        };
        const fail = (error: Error): void => {
          end();
          reject(error);
        };
        const giveUp = (error: Error): void => {
          fail(error);
          sent.destroy();
        };
        const onAbort = (): void => giveUp(abortError(abortSignal as AbortSignal));
        const answering = setTimeout(() => giveUp(timeoutError('No whole answer', requestTimeout)), requestTimeout);
        abortSignal?.addEventListener('abort', onAbort, { once: true });
        sent.on('error', fail);
        sent.on('socket', (socket) => {
          if (!socket.connecting) return;
          connecting = setTimeout(() => giveUp(timeoutError('No connection', connectionTimeout)), connectionTimeout);
          socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
        });
        sent.on('response', (answer) => {
          const { statusCode = 0, headers } = answer as { statusCode?: number; headers: any };
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('end', () => {
            end();
            const body = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
            resolve({ response: { statusCode, headers, body } });
          });
          // The status came: it says whether DynamoDB refused.
          answer.on('error', (error) => {
            const requestId = headers['x-amzn-requestid'];
            fail(Object.assign(error, { $metadata: { httpStatusCode: statusCode, requestId } }));
          });
        });
        sent.end(request.body);
      });
    },
    httpHandlerConfigs: () => config,
    /** To be called before the first request. */
    updateHttpClientConfig(key, value) {
      config = { ...config, [key]: value };
    },
    destroy() {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

function abortError(signal: AbortSignal): Error {
  return Object.assign(new Error('Request aborted', { cause: signal.reason }), { name: 'AbortError' });
}

function timeoutError(what: string, milliseconds: number): Error {
  return Object.assign(new Error(`${what} within ${milliseconds} ms`), { name: 'TimeoutError' });
}
