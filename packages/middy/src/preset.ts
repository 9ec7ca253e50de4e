import type middy from '@middy/core';
import type { AnyModel, Tables } from '@tabletheory/core';
import { type Deadline, type DeadlineOptions, deadline } from '@tabletheory/deadline';
import { type DynamodbOptions, dynamodb } from '@tabletheory/dynamodb';
import { type HttpErrorsOptions, httpErrors } from '@tabletheory/http-errors';
import { type LambdaContext, type OptionSchema, validateOptions } from '@tabletheory/invocation';
import { type LoggerOptions, logger } from '@tabletheory/logger';
import { type Memory, type MemoryStatsOptions, memoryStats } from '@tabletheory/memory-stats';
import { type Metrics, type MetricsOptions, metrics } from '@tabletheory/metrics';
import { type TraceContext, type XrayOptions, xray } from '@tabletheory/xray';
import type { Logger } from 'pino';

type Models = Readonly<Record<string, AnyModel>>;

/** Options of a middleware within the preset, whose context keys are fixed. */
type Within<Options> = Omit<Options, 'contextKey'>;

/**
 * Options of {@link tableTheory}. Each middleware takes its own options under its name; `false` leaves it out.
 */
export interface PresetOptions {
  /** The models, by the names their tables get: `{ orders: Order }` makes `tables.orders`. */
  readonly models: Models;
  /** The name of the service in logs and metrics, where their own options name none. */
  readonly service?: string | undefined;
  readonly logger?: Within<LoggerOptions> | false | undefined;
  /** Left out unless given: metrics need a namespace. */
  readonly metrics?: Within<MetricsOptions> | false | undefined;
  readonly xray?: Within<XrayOptions> | false | undefined;
  readonly deadline?: Within<DeadlineOptions> | false | undefined;
  readonly memoryStats?: Within<MemoryStatsOptions> | false | undefined;
  readonly httpErrors?: HttpErrorsOptions | false | undefined;
  readonly dynamodb?: Within<Omit<DynamodbOptions<Models, string>, 'models'>> | undefined;
  /** A middleware of `@tabletheory/validator`, which brings the type of `context.input`. */
  readonly validator?: middy.MiddlewareObj<any, any, any, any> | undefined;
}

type Unless<Option, Context> = Option extends false ? unknown : Context;
type If<Option, Context> = Option extends object ? Context : unknown;
type ContextOf<Middleware> = Middleware extends middy.MiddlewareObj<any, any, any, infer Context> ? Context : unknown;

/** The context that the preset makes. */
export type PresetContext<O extends PresetOptions> = LambdaContext & { readonly tables: Tables<O['models']> } & Unless<
    O['logger'],
    { readonly log: Logger }
  > &
  If<O['metrics'], { readonly metrics: Metrics }> &
  Unless<O['xray'], { readonly trace: TraceContext }> &
  Unless<O['deadline'], { readonly deadline: Deadline }> &
  Unless<O['memoryStats'], { readonly memory: Memory }> &
  ContextOf<O['validator']>;

/**
 * What TypeScript does not refuse by itself where an option's own type is inferred: one that there is not. Options of
 * a middleware are looked at one level deep.
 */
export type KnownOptions<O> = {
  readonly [Name in keyof O]: Name extends 'models' | 'validator'
    ? O[Name]
    : Name extends keyof PresetOptions
      ? Known<O[Name], PresetOptions[Name]>
      : never;
};
type Known<Given, Options> = Given extends object
  ? { readonly [Name in keyof Given]: Name extends keyof Extract<Options, object> ? Given[Name] : never }
  : Given;

/** The middlewares of the preset, for `.use()`. */
export type Preset<O extends PresetOptions> = middy.MiddlewareObj<unknown, any, Error, PresetContext<O>>[];

const PACKAGE = '@tabletheory/middy';

const optionsOrOff: OptionSchema = { anyOf: [{ type: 'object', additionalProperties: true }, { enum: [false] }] };

const optionSchema: OptionSchema = {
  type: 'object',
  properties: {
    models: { type: 'object', additionalProperties: { instanceof: 'Object' } },
    service: { type: 'string', minLength: 1 },
    logger: optionsOrOff,
    metrics: optionsOrOff,
    xray: optionsOrOff,
    deadline: optionsOrOff,
    memoryStats: optionsOrOff,
    httpErrors: optionsOrOff,
    dynamodb: { type: 'object', additionalProperties: true },
    validator: { instanceof: 'Object' },
  },
  required: ['models'],
  additionalProperties: false,
};

/**
 * Checks options of {@link tableTheory} without making anything. Each middleware checks its own when it is made.
 *
 * @throws TypeError naming the first option that is wrong, unknown or missing.
 */
export function tableTheoryValidateOptions(options: unknown): void {
  validateOptions(PACKAGE, optionSchema, options);
  for (const [name, own] of Object.entries(options as PresetOptions)) {
    // Of the validator this is a member of a middleware.
    if (name === 'models' || name === 'validator' || own?.contextKey === undefined) continue;
    throw new TypeError(
      `${PACKAGE}: option ${name}.contextKey is not taken: the preset's keys of the context are fixed`,
      {
        cause: { package: PACKAGE },
      },
    );
  }
}

/**
 * The TableTheory middlewares in the right order: what reports a request goes around what can fail it, and errors
 * become responses inside what reports them. Use it with {@link tableTheoryPlugin}, which lets clean-up finish
 * whatever ends a request.
 *
 * @throws TypeError when an option, of the preset or of a middleware, is wrong.
 *
 * @example
 * import middy from '@middy/core';
 * import { defineModel, string } from '@tabletheory/core';
 * import { tableTheory, tableTheoryPlugin } from '@tabletheory/middy';
 *
 * const Order = defineModel({
 *   name: 'Order',
 *   table: 'orders',
 *   key: { partition: 'orderId' },
 *   attributes: { orderId: string(), status: string() },
 * });
 *
 * export const handler = middy<{ orderId: string }>(tableTheoryPlugin())
 *   .use(tableTheory({ service: 'orders', models: { orders: Order }, metrics: { namespace: 'Orders' } }))
 *   .handler(async (event, { tables, log }) => {
 *     log.info({ orderId: event.orderId }, 'read');
 *     return tables.orders.getOrThrow({ orderId: event.orderId });
 *   });
 */
export function tableTheory<const O extends PresetOptions>(options: O & KnownOptions<O>): Preset<O> {
  tableTheoryValidateOptions(options);
  const given: PresetOptions = options;
  const { models, service } = given;
  const chain: (middy.MiddlewareObj<any, any, any, any> | undefined)[] = [
    given.logger === false ? undefined : logger({ ...given.logger, service: given.logger?.service ?? service }),
    given.metrics ? metrics({ ...given.metrics, service: given.metrics.service ?? service }) : undefined,
    given.xray === false ? undefined : xray(given.xray),
    given.deadline === false ? undefined : deadline(given.deadline),
    given.memoryStats === false ? undefined : memoryStats(given.memoryStats),
    given.httpErrors === false ? undefined : httpErrors(given.httpErrors),
    dynamodb({ ...given.dynamodb, models }),
    given.validator,
  ];
  return chain.filter((middleware) => middleware !== undefined);
}
