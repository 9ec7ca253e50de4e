import { type LambdaContext, sensitiveAttributes } from '@tabletheory/invocation';

/** Where a request's correlation id comes from: a path in the event, the name of a header, or a function. */
export type CorrelationIdSource = string | ((event: any, context: LambdaContext) => string | undefined);

/**
 * Paths of correlation ids in the events of AWS services, for the option `correlationId`.
 *
 * @example
 * import { correlationPaths, logger } from '@tabletheory/logger';
 *
 * export const log = logger({ correlationId: correlationPaths.apiGatewayHttp });
 */
export const correlationPaths: {
  /** API Gateway REST APIs (payload format 1.0): the id of the request. */
  readonly apiGatewayRest: string;
  /** API Gateway HTTP APIs (payload format 2.0): the id of the request. */
  readonly apiGatewayHttp: string;
  /** Lambda function URLs: the id of the request. */
  readonly functionUrl: string;
  /** Application Load Balancer: the header with the trace. */
  readonly applicationLoadBalancer: string;
  /** EventBridge: the id of the event. */
  readonly eventBridge: string;
} = {
  apiGatewayRest: 'requestContext.requestId',
  apiGatewayHttp: 'requestContext.requestId',
  functionUrl: 'requestContext.requestId',
  applicationLoadBalancer: 'x-amzn-trace-id',
  eventBridge: 'id',
};

// The sender of a request may choose it, and every line repeats it.
const MAX_LENGTH = 256;

// Whoever sends it on, in a header of a request or response, must not send a line of the sender's with it.
const CONTROL_CHARACTERS = /\p{Cc}/gu;

/** The correlation id of a request, at most 256 characters and none that control; `undefined` where there is none. Never throws. */
export function correlationIdOf(
  source: CorrelationIdSource,
  event: unknown,
  context: LambdaContext,
): string | undefined {
  try {
    const found = typeof source === 'function' ? source(event, context) : lookUp(source, event);
    const value = typeof found === 'number' ? String(found) : found;
    return typeof value === 'string'
      ? value.slice(0, MAX_LENGTH).replace(CONTROL_CHARACTERS, '') || undefined
      : undefined;
  } catch {
    return undefined; // an event of another shape than the function expects
  }
}

function lookUp(name: string, event: unknown): unknown {
  const path = name.split('.');
  const found = path.reduce(property, event) ?? header(name, property(event, 'headers') ?? {});
  const value = found ?? header(name, property(event, 'multiValueHeaders') ?? {});
  return value !== undefined && path.some((key) => sensitiveAttributes().has(key)) ? '[redacted]' : value;
}

function property(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}

function header(name: string, headers: object): unknown {
  const wanted = name.toLowerCase();
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === wanted)?.[1];
  return Array.isArray(found) ? found[0] : found;
}
