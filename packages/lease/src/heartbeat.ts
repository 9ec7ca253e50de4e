import { DeadlineExceededError } from '@tabletheory/core';
import type { HeldLease } from './lease.ts';
import { LeaseLostError } from './lease-lost-error.ts';

/** Options of `lease.keepAlive`. */
export interface KeepAliveOptions {
  /** Milliseconds between two refreshes. By default a third of the lease's duration. */
  readonly every?: number | undefined;
  /** Ends the heartbeat, and aborts its signal with its own reason: the deadline of a request. */
  readonly signal?: AbortSignal | undefined;
}

/** What keeps a lease. Has no timer after it was stopped, or its signal has aborted. */
export interface Heartbeat extends Disposable {
  /** Aborts when the lease is lost, with a `LeaseLostError`; or when the outer signal does, with its reason. */
  readonly signal: AbortSignal;
  /** Refreshes no more. The signal does not abort any more. */
  stop(): void;
}

/** Refreshes a lease every so many milliseconds, and watches its time. */
export function startHeartbeat(lease: HeldLease, every: number, outer: AbortSignal | undefined): Heartbeat {
  const controller = new AbortController();
  const requests = new AbortController();
  let nextBeat: NodeJS.Timeout | undefined;
  let expiry: NodeJS.Timeout | undefined;
  let lastError: unknown;

  const stop = (): void => {
    clearTimeout(nextBeat);
    clearTimeout(expiry);
    outer?.removeEventListener('abort', follow);
    requests.abort();
  };
  const end = (reason: unknown): void => {
    stop();
    controller.abort(reason);
  };
  const follow = (): void => end(outer?.reason);

  const watchExpiry = (): void => {
    clearTimeout(expiry);
    const left = lease.remaining();
    // A refresh may be under way whose answer would come too late: it is given up.
    if (left === 0) end(new LeaseLostError('expired', lastError));
    else expiry = setTimeout(watchExpiry, Math.ceil(left));
  };
  const beat = async (): Promise<void> => {
    try {
      await lease.refreshWithin(requests.signal);
      lastError = undefined;
    } catch (error) {
      if (requests.signal.aborted) return;
      if (error instanceof LeaseLostError) return end(error);
      // The deadline the tables are bound to: no refresh will get through any more.
      if (error instanceof DeadlineExceededError) return end(error.cause);
      lastError = error;
    }
    if (requests.signal.aborted) return;
    watchExpiry();
    if (!requests.signal.aborted) nextBeat = setTimeout(beat, every);
  };

  if (outer?.aborted) follow();
  else {
    outer?.addEventListener('abort', follow);
    watchExpiry();
    if (!controller.signal.aborted) nextBeat = setTimeout(beat, every);
  }
  return { signal: controller.signal, stop, [Symbol.dispose]: stop };
}
