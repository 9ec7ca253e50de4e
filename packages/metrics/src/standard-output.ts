import { writeSync } from 'node:fs';

/**
 * Writes a line to standard output before it returns, so that nothing is lost when Lambda freezes the environment.
 * Not `console.log`, to which Lambda adds a prefix.
 */
export function writeLine(line: string): void {
  const bytes = Buffer.from(line);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(1, bytes, written);
    } catch (error) {
      // A pipe that is full and does not block, as `process.stdout` leaves it: its reader needs a moment.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
