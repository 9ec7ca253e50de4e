import { type DestinationStream, levels } from 'pino';
import type { LogLevel } from './level.ts';

/** What a {@link LineBuffer} is made of. */
export interface LineBufferSettings {
  readonly destination: DestinationStream;
  /** The least level that is written without delay. */
  readonly level: LogLevel;
  /** Lines of this level and of lower ones are kept. */
  readonly keptLevel: LogLevel;
  /** The most that is kept, in bytes of UTF-8. */
  readonly maxBytes: number;
  /** Told how many lines found no room, before those that did are written. */
  readonly onDropped: (count: number) => void;
}

/** The lines of one request that are written only if it fails. */
export class LineBuffer {
  readonly #settings: LineBufferSettings;
  readonly #level: number;
  readonly #keptLevel: number;
  #state: 'keeping' | 'released' | 'discarded' = 'keeping';
  #lines: string[] = [];
  #bytes = 0;
  #dropped = 0;

  constructor(settings: LineBufferSettings) {
    this.#settings = settings;
    this.#level = levelNumber(settings.level);
    this.#keptLevel = levelNumber(settings.keptLevel);
  }

  /** Takes a line: keeps it, writes it, or leaves it out for its level. */
  write(line: string, level: number): void {
    const isKept = level <= this.#keptLevel;
    if (isKept && this.#state === 'keeping') this.#keep(line);
    else if (level >= this.#level || (isKept && this.#state === 'released')) this.#settings.destination.write(line);
  }

  /** Writes what was kept, oldest first; from now on such lines are written without delay. Never throws. */
  release(): void {
    if (this.#state !== 'keeping') return;
    this.#state = 'released';
    const lines = this.#empty();
    const { destination, onDropped } = this.#settings;
    try {
      if (this.#dropped > 0) onDropped(this.#dropped);
      for (const line of lines) destination.write(line);
    } catch {
      // The destination itself fails: there is nowhere left to say so.
    }
  }

  /** Forgets what was kept; from now on lines are written by their level alone. */
  discard(): void {
    if (this.#state !== 'keeping') return;
    this.#state = 'discarded';
    this.#empty();
  }

  /** Has a destination that buffers by itself write now. Never throws. */
  flush(): void {
    const { destination } = this.#settings as { destination: { flushSync?: () => void } };
    try {
      destination.flushSync?.();
    } catch {
      // As in `release`.
    }
  }

  #keep(line: string): void {
    const { maxBytes } = this.#settings;
    const bytes = Buffer.byteLength(line);
    if (bytes > maxBytes) {
      this.#dropped++; // alone too large: no reason to lose the others for it
      return;
    }
    while (this.#bytes + bytes > maxBytes) {
      this.#bytes -= Buffer.byteLength(this.#lines.shift() as string);
      this.#dropped++;
    }
    this.#lines.push(line);
    this.#bytes += bytes;
  }

  #empty(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    this.#bytes = 0;
    return lines;
  }
}

function levelNumber(level: LogLevel): number {
  return level === 'silent' ? Infinity : (levels.values[level] as number);
}
