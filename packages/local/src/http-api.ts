import { randomBytes } from 'node:crypto';
import type { GatewayApi } from './gateway-api.ts';
import { eventBody, type GatewayRequest, logTime, valuesByName } from './gateway-request.ts';
import { type GatewayResponse, messageResponse, proxyResult, scalars } from './gateway-response.ts';
import type { RouteMatch } from './route.ts';

/** An event of an HTTP API, payload format 2.0. */
export interface HttpApiEvent {
  readonly version: '2.0';
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: string[];
  readonly headers: Record<string, string>;
  readonly queryStringParameters?: Record<string, string>;
  readonly pathParameters?: Record<string, string>;
  readonly requestContext: {
    readonly accountId: string;
    readonly apiId: string;
    readonly domainName: string;
    readonly domainPrefix: string;
    readonly http: {
      readonly method: string;
      readonly path: string;
      readonly protocol: string;
      readonly sourceIp: string;
      readonly userAgent: string;
    };
    readonly requestId: string;
    readonly routeKey: string;
    readonly stage: string;
    readonly time: string;
    readonly timeEpoch: number;
  };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

/**
 * How an HTTP API speaks to a function, in payload format 2.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const httpApi: GatewayApi<HttpApiEvent> = {
  timeout: 30,
  defaultRoutes: ['$default'],
  requestIdHeader: 'apigw-requestid',
  newRequestId: () => randomBytes(11).toString('base64'),
  event: httpApiEvent,
  response: httpApiResponse,
  badRequest: messageResponse(400, 'Bad Request'),
  notFound: messageResponse(404, 'Not Found'),
  tooLarge: messageResponse(413, 'Request Entity Too Large'),
  functionFailed: messageResponse(500, 'Internal Server Error'),
  malformed: messageResponse(500, 'Internal Server Error'),
  timedOut: messageResponse(503, 'Service Unavailable'),
};

function httpApiEvent(request: GatewayRequest, match: RouteMatch, requestId: string): HttpApiEvent {
  const headers = valuesByName(request.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const cookies = (headers.get('cookie') ?? []).flatMap((value) => value.split(/;\s*/));
  headers.delete('cookie');
  const query = joined(valuesByName(new URLSearchParams(request.query)));
  const parameters = Object.entries(match.parameters).map(([name, value]) => [name, decodeURIComponent(value)]);
  const { body, isBase64Encoded } = eventBody(request);
  const rawPath = decodeURIComponent(request.path); // An HTTP API hands over the path decoded.
  return {
    version: '2.0',
    routeKey: match.route.key,
    rawPath,
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers: joined(headers),
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    ...(parameters.length > 0 && { pathParameters: Object.fromEntries(parameters) }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'local',
      domainName: request.host,
      domainPrefix: 'local',
      http: {
        method: request.method,
        path: rawPath,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: request.userAgent,
      },
      requestId,
      routeKey: match.route.key,
      stage: '$default',
      time: logTime(request.time),
      timeEpoch: request.time.getTime(),
    },
    ...(body !== undefined && { body }),
    isBase64Encoded,
  };
}

function joined(values: Map<string, string[]>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, list]) => [name, list.join(',')]));
}

/** Without a `statusCode`, the whole result is the body of a 200 response. */
function httpApiResponse(result: unknown): GatewayResponse {
  if (typeof result !== 'object' || result === null || !Object.hasOwn(result, 'statusCode')) {
    const body = typeof result === 'string' ? result : JSON.stringify(result ?? null);
    return { status: 200, headers: new Map([['content-type', 'application/json']]), body };
  }
  const { status, headers, body } = proxyResult(result as Record<string, unknown>);
  if (!headers.has('content-type')) headers.set('content-type', 'text/plain;charset=UTF-8');
  const cookies = scalars('cookies', (result as Record<string, unknown>).cookies);
  if (cookies.length > 0) headers.set('set-cookie', cookies);
  return { status, headers, body };
}
