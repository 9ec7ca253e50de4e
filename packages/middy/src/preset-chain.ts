import type middy from '@middy/core';
import { deadline } from '@tabletheory/deadline';
import { httpErrors } from '@tabletheory/http-errors';
import { logger } from '@tabletheory/logger';
import { memoryStats } from '@tabletheory/memory-stats';
import { metrics } from '@tabletheory/metrics';
import type { XrayOptions } from '@tabletheory/xray';
import { type Models, type PresetOptionsOf, tableTheoryValidateOptions } from './preset-options.ts';

type Middleware = middy.MiddlewareObj<any, any, any, any>;

/** The middlewares that depend on the client. */
interface OnClient<Dynamodb> {
  readonly dynamodb: (options: Dynamodb & { readonly models: Models }) => Middleware;
  readonly xray: (options?: XrayOptions) => Middleware;
}

/** The middlewares of the preset, in order. */
export function presetChain<Dynamodb extends object>(
  options: PresetOptionsOf<Dynamodb>,
  { dynamodb, xray }: OnClient<Dynamodb>,
): Middleware[] {
  tableTheoryValidateOptions(options);
  const { models, service } = options;
  const chain = [
    options.logger === false ? undefined : logger({ ...options.logger, service: options.logger?.service ?? service }),
    options.metrics ? metrics({ ...options.metrics, service: options.metrics.service ?? service }) : undefined,
    options.xray === false ? undefined : xray(options.xray),
    options.deadline === false ? undefined : deadline(options.deadline),
    options.memoryStats === false ? undefined : memoryStats(options.memoryStats),
    options.httpErrors === false ? undefined : httpErrors(options.httpErrors),
    dynamodb({ ...(options.dynamodb as Dynamodb), models }),
    options.validator,
  ];
  return chain.filter((middleware) => middleware !== undefined);
}
