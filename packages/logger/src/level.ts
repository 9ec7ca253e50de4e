/** pino's levels, from most to least. `silent` writes nothing. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

export function isMoreVerbose(level: LogLevel, than: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(than);
}

export function lessVerbose(level: LogLevel, other: LogLevel): LogLevel {
  return isMoreVerbose(level, other) ? other : level;
}

/**
 * The level that the function's configuration sets, below which Lambda discards lines. `undefined` where it sets none;
 * with the log format `Text` Lambda discards nothing.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
export function lambdaLevel(): LogLevel | undefined {
  if (process.env.AWS_LAMBDA_LOG_FORMAT?.toLowerCase() === 'text') return undefined;
  return levelIn('AWS_LAMBDA_LOG_LEVEL');
}

/** The level that the variables of Powertools for AWS Lambda ask for. */
export function environmentLevel(): LogLevel | undefined {
  return levelIn('POWERTOOLS_LOG_LEVEL') ?? levelIn('LOG_LEVEL');
}

/** A value that is no level is passed over: a misspelt variable must not keep a function from starting. */
function levelIn(variable: string): LogLevel | undefined {
  const value = process.env[variable]?.toLowerCase();
  return value === 'critical' ? 'fatal' : LOG_LEVELS.find((known) => known === value);
}
