import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { createHttpHandler, refusePlainHttp } from '@tabletheory/core/lean';

/** Milliseconds to open a connection. Within a region that takes a few; more means the endpoint is out of reach. */
const CONNECTION_TIMEOUT = 1_000;

/** Milliseconds without an answer after which an attempt is given up. Large pages take some hundred. */
const REQUEST_TIMEOUT = 3_000;

/** Sockets kept open. Fewer than the SDK's 50 would queue a handler's parallel requests; each costs memory only if used. */
const MAX_SOCKETS = 50;

// The SDK copies every response for its logger when the logger has an `info`, even one that writes nothing. Its
// `error` gets every failed command with the whole input: a failed condition would put the item into the log.
const quietLogger = {
  trace: ignore,
  debug: ignore,
  warn: (...content: unknown[]): void => console.warn(...content),
  error: ignore,
} as unknown as NonNullable<DynamoDBClientConfig['logger']>;

function ignore(): void {}

/**
 * A client with the defaults of a Lambda function; `config` goes before them. Without a request handler in it, requests
 * are sent by the lean client's, which takes less of the CPU and never loads `node:https`. Options of the SDK's handler are
 * added to the defaults one by one, so that a shorter timeout still is one; a handler of the caller's own is used as it
 * is.
 *
 * A request to an `http:` endpoint on another machine fails with a TypeError, wherever the endpoint comes from.
 *
 * @param allowPlainHttp whether such requests are sent.
 */
export function createClient(config: DynamoDBClientConfig, allowPlainHttp = false): DynamoDBClient {
  const client = new DynamoDBClient({ logger: quietLogger, ...config, requestHandler: requestHandlerOf(config) });
  if (!allowPlainHttp) keepEncrypted(client);
  return client;
}

/** The endpoint may come from the options, the environment or a shared file: here all of them pass. */
function keepEncrypted({ config }: DynamoDBClient): void {
  const { endpointProvider } = config;
  config.endpointProvider = (...parameters) => {
    const endpoint = endpointProvider(...parameters);
    refusePlainHttp(endpoint.url);
    return endpoint;
  };
}

type RequestHandler = NonNullable<DynamoDBClientConfig['requestHandler']>;

function requestHandlerOf({ requestHandler }: DynamoDBClientConfig): RequestHandler {
  const timeouts = { connectionTimeout: CONNECTION_TIMEOUT, requestTimeout: REQUEST_TIMEOUT };
  if (requestHandler === undefined) {
    return createHttpHandler({ ...timeouts, maxSockets: MAX_SOCKETS }) as RequestHandler;
  }
  if ('handle' in requestHandler) return requestHandler;
  return {
    ...timeouts,
    throwOnRequestTimeout: true, // without it the SDK only writes a warning
    httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    ...requestHandler,
    httpsAgent: httpsAgentOf(requestHandler as { readonly httpsAgent?: object }),
  };
}

/** Certificates are checked unless the caller's own agent or option says otherwise: the environment cannot. */
function httpsAgentOf({ httpsAgent }: { readonly httpsAgent?: object }): object {
  if (httpsAgent !== undefined && 'destroy' in httpsAgent) return httpsAgent;
  return { keepAlive: true, maxSockets: MAX_SOCKETS, rejectUnauthorized: true, ...httpsAgent };
}
