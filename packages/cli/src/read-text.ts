import { readFileSync } from 'node:fs';
import { UsageError } from './command.ts';

/**
 * The text of a file that the caller named.
 *
 * @throws UsageError when it cannot be read.
 */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} could not be read: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * What a file holds in JSON.
 *
 * @throws UsageError when it cannot be read, or is no JSON.
 */
export function readJson(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is no JSON: ${(error as Error).message}`, { cause: error });
  }
}
