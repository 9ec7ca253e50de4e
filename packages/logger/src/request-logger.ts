import type { Invocation } from '@tabletheory/invocation';
import type { DestinationStream, Logger } from 'pino';
import type { LogLevel } from './level.ts';
import { LineBuffer } from './line-buffer.ts';
import { giveBuffer } from './request-stream.ts';
import { releaseOnSigterm } from './sigterm.ts';

/** How lines of a request are kept back. */
export interface BufferSettings {
  /** Lines of this level and of lower ones are kept. */
  readonly keptLevel: Exclude<LogLevel, 'silent'>;
  readonly maxBytes: number;
  /** The least level of the lines that are not kept. */
  readonly level: LogLevel;
  readonly destination: DestinationStream;
}

/** What every line of a request tells of the request itself. */
export function requestBindings({ requestId, traceHeader, trace }: Invocation): Record<string, unknown> {
  return { function_request_id: requestId, xray_trace_id: traceHeader?.root ?? trace?.id };
}

/** Keeps lines of a request back until it is known how it goes: they are written if it fails or its deadline strikes. */
export function bufferLines(log: Logger, invocation: Invocation, settings: BufferSettings): LineBuffer {
  const onDropped = (count: number): void => {
    log[settings.keptLevel]({ dropped_lines: count }, 'buffered lines were dropped');
  };
  const buffer = new LineBuffer({ ...settings, onDropped });
  giveBuffer(log, buffer);
  const forget = releaseOnSigterm(buffer);
  invocation.onDeadline(() => buffer.release());
  invocation.onEnd(forget);
  return buffer;
}
