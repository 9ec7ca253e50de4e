import type { DestinationStream, Logger } from 'pino';
import type { LineBuffer } from './line-buffer.ts';

const BUFFER = Symbol('@tabletheory/logger buffer');

/** Child loggers inherit from their parent, so a buffer given to one is also the buffer of all its children. */
type BufferedLogger = Logger & { [BUFFER]?: LineBuffer };

/** Has the lines of a logger, and of the child loggers made of it, go through a buffer. */
export function giveBuffer(log: Logger, buffer: LineBuffer): void {
  (log as BufferedLogger)[BUFFER] = buffer;
}

const METADATA = Symbol.for('pino.metadata');

/** Whether a destination wants more of pino than lines. Kept lines have nothing else. */
export function readsMetadata(destination: DestinationStream): boolean {
  return METADATA in destination;
}

/** A destination that leads each line to the buffer of the logger it comes from. */
export function requestStream(destination: DestinationStream & { flush?: Flush }): DestinationStream {
  const stream = {
    // Has pino set `lastLevel` and the others immediately before each `write`.
    [METADATA]: true,
    lastLevel: 0,
    lastLogger: undefined as BufferedLogger | undefined,
    lastObj: undefined as object | undefined,
    lastMsg: undefined as string | undefined,
    write(line: string): void {
      const buffer = stream.lastLogger?.[BUFFER];
      // Nothing of a request stays behind in the stream, which outlives it.
      stream.lastLogger = stream.lastObj = stream.lastMsg = undefined;
      if (buffer === undefined) destination.write(line);
      else buffer.write(line, stream.lastLevel);
    },
    /** For `log.flush()`. */
    flush(callback?: () => void): void {
      if (typeof destination.flush === 'function') destination.flush(callback);
      else callback?.();
    },
  };
  return stream;
}

type Flush = (callback?: () => void) => void;
