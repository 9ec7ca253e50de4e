import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/** Milliseconds to open a connection. Within a region that takes a few; more means the endpoint is out of reach. */
const CONNECTION_TIMEOUT = 1_000;

/** Milliseconds without an answer after which an attempt is given up. Large pages take some hundred. */
const REQUEST_TIMEOUT = 3_000;

/** Sockets kept open. Fewer than the SDK's 50 would queue a handler's parallel requests; each costs memory only if used. */
const MAX_SOCKETS = 50;

// Without an `info`: when there is one, even one that writes nothing, the SDK copies every response for it. Without an
// `error`: the SDK gives it a failed command's input, which holds the item; the typed error says what went wrong.
const quietLogger = {
  trace: ignore,
  debug: ignore,
  warn: (...content: unknown[]): void => console.warn(...content),
  error: ignore,
} as unknown as NonNullable<DynamoDBClientConfig['logger']>;

function ignore(): void {}

/** A client with the defaults of a Lambda function; `config` goes before them. */
export function createClient(config: DynamoDBClientConfig): DynamoDBClient {
  return new DynamoDBClient({
    logger: quietLogger,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      throwOnRequestTimeout: true, // without it the SDK only writes a warning
      httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    },
    ...config,
  });
}
