import { setTimeout as wait } from 'node:timers/promises';
import type { Binding } from './observe.ts';

/** How long to wait between tries, in milliseconds. */
export interface BackOff {
  /** The most the first wait takes; each further one may take twice as long. */
  readonly base: number;
  /** The most any wait takes. */
  readonly cap: number;
}

/**
 * The wait before a try, with full jitter: evenly spread between nothing and an exponentially growing bound, which
 * keeps clients that failed together from trying together again.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param failures how many tries have failed.
 */
export function backOffDelay(failures: number, { base, cap }: BackOff): number {
  return Math.random() * Math.min(cap, base * 2 ** (failures - 1));
}

/**
 * Waits, unless the request's deadline comes first.
 *
 * @returns false at once when the wait could not end in time; then nothing was waited.
 * @throws the signal's reason when it aborts meanwhile.
 */
export async function waitInTime(delay: number, { signal, remaining }: Binding): Promise<boolean> {
  signal?.throwIfAborted();
  if (remaining !== undefined && remaining() <= delay) return false;
  try {
    await wait(delay, undefined, { signal });
  } catch (error) {
    // Stryker disable next-line OptionalChaining: without a signal, nothing ends a wait; the type needs to be told.
    throw signal?.aborted ? signal.reason : error;
  }
  return true;
}
