import type middy from '@middy/core';
import {
  enter,
  type Invocation,
  initializationType,
  initPhases,
  type LambdaContext,
  leave,
  type MiddyRequest,
  type OptionSchema,
  type TraceHeader,
  validateOptions,
} from '@tabletheory/invocation';
import { traceOf } from './recorded-trace.ts';
import type { Recorder, RecorderSource } from './recorder.ts';
import { Recording } from './recording.ts';
import { type TraceContext, untraced } from './trace-context.ts';

/** Options of `xray`. */
export interface XrayOptions<Key extends string = 'trace'> {
  /** The name in the handler's subsegment, `## <name>`. Default: the name of the function. */
  readonly name?: string | undefined;
  /** The key of the context the trace is found under. Default `trace`. */
  readonly contextKey?: Key | undefined;
}

/** The middleware that `xray` makes. */
export type XrayMiddleware<Key extends string> = middy.MiddlewareObj<
  unknown,
  any,
  Error,
  LambdaContext & { [K in Key]: TraceContext }
>;

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 1 },
    contextKey: { type: 'string', minLength: 1 },
  },
  additionalProperties: false,
};

/**
 * Checks options of `xray` without making one.
 *
 * @throws TypeError naming the first option that is wrong or unknown.
 */
export function xrayValidateOptions(options: unknown): void {
  validateOptions('@tabletheory/xray', optionSchema, options);
}

/** The middleware, on a recorder that is asked for by the first sampled request and by none before. */
export function xrayMiddleware<Key extends string>(
  options: XrayOptions<Key>,
  recorderSource: RecorderSource,
): XrayMiddleware<Key> {
  xrayValidateOptions(options);
  const contextKey = options.contextKey ?? 'trace';
  const middleware = {};

  // Asynchronous only while a recorder is loading.
  function xrayMiddlewareBefore(request: MiddyRequest): void | Promise<void> {
    const invocation = enter(request, middleware);
    const header = invocation.traceHeader;
    const startedAt = Date.now();
    const begin = (recorder: Recorder | undefined) => {
      const trace = recorder && header ? record(recorder, header, invocation, startedAt) : untraced(header?.root ?? '');
      if (header !== undefined) invocation.trace = trace;
      (request.context as Record<string, unknown>)[contextKey] = trace;
    };
    if (!header?.sampled) return begin(undefined);
    const recorder = recorderSource();
    return recorder instanceof Promise ? recorder.then(begin) : begin(recorder);
  }

  function record(recorder: Recorder, header: TraceHeader, invocation: Invocation, startedAt: number): TraceContext {
    const name = options.name ?? invocation.context.functionName ?? process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'handler';
    const recording = new Recording(recorder, header, `## ${name}`, startedAt);
    const trace = traceOf(recording, recording.handler);
    trace.annotate('ColdStart', invocation.coldStart);
    const phases = { ...initPhases() };
    if (invocation.coldStart && Object.keys(phases).length > 0) {
      trace.metadata('init', { type: initializationType(), phases });
    }
    const service = process.env.POWERTOOLS_SERVICE_NAME;
    if (service) trace.annotate('Service', service);
    invocation.onOperation((operation) => recording.operation(operation));
    invocation.onDeadline(() => recording.sendAhead());
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
