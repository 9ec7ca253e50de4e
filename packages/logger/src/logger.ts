import type middy from '@middy/core';
import {
  currentTraceHeader,
  enter,
  type Invocation,
  invocationOf,
  type LambdaContext,
  leave,
  type MiddyRequest,
  type OptionSchema,
  validateOptions,
} from '@tabletheory/invocation';
import type { DestinationStream, Logger } from 'pino';
import { environmentLevel, LOG_LEVELS, type LogLevel } from './level.ts';
import { writeRequestLine } from './request-line.ts';
import { createRootLogger } from './root-logger.ts';

/** Options of {@link logger}. */
export interface LoggerOptions<Key extends string = 'log'> {
  /**
   * Name of the service, on every line. Default: the environment variables `POWERTOOLS_SERVICE_NAME`, then
   * `AWS_LAMBDA_FUNCTION_NAME`, then `service_undefined`.
   */
  readonly service?: string | undefined;
  /**
   * The least level that is written. Default: the environment variables `AWS_LAMBDA_LOG_LEVEL`, then
   * `POWERTOOLS_LOG_LEVEL`, then `LOG_LEVEL`, then `info`.
   */
  readonly level?: LogLevel | undefined;
  /** Where lines go, if not to standard output: anything with `write(line)`. */
  readonly destination?: DestinationStream | undefined;
  /** Further values for every line. */
  readonly base?: Readonly<Record<string, unknown>> | undefined;
  /** Paths to redact, in pino's syntax, for example `req.headers.authorization`. */
  readonly redact?: readonly string[] | undefined;
  /** The key of the context the logger is found under. Default `log`. */
  readonly contextKey?: Key | undefined;
}

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    service: { type: 'string', minLength: 1 },
    level: { enum: LOG_LEVELS },
    destination: { instanceof: 'Object' },
    base: { type: 'object', additionalProperties: true },
    redact: { type: 'array', items: { type: 'string', minLength: 1 } },
    contextKey: { type: 'string', minLength: 1 },
  },
  additionalProperties: false,
};

/**
 * Checks options of {@link logger} without making one.
 *
 * @throws TypeError naming the first option that is wrong or unknown.
 */
export function loggerValidateOptions(options: unknown): void {
  validateOptions('@tabletheory/logger', optionSchema, options);
}

/**
 * Gives each request a pino logger, `context.log`, and writes one line when the request ends, with its outcome, its
 * duration in milliseconds and the totals of its table operations. Key names are those of
 * [Powertools for AWS Lambda](https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/).
 * Attributes that models call sensitive are redacted; what errors carry is left out. Use it first, so that its line
 * is written last.
 *
 * @throws TypeError when an option is wrong.
 *
 * @example
 * import middy from '@middy/core';
 * import { logger } from '@tabletheory/logger';
 *
 * export const handler = middy<{ orderId: string }>()
 *   .use(logger({ service: 'orders' }))
 *   .handler(async (event, { log }) => {
 *     log.info({ orderId: event.orderId }, 'order received');
 *     return { statusCode: 200 };
 *   });
 */
export function logger<Key extends string = 'log'>(
  options: LoggerOptions<Key> = {},
): middy.MiddlewareObj<unknown, any, Error, LambdaContext & { [K in Key]: Logger }> {
  loggerValidateOptions(options);
  const contextKey = options.contextKey ?? 'log';
  const root = createRootLogger({
    level: options.level ?? environmentLevel(),
    base: { service: options.service ?? environmentService(), ...options.base },
    redact: options.redact ?? [],
    destination: options.destination,
  });
  const middleware = {};

  function loggerMiddlewareBefore(request: MiddyRequest): void {
    const invocation = enter(request, middleware);
    const log = root.child(requestBindings(invocation));
    invocation.log = log;
    invocation.measureTables(); // the request line tells the totals
    (request.context as Record<string, unknown>)[contextKey] = log;
    invocation.onEnd((end) => writeRequestLine(log, invocation, end));
  }

  function loggerMiddlewareAfter(request: MiddyRequest): void | Promise<void> {
    return leave(request, middleware);
  }

  function loggerMiddlewareOnError(request: MiddyRequest): void | Promise<void> {
    // An earlier `before` threw: this request has no logger yet, and its failure must still be written.
    if (invocationOf(request)?.log === undefined) loggerMiddlewareBefore(request);
    return leave(request, middleware);
  }

  return { before: loggerMiddlewareBefore, after: loggerMiddlewareAfter, onError: loggerMiddlewareOnError };
}

function environmentService(): string {
  return process.env.POWERTOOLS_SERVICE_NAME || process.env.AWS_LAMBDA_FUNCTION_NAME || 'service_undefined';
}

function requestBindings(invocation: Invocation): object {
  const { context, coldStart, requestId } = invocation;
  const memory = Number(context.memoryLimitInMB);
  return {
    cold_start: coldStart,
    function_name: context.functionName,
    function_memory_size: Number.isNaN(memory) ? undefined : memory,
    function_arn: context.invokedFunctionArn,
    function_request_id: requestId,
    xray_trace_id: currentTraceHeader()?.root ?? invocation.trace?.id,
  };
}
