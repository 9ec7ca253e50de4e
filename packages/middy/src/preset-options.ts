import type middy from '@middy/core';
import type { AnyModel, Tables } from '@tabletheory/core';
import type { Deadline, DeadlineOptions } from '@tabletheory/deadline';
import type { HttpErrorsOptions } from '@tabletheory/http-errors';
import { type LambdaContext, type OptionSchema, validateOptions } from '@tabletheory/invocation';
import type { LoggerOptions } from '@tabletheory/logger';
import type { Memory, MemoryStatsOptions } from '@tabletheory/memory-stats';
import type { Metrics, MetricsOptions } from '@tabletheory/metrics';
import type { TraceContext, XrayOptions } from '@tabletheory/xray';
import type { Logger } from 'pino';

/** Models, by the names their tables get. */
export type Models = Readonly<Record<string, AnyModel>>;

/** Options of a middleware within the preset, whose context keys are fixed. */
export type Within<Options> = Omit<Options, 'contextKey'>;

/** Options of the preset: each middleware takes its own under its name; `false` leaves it out. */
export interface PresetOptionsOf<Dynamodb> {
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
  readonly dynamodb?: Dynamodb | undefined;
  /** A middleware of `@tabletheory/validator`, which brings the type of `context.input`. */
  readonly validator?: middy.MiddlewareObj<any, any, any, any> | undefined;
}

type Unless<Option, Context> = Option extends false ? unknown : Context;
type If<Option, Context> = Option extends object ? Context : unknown;
type ContextOf<Middleware> = Middleware extends middy.MiddlewareObj<any, any, any, infer Context> ? Context : unknown;

/** The context that the preset makes, its tables on a client `C`. */
export type PresetContextOf<O extends PresetOptionsOf<any>, C> = LambdaContext & {
  readonly tables: Tables<O['models'], C>;
} & Unless<O['logger'], { readonly log: Logger }> &
  If<O['metrics'], { readonly metrics: Metrics }> &
  Unless<O['xray'], { readonly trace: TraceContext }> &
  Unless<O['deadline'], { readonly deadline: Deadline }> &
  Unless<O['memoryStats'], { readonly memory: Memory }> &
  ContextOf<O['validator']>;

/**
 * What TypeScript does not refuse by itself where an option's own type is inferred: one that there is not. Options of
 * a middleware are looked at one level deep.
 */
export type KnownOptions<O, Options> = {
  readonly [Name in keyof O]: Name extends 'models' | 'validator'
    ? O[Name]
    : Name extends keyof Options
      ? Known<O[Name], Options[Name]>
      : never;
};
type Known<Given, Options> = Given extends object
  ? { readonly [Name in keyof Given]: Name extends keyof Extract<Options, object> ? Given[Name] : never }
  : Given;

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
 * Checks options of the preset without making anything. Each middleware checks its own when it is made.
 *
 * @throws TypeError naming the first option that is wrong, unknown or missing.
 */
export function tableTheoryValidateOptions(options: unknown): void {
  validateOptions(PACKAGE, optionSchema, options);
  for (const [name, own] of Object.entries(options as PresetOptionsOf<any>)) {
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
