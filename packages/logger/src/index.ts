export { type CorrelationIdSource, correlationPaths } from './correlation-id.ts';
export type { LogLevel } from './level.ts';
export { type LoggerBufferOptions, type LoggerOptions, logger, loggerValidateOptions } from './logger.ts';
