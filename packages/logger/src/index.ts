export type { LogLevel } from './level.ts';
export { type LoggerOptions, logger, loggerValidateOptions } from './logger.ts';
