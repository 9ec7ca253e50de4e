import type middy from '@middy/core';
import {
  currentTraceHeader,
  enter,
  type Invocation,
  type LambdaContext,
  leave,
  type MiddyRequest,
  type OptionSchema,
  type TraceHeader,
  validateOptions,
} from '@tabletheory/invocation';
import { traceOf } from './recorded-trace.ts';
import { Recording } from './recording.ts';
import { loadedSdk, loadSdk, type Sdk } from './sdk.ts';
import { type TraceContext, untraced } from './trace-context.ts';

/** Options of {@link xray}. */
export interface XrayOptions<Key extends string = 'trace'> {
  /** The name in the handler's subsegment, `## <name>`. Default: the name of the function. */
  readonly name?: string | undefined;
  /** The key of the context the trace is found under. Default `trace`. */
  readonly contextKey?: Key | undefined;
}

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1 },
    contextKey: { type: 'string', minLength: 1 },
  },
  additionalProperties: false,
};

/**
 * Checks options of {@link xray} without making one.
 *
 * @throws TypeError naming the first option that is wrong or unknown.
 */
export function xrayValidateOptions(options: unknown): void {
  validateOptions('@tabletheory/xray', optionSchema, options);
}

/**
 * Records each sampled request in AWS X-Ray: a subsegment for the request, one inside it for every table operation,
 * and those the handler captures with `context.trace`. `aws-xray-sdk-core` is loaded by the first sampled request
 * and never before; a request that is not sampled costs reading the trace header.
 *
 * @throws TypeError when an option is wrong. Tracing itself never fails a request.
 *
 * @example
 * import middy from '@middy/core';
 * import { xray } from '@tabletheory/xray';
 *
 * export const handler = middy<{ orderId: string }>()
 *   .use(xray())
 *   .handler(async (event, { trace }) => {
 *     trace.annotate('orderId', event.orderId);
 *     const price = await trace.capture('price', async () => 42);
 *     return { statusCode: 200, body: String(price) };
 *   });
 */
export function xray<Key extends string = 'trace'>(
  options: XrayOptions<Key> = {},
): middy.MiddlewareObj<unknown, any, Error, LambdaContext & { [K in Key]: TraceContext }> {
  xrayValidateOptions(options);
  const contextKey = options.contextKey ?? 'trace';
  const middleware = {};

  // Asynchronous for the first sampled request only, which loads the SDK.
  function xrayMiddlewareBefore(request: MiddyRequest): void | Promise<void> {
    const invocation = enter(request, middleware);
    const header = currentTraceHeader();
    const startedAt = Date.now();
    const begin = (sdk: Sdk | undefined) => {
      const trace = sdk && header ? record(sdk, header, invocation, startedAt) : untraced(header?.root ?? '');
      if (header !== undefined) invocation.trace = trace;
      (request.context as Record<string, unknown>)[contextKey] = trace;
    };
    if (!header?.sampled) return begin(undefined);
    const sdk = loadedSdk();
    return sdk === undefined ? loadSdk().then(begin) : begin(sdk);
  }

  function record(sdk: Sdk, header: TraceHeader, invocation: Invocation, startedAt: number): TraceContext {
    const name = options.name ?? invocation.context.functionName ?? process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'handler';
    const recording = new Recording(sdk, header, `## ${name}`, startedAt);
    const trace = traceOf(recording, recording.handler);
    trace.annotate('ColdStart', invocation.coldStart);
    const service = process.env.POWERTOOLS_SERVICE_NAME;
    if (service) trace.annotate('Service', service);
    invocation.onOperation((operation) => recording.operation(operation));
    invocation.onEnd((end) => recording.end(end));
    return trace;
  }

  function xrayMiddlewareAfter(request: MiddyRequest): void | Promise<void> {
    return leave(request, middleware);
  }

  function xrayMiddlewareOnError(request: MiddyRequest): void | Promise<void> {
    return leave(request, middleware);
  }

  return { before: xrayMiddlewareBefore, after: xrayMiddlewareAfter, onError: xrayMiddlewareOnError };
}
