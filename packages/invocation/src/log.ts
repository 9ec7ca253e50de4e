/** The part of a pino logger the middlewares use among themselves. */
export interface Log {
  debug(record: object, message?: string): void;
  info(record: object, message?: string): void;
  warn(record: object, message?: string): void;
  error(record: object, message?: string): void;
}
