import type middy from '@middy/core';
import {
  enter,
  type Invocation,
  type InvocationEnd,
  initPhases,
  invocationOf,
  type LambdaContext,
  leave,
  type MiddyRequest,
  writeLine,
} from '@tabletheory/invocation';
import { DocumentRenderer } from './document.ts';
import { MetricDimensions } from './metric-dimensions.ts';
import { recordOperation } from './operation-metrics.ts';
import { isDisabled, type MetricsOptions, metricsValidateOptions, namespaceOf, serviceOf } from './options.ts';
import { RepeatedReads } from './repeated-reads.ts';
import { recordEnd } from './request-end.ts';
import { type Metrics, RequestMetrics } from './request-metrics.ts';
import { isOutOfTime } from './request-outcome.ts';

// Lambda ends the init phase after 10 s. An environment that is older at its first request was started ahead of it.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
const LONGEST_INIT_MS = 10_000;

/**
 * Writes CloudWatch metrics of every request to standard output, in the embedded metric format: how it went and how
 * long it took, cold starts, table operations with their capacity and throttles, memory where
 * `@tabletheory/memory-stats` is used, and your own through `context.metrics`. They are written when the request ends,
 * whatever its end, and when its deadline strikes.
 *
 * @throws TypeError when an option is wrong. Writing metrics itself never fails a request.
 *
 * @example
 * import middy from '@middy/core';
 * import { metrics } from '@tabletheory/metrics';
 *
 * export const handler = middy<{ total: number }>()
 *   .use(metrics({ namespace: 'Orders', nPlusOne: { threshold: 10 } }))
 *   .handler(async (event, context) => {
 *     context.metrics.add('OrderTotal', 'None', event.total);
 *     return { statusCode: 201 };
 *   });
 */
export function metrics<const Key extends string = 'metrics'>(
  options: MetricsOptions<Key> = {},
): middy.MiddlewareObj<unknown, any, Error, LambdaContext & { [K in Key]: Metrics }> {
  metricsValidateOptions(options);
  const { destination, nPlusOne } = options;
  const contextKey = options.contextKey ?? 'metrics';
  const renderer = new DocumentRenderer(namespaceOf(options));
  const base = new MetricDimensions({ service: serviceOf(options), ...options.dimensions });
  const disabled = isDisabled();
  const output = destination === undefined ? writeLine : (line: string) => void destination.write(line);
  const middleware = {};

  const metricsMiddlewareBefore = (request: MiddyRequest): void => {
    const invocation = enter(request, middleware);
    const metadata = requestMetadata(invocation);
    // In durable mode a run that waits for something never goes on: what it has not written is lost.
    const isDurable = 'lambdaContext' in request.context;
    const recorded = new RequestMetrics(renderer, base, metadata, disabled ? undefined : output, isDurable);
    invocation.metrics = recorded;
    (request.context as Record<string, unknown>)[contextKey] = recorded;
    if (!disabled) watch(invocation, recorded);
  };

  function watch(invocation: Invocation, recorded: RequestMetrics): void {
    if (invocation.coldStart) recordColdStart(invocation, recorded);
    const repeatedReads = nPlusOne && new RepeatedReads(nPlusOne.threshold ?? 10);
    invocation.onOperation((operation) => {
      repeatedReads?.count(operation);
      return (outcome) => recordOperation(recorded, base, operation, outcome);
    });
    let outOfTime = false;
    const recordOutOfTime = (): void => {
      if (!outOfTime) recorded.record(base, 'DeadlineExceeded', 'Count', 1);
      outOfTime = true;
    };
    invocation.onDeadline(() => {
      recordOutOfTime();
      if (repeatedReads) tellRepeatedReads(repeatedReads, invocation, recorded);
      recorded.flush();
    });
    invocation.onEnd((end: InvocationEnd) => {
      if (isOutOfTime(end)) recordOutOfTime();
      if (repeatedReads) tellRepeatedReads(repeatedReads, invocation, recorded);
      recordEnd(recorded, base, invocation, end);
      recorded.end();
    });
  }

  /** The name and dimensions of a cold start are those of Powertools for AWS Lambda. */
  function recordColdStart(invocation: Invocation, recorded: RequestMetrics): void {
    const functionName = invocation.context.functionName ?? process.env.AWS_LAMBDA_FUNCTION_NAME;
    const dimensions = functionName ? base.with({ function_name: functionName }) : base;
    recorded.record(dimensions, 'ColdStart', 'Count', 1);
    // `startedAt` counts from the start of the process.
    if (invocation.startedAt <= LONGEST_INIT_MS) {
      recorded.recordDuration(dimensions, 'InitDuration', invocation.startedAt);
    }
    for (const [phase, duration] of Object.entries(initPhases())) {
      recorded.recordDuration(dimensions.with({ phase }), 'InitPhaseDuration', duration);
    }
    recorded.recorded();
  }

  function tellRepeatedReads(reads: RepeatedReads, invocation: Invocation, recorded: RequestMetrics): void {
    for (const { table, count } of reads.take()) {
      recorded.record(base.with({ table }), 'RepeatedReads', 'Count', count);
      invocation.log?.warn(
        { table, operation: 'GetItem', count },
        `GetItem ran ${count} times on one table in one request: read the items together with batchGet`,
      );
    }
  }

  const metricsMiddlewareAfter = (request: MiddyRequest): void | Promise<void> => leave(request, middleware);

  const metricsMiddlewareOnError = (request: MiddyRequest): void | Promise<void> => {
    // An earlier `before` threw: nothing is recorded of this request yet, and its failure must still be counted.
    if (invocationOf(request)?.metrics === undefined) metricsMiddlewareBefore(request);
    return leave(request, middleware);
  };

  return { before: metricsMiddlewareBefore, after: metricsMiddlewareAfter, onError: metricsMiddlewareOnError };
}

/** What leads from a document to the log lines and the trace of its request. */
function requestMetadata(invocation: Invocation): Record<string, string> {
  const { requestId, traceHeader } = invocation;
  const metadata: Record<string, string> = {};
  if (requestId !== undefined) metadata.function_request_id = requestId;
  if (traceHeader !== undefined) metadata.xray_trace_id = traceHeader.root;
  return metadata;
}
