import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readBody } from './body.ts';
import { PayloadTooLargeError } from './function-error.ts';
import type { GatewayApi } from './gateway-api.ts';
import { gatewayRequest } from './gateway-request.ts';
import { type GatewayResponse, MalformedResponseError, sendResponse } from './gateway-response.ts';
import { httpApi } from './http-api.ts';
import { listen } from './port.ts';
import { restApi } from './rest-api.ts';
import { createRouter, type Router } from './route.ts';

/** Options of `startGateway`. */
export interface GatewayOptions {
  /** Invokes the function; `invoke` of a `LocalFunction` fits. `traceId` is the request's trace header. */
  readonly invoke: (event: unknown, options: { readonly traceId: string }) => Promise<{ readonly payload: unknown }>;
  /** `2.0` acts as an HTTP API, `1.0` as a REST API. Default `2.0`. */
  readonly payloadVersion?: '2.0' | '1.0' | undefined;
  /** The port to listen on; without it, a free one. */
  readonly port?: number | undefined;
  /** Routes like `GET /orders/{orderId}`, `ANY /{proxy+}` or `$default`; without them every request is handed on. */
  readonly routes?: readonly string[] | undefined;
  /** Seconds to wait for the function. Default 30 for `2.0` and 29 for `1.0`, as API Gateway does. */
  readonly timeout?: number | undefined;
  /** Called with what made the gateway answer with an error of its own, which the client is not told. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** An API Gateway that runs. */
export interface Gateway extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Closes the server and its connections. */
  stop(): Promise<void>;
}

/**
 * Starts an API Gateway on 127.0.0.1: it makes an event of each HTTP request, invokes the function and sends what it
 * returns. What API Gateway answers itself, this one does too: a route that is not there, a function that fails or
 * takes too long, a malformed response, a request of more than 6 MB.
 *
 * @throws PortInUseError when `port` is taken.
 * @throws TypeError when a route is malformed.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * @example
 * const orders = await startFunction({ file: 'dist/orders.mjs' });
 * const gateway = await startGateway({ invoke: orders.invoke, routes: ['GET /orders/{orderId}'] });
 * const response = await fetch(`${gateway.url}/orders/o-1`);
 * await gateway.stop();
 * await orders.stop();
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const api: GatewayApi<unknown> = options.payloadVersion === '1.0' ? restApi : httpApi;
  const router = createRouter(options.routes ?? api.defaultRoutes);
  const server = createServer((request, response) => void serve(request, response, api, router, options));
  const port = await listen(server, options.port ?? 0);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= close(server);
    return stopped;
  };
  return { url: `http://127.0.0.1:${port}`, port, stop, [Symbol.asyncDispose]: stop };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  api: GatewayApi<unknown>,
  router: Router,
  options: GatewayOptions,
): Promise<void> {
  const requestId = api.newRequestId();
  const identity = { [api.requestIdHeader]: requestId };
  try {
    sendResponse(response, await answer(request, requestId, api, router, options), identity);
  } catch (error) {
    if (request.destroyed && !request.complete) return; // The client went away while it sent.
    options.onError?.(error);
    sendResponse(response, errorResponse(error, api), identity);
  }
}

async function answer(
  request: IncomingMessage,
  requestId: string,
  api: GatewayApi<unknown>,
  router: Router,
  options: GatewayOptions,
): Promise<GatewayResponse> {
  const body = await readBody(request);
  if (body === undefined) return api.tooLarge;
  const received = gatewayRequest(request, body);
  if (!isDecodable(received.path)) return api.badRequest;
  const match = router(received.method, received.path);
  if (match === undefined) return api.notFound;
  const event = api.event(received, match, requestId);
  const invocation = options.invoke(event, { traceId: received.trace });
  const seconds = options.timeout ?? api.timeout;
  return api.response((await inTime(invocation, seconds)).payload);
}

class IntegrationTimeoutError extends Error {
  override readonly name = 'IntegrationTimeoutError';
}

/** As on AWS, the function goes on after the gateway has stopped waiting. */
async function inTime<T>(work: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    const fail = () => reject(new IntegrationTimeoutError(`The function did not answer within ${seconds} seconds.`));
    timer = setTimeout(fail, seconds * 1000);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

function errorResponse(error: unknown, api: GatewayApi<unknown>): GatewayResponse {
  if (error instanceof IntegrationTimeoutError) return api.timedOut;
  if (error instanceof PayloadTooLargeError) return api.tooLarge;
  if (error instanceof MalformedResponseError) return api.malformed;
  return api.functionFailed;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
