import { writeLine } from '@tabletheory/invocation';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './level.ts';
import { loggable, loggableValue, unreadable } from './loggable.ts';
import { RequestRecord } from './request-record.ts';
import { renameReserved } from './reserved-names.ts';
import { timestamp } from './timestamp.ts';

/** Standard output, written synchronously: what is still buffered when Lambda freezes the environment is lost. */
export const standardOutput: DestinationStream = { write: writeLine };

/** What the root logger is made of. */
export interface RootLoggerSettings {
  readonly level: LogLevel;
  readonly base: Readonly<Record<string, unknown>>;
  readonly redact: readonly string[];
  readonly destination: DestinationStream;
}

/** A pino logger with the key names of Powertools for AWS Lambda. */
export function createRootLogger(settings: RootLoggerSettings): Logger {
  const root = pino(
    {
      level: settings.level,
      base: renameReserved(loggable(settings.base)),
      messageKey: 'message',
      errorKey: 'error',
      timestamp,
      formatters: {
        level: (label) => ({ level: label.toUpperCase() }),
        log: (record) => (record instanceof RequestRecord ? record : renameReserved(loggable(record))) as never,
      },
      // `loggable` has serialized the error already; pino's own serializer would look into it again.
      serializers: { err: (value) => value },
      hooks: { logMethod: writeAlways },
      ...(settings.redact.length > 0 && { redact: { paths: [...settings.redact], censor: '[redacted]' } }),
    },
    settings.destination,
  );
  return protectBindings(root);
}

type LogMethod = (this: Logger, ...args: any[]) => void;

/** Values interpolated into the message are made loggable as well, and a line that cannot be made is replaced. */
function writeAlways(this: Logger, args: any[], write: LogMethod): void {
  try {
    for (let i = 1; i < args.length; i++) {
      if (typeof args[i] === 'object' && args[i] !== null) args[i] = loggableValue(args[i]);
    }
    write.apply(this, args);
  } catch (error) {
    const message = args.find((arg) => typeof arg === 'string');
    try {
      write.call(this, { log_error: unreadable(error) }, message);
    } catch {
      // The destination itself fails: there is nowhere left to say so, and a request must not fail for its log.
    }
  }
}

/** pino runs no formatter on the bindings of child loggers, so they are made loggable on the way in. */
function protectBindings(root: Logger): Logger {
  const { child, setBindings } = root;
  root.child = function (this: Logger, bindings: object, options?: object) {
    return child.call(this, bindings && renameReserved(loggable(bindings)), options as never);
  } as Logger['child'];
  root.setBindings = function (this: Logger, bindings) {
    setBindings.call(this, renameReserved(loggable(bindings)));
  };
  return root;
}
