import type { ClientConfig, HttpRequest, Middleware } from './client.ts';
import type { Call } from './command.ts';
import type { Destination, ResolvedEndpoint } from './endpoint.ts';
import { userAgentOf } from './user-agent.ts';

/**
 * Writes the request: the input is DynamoDB's JSON already, so that it takes one `JSON.stringify`.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 */
export function writeRequest(config: ClientConfig, operation: string, destination: Destination): Middleware {
  const target = `DynamoDB_20120810.${operation}`;
  const isFunction = process.env.AWS_LAMBDA_FUNCTION_NAME !== undefined;
  let userAgent: string | undefined;
  return (next) => async (args) => {
    const call: Call = args.call;
    call.endpoint = await destination.endpointOf(call.tables);
    const { protocol, hostname, port, path, host, headers } = call.endpoint;
    userAgent ??= await userAgentOf(config);
    const request: HttpRequest = {
      protocol,
      hostname,
      port,
      path,
      method: 'POST',
      query: {},
      headers: {
        host,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': target,
        'user-agent': userAgent,
        ...headers,
      },
      body: JSON.stringify(args.input),
    };
    const traceId = isFunction ? traceIdOfInvocation() : undefined;
    if (traceId) request.headers['X-Amzn-Trace-Id'] = traceId;
    return next({ ...args, request });
  };
}

/** Middleware of the user that sends a request elsewhere before this step need not name the host, as in the SDK. */
export const nameHost: Middleware = (next) => (args) => {
  const { request, call }: { request: HttpRequest; call: Call } = args;
  const { hostname, port, host } = call.endpoint as ResolvedEndpoint;
  if ((request.hostname !== hostname || request.port !== port) && request.headers.host === host) {
    request.headers.host = request.port === undefined ? request.hostname : `${request.hostname}:${request.port}`;
  }
  return next(args);
};

/** The runtime's store of what belongs to an invocation, where it runs several at once. */
interface Runtime {
  readonly awslambda?: { readonly InvokeStore?: { getXRayTraceId?(): string | undefined } };
}

// https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
function traceIdOfInvocation(): string | undefined {
  return (globalThis as Runtime).awslambda?.InvokeStore?.getXRayTraceId?.() ?? process.env._X_AMZN_TRACE_ID;
}
