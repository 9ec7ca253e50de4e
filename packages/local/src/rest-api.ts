import { randomBytes, randomUUID } from 'node:crypto';
import type { GatewayApi } from './gateway-api.ts';
import { eventBody, type GatewayRequest, logTime, valuesByName } from './gateway-request.ts';
import {
  type GatewayResponse,
  MalformedResponseError,
  messageResponse,
  proxyResult,
  record,
  scalars,
} from './gateway-response.ts';
import type { RouteMatch } from './route.ts';

const STAGE = 'prod';

const noIdentity = {
  cognitoIdentityPoolId: null,
  accountId: null,
  cognitoIdentityId: null,
  caller: null,
  principalOrgId: null,
  accessKey: null,
  cognitoAuthenticationType: null,
  cognitoAuthenticationProvider: null,
  userArn: null,
  user: null,
};

/** An event of a REST API, payload format 1.0. */
export interface RestApiEvent {
  readonly resource: string;
  readonly path: string;
  readonly httpMethod: string;
  readonly headers: Record<string, string>;
  readonly multiValueHeaders: Record<string, string[]>;
  readonly queryStringParameters: Record<string, string> | null;
  readonly multiValueQueryStringParameters: Record<string, string[]> | null;
  readonly pathParameters: Record<string, string> | null;
  readonly stageVariables: null;
  readonly requestContext: {
    readonly resourceId: string;
    readonly resourcePath: string;
    readonly httpMethod: string;
    readonly extendedRequestId: string;
    readonly requestTime: string;
    readonly path: string;
    readonly accountId: string;
    readonly protocol: string;
    readonly stage: string;
    readonly domainPrefix: string;
    readonly requestTimeEpoch: number;
    readonly requestId: string;
    readonly identity: typeof noIdentity & {
      readonly sourceIp: string;
      readonly userAgent: string | null;
    };
    readonly domainName: string;
    readonly deploymentId: string;
    readonly apiId: string;
  };
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

/**
 * How a REST API speaks to a function, in payload format 1.0. Binary bodies are handed over in Base64, as by an API
 * whose binary media types are all but the textual ones.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export const restApi: GatewayApi<RestApiEvent> = {
  timeout: 29,
  defaultRoutes: ['ANY /', 'ANY /{proxy+}'],
  requestIdHeader: 'x-amzn-requestid',
  newRequestId: randomUUID,
  event: restApiEvent,
  response: restApiResponse,
  badRequest: messageResponse(400, 'Bad Request'),
  // What a REST API answers to a path it does not have.
  notFound: messageResponse(403, 'Missing Authentication Token'),
  tooLarge: messageResponse(413, 'Request Too Long'),
  functionFailed: messageResponse(502, 'Internal server error'),
  malformed: messageResponse(502, 'Internal server error'),
  timedOut: messageResponse(504, 'Endpoint request timed out'),
};

function restApiEvent(request: GatewayRequest, match: RouteMatch, requestId: string): RestApiEvent {
  const headers = valuesByName(request.headers);
  const query = valuesByName(new URLSearchParams(request.query));
  const resource = match.route.path ?? '/{proxy+}';
  const { body, isBase64Encoded } = eventBody(request);
  return {
    resource,
    path: request.path,
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: query.size > 0 ? lastOf(query) : null,
    multiValueQueryStringParameters: query.size > 0 ? Object.fromEntries(query) : null,
    pathParameters: Object.keys(match.parameters).length > 0 ? { ...match.parameters } : null,
    stageVariables: null,
    requestContext: {
      resourceId: 'local',
      resourcePath: resource,
      httpMethod: request.method,
      extendedRequestId: randomBytes(11).toString('base64'),
      requestTime: logTime(request.time),
      path: `/${STAGE}${request.path}`,
      accountId: '123456789012',
      protocol: request.protocol,
      stage: STAGE,
      domainPrefix: 'local',
      requestTimeEpoch: request.time.getTime(),
      requestId,
      identity: { ...noIdentity, sourceIp: request.sourceIp, userAgent: request.userAgent || null },
      domainName: request.host,
      deploymentId: 'local',
      apiId: 'local',
    },
    body: body ?? null,
    isBase64Encoded,
  };
}

/** Where a name comes more than once, the format without lists has the last value. */
function lastOf(values: Map<string, string[]>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, list]) => [name, list.at(-1) ?? '']));
}

function restApiResponse(result: unknown): GatewayResponse {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) {
    throw new MalformedResponseError('it must be an object with a statusCode');
  }
  const response = result as Record<string, unknown>;
  const { status, headers, body } = proxyResult(response);
  for (const [sentName, values] of Object.entries(record('multiValueHeaders', response.multiValueHeaders))) {
    const name = sentName.toLowerCase();
    const list = scalars(`multiValueHeaders.${sentName}`, values);
    const single = headers.get(name);
    // The two are merged; a pair that is in both is sent once.
    headers.set(name, typeof single === 'string' && !list.includes(single) ? [single, ...list] : list);
  }
  if (!headers.has('content-type')) headers.set('content-type', 'application/json');
  return { status, headers, body };
}
