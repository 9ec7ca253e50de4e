import type middy from '@middy/core';
import {
  enter,
  invocationOf,
  type LambdaContext,
  leave,
  type MiddyRequest,
  type OptionSchema,
  validateOptions,
} from '@tabletheory/invocation';
import type { DestinationStream, Logger } from 'pino';
import { type CorrelationIdSource, correlationIdOf } from './correlation-id.ts';
import { FunctionLogger } from './function-logger.ts';
import { LOG_LEVELS, type LogLevel } from './level.ts';
import { loggableEvent } from './loggable-event.ts';
import { requestFailed, writeRequestLine } from './request-line.ts';
import { bufferLines, requestBindings } from './request-logger.ts';
import { readsMetadata, requestStream } from './request-stream.ts';
import { createRootLogger, standardOutput } from './root-logger.ts';
import { environmentSampleRate } from './sample-rate.ts';
import { listenToSigterm } from './sigterm.ts';
import { decideVerbosity } from './verbosity.ts';

/** Options of {@link logger}. */
export interface LoggerOptions<Key extends string = 'log'> {
  /**
   * Name of the service, on every line. Default: the environment variables `POWERTOOLS_SERVICE_NAME`, then
   * `AWS_LAMBDA_FUNCTION_NAME`, then `service_undefined`.
   */
  readonly service?: string | undefined;
  /**
   * The least level that is written. Default: the environment variables `AWS_LAMBDA_LOG_LEVEL`, then
   * `POWERTOOLS_LOG_LEVEL`, then `LOG_LEVEL`, then `info`. Never more verbose than `AWS_LAMBDA_LOG_LEVEL`, below which
   * Lambda discards lines.
   */
  readonly level?: LogLevel | undefined;
  /**
   * The share of requests, 0 to 1, that are logged at `debug`. Default: the environment variable
   * `POWERTOOLS_LOGGER_SAMPLE_RATE`, then 0.
   */
  readonly sampleRate?: number | undefined;
  /** Keeps lines of low levels in memory, to write them only when the request fails or its deadline strikes. */
  readonly buffer?: LoggerBufferOptions | undefined;
  /**
   * Where `correlation_id`, on every line, comes from: a path in the event, as `requestContext.requestId`; else the name
   * of a header, as `x-correlation-id`; or a function. See {@link correlationPaths}. Default: none.
   */
  readonly correlationId?: CorrelationIdSource | undefined;
  /**
   * Writes a line with the event of each request, without its body and secrets. Default: the environment variable
   * `POWERTOOLS_LOGGER_LOG_EVENT`, then `false`.
   */
  readonly logEvent?: boolean | undefined;
  /** Where lines go, if not to standard output: anything with `write(line)`. */
  readonly destination?: DestinationStream | undefined;
  /** Further values for every line. */
  readonly base?: Readonly<Record<string, unknown>> | undefined;
  /** Paths to redact, in pino's syntax, for example `req.headers.authorization`. */
  readonly redact?: readonly string[] | undefined;
  /** The key of the context the logger is found under. Default `log`. */
  readonly contextKey?: Key | undefined;
}

/** The option `buffer` of {@link logger}. */
export interface LoggerBufferOptions {
  /** Lines of this level and of lower ones are kept, whatever the option `level` says. Default `debug`. */
  readonly level?: 'trace' | 'debug' | 'info' | 'warn' | undefined;
  /** The most that is kept of one request, in bytes; the oldest lines make room. Default 20,480. */
  readonly maxBytes?: number | undefined;
}

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    service: { type: 'string', minLength: 1 },
    level: { enum: LOG_LEVELS },
    sampleRate: { type: 'number', minimum: 0, maximum: 1 },
    buffer: {
      type: 'object',
      properties: {
        level: { enum: ['trace', 'debug', 'info', 'warn'] },
        maxBytes: { type: 'integer', minimum: 1 },
      },
      additionalProperties: false,
    },
    correlationId: { anyOf: [{ type: 'string', minLength: 1 }, { instanceof: 'Function' }] },
    logEvent: { type: 'boolean' },
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
  const { buffer, destination } = options as LoggerOptions;
  if (buffer !== undefined && destination !== undefined && readsMetadata(destination)) {
    throw new TypeError(
      "@tabletheory/logger: option buffer cannot be combined with a destination that needs pino's metadata, as pino.multistream does",
      { cause: { package: '@tabletheory/logger' } },
    );
  }
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
 *   .use(logger({ service: 'orders', buffer: { level: 'debug' } }))
 *   .handler(async (event, { log }) => {
 *     log.info({ orderId: event.orderId }, 'order received');
 *     log.debug('written only if the request fails');
 *     return { statusCode: 200 };
 *   });
 */
export function logger<Key extends string = 'log'>(
  options: LoggerOptions<Key> = {},
): middy.MiddlewareObj<unknown, any, Error, LambdaContext & { [K in Key]: Logger }> {
  loggerValidateOptions(options);
  const { contextKey = 'log', correlationId, buffer, logEvent = environmentLogEvent() } = options;
  const sampleRate = options.sampleRate ?? environmentSampleRate();
  const { level, sampledLevel, keptLevel, madeLevel, conflicts } = decideVerbosity(options.level, sampleRate, buffer);
  const destination = options.destination ?? standardOutput;
  const root = createRootLogger({
    level: madeLevel,
    base: { service: options.service ?? environmentService(), ...options.base },
    redact: options.redact ?? [],
    destination: keptLevel === undefined ? destination : requestStream(destination),
  });
  const functionLogger = new FunctionLogger(root);
  for (const conflict of conflicts) root.warn(conflict);
  if (keptLevel !== undefined) listenToSigterm();
  const middleware = {};

  function loggerMiddlewareBefore(request: MiddyRequest): void {
    const invocation = enter(request, middleware);
    const bindings = requestBindings(invocation);
    if (sampleRate > 0) bindings.sampling_rate = sampleRate;
    if (correlationId !== undefined) {
      bindings.correlation_id = correlationIdOf(correlationId, request.event, request.context);
    }
    const isSampled = sampleRate > 0 && Math.random() < sampleRate;
    const parent = functionLogger.of(invocation);
    const log = isSampled ? parent.child(bindings, { level: sampledLevel }) : parent.child(bindings);
    const lines =
      keptLevel === undefined || isSampled
        ? undefined
        : bufferLines(log, invocation, { keptLevel, level, destination, maxBytes: buffer?.maxBytes ?? 20_480 });
    invocation.log = log;
    invocation.measureTables(); // the request line tells the totals
    (request.context as Record<string, unknown>)[contextKey] = log;
    invocation.onEnd((end) => {
      if (requestFailed(end)) lines?.release();
      else lines?.discard();
      writeRequestLine(log, invocation, end);
    });
    if (logEvent) log.info({ event: loggableEvent(request.event) }, 'event');
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

function environmentLogEvent(): boolean {
  return ['true', '1'].includes(process.env.POWERTOOLS_LOGGER_LOG_EVENT?.toLowerCase() ?? '');
}
