import type { LambdaContext } from '@tabletheory/invocation';
import { lambdaContextOf } from './lambda-context.ts';

/**
 * How much time is kept back before the Lambda timeout: milliseconds from 0 to 900,000, a percentage of the time the
 * request has when it starts (`'10%'`), or `'auto'`, by the memory of the function.
 */
export type Reserve = number | `${number}%` | 'auto';

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const LONGEST_TIMEOUT_MS = 900_000;
const PERCENTAGE = /^(\d{1,2}(?:\.\d+)?)%$/;

// `auto`: 250 ms on a full vCPU, which a function has from this memory on. With less, the same work takes longer.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
const AUTO_MS = 250;
const FULL_CPU_MB = 1769;
const MOST_TIMES_AUTO = 4;
const MOST_OF_THE_TIME = 1 / 4;

/** Whether `reserve` is one. */
export function isReserve(reserve: unknown): reserve is Reserve {
  if (typeof reserve === 'number') return reserve >= 0 && reserve <= LONGEST_TIMEOUT_MS;
  return reserve === 'auto' || (typeof reserve === 'string' && PERCENTAGE.test(reserve));
}

/**
 * The reserve of one request in milliseconds.
 *
 * @param available milliseconds until the Lambda timeout; `Infinity` outside Lambda.
 */
export function reserveOf(reserve: Reserve, available: number, context: LambdaContext): number {
  if (typeof reserve === 'number') return reserve;
  if (available === Infinity) return 0;
  if (reserve === 'auto') return Math.round(Math.min(autoReserve(context), available * MOST_OF_THE_TIME));
  return Math.round((available * Number(PERCENTAGE.exec(reserve)?.[1])) / 100);
}

function autoReserve(context: LambdaContext): number {
  const memory = Number(lambdaContextOf(context).memoryLimitInMB ?? process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  const slower = memory > 0 ? FULL_CPU_MB / memory : 1;
  return AUTO_MS * Math.min(Math.max(slower, 1), MOST_TIMES_AUTO);
}
