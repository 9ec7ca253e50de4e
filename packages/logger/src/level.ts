/** pino's levels, from most to least. `silent` writes nothing. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * The level the environment asks for: Lambda's advanced logging controls first
 * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html), then the variables of
 * Powertools for AWS Lambda, then `info`. A value that is no level is passed over: a misspelt variable must not
 * keep a function from starting.
 */
export function environmentLevel(): LogLevel {
  for (const name of ['AWS_LAMBDA_LOG_LEVEL', 'POWERTOOLS_LOG_LEVEL', 'LOG_LEVEL']) {
    const value = process.env[name]?.toLowerCase();
    const level = value === 'critical' ? 'fatal' : LOG_LEVELS.find((known) => known === value);
    if (level !== undefined) return level;
  }
  return 'info';
}
