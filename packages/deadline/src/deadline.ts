import type { LambdaContext } from '@tabletheory/invocation';
import { DeadlineReachedError } from './deadline-reached-error.ts';

/** When a request must stop. */
export interface Deadline {
  /** Aborts when the deadline is reached; its `reason` is a `DeadlineReachedError`. */
  readonly signal: AbortSignal;
  /** When `signal` aborts, in milliseconds since the epoch; `undefined` where there is no Lambda timeout. */
  readonly at: number | undefined;
  /** Milliseconds until `signal` aborts: never negative, `Infinity` where there is no Lambda timeout. */
  remaining(): number;
}

// Beyond this Node fires a timer at once. Lambda's own maximum is 900 s, so only a made-up context gets there.
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Starts the deadline of one request.
 *
 * @param reserve milliseconds kept back before the Lambda timeout.
 * @returns the deadline, and `stop`, which takes its timer away.
 */
export function startDeadline(context: LambdaContext, reserve: number): { deadline: Deadline; stop: () => void } {
  const controller = new AbortController();
  const { signal } = controller;
  const untilAbort = remainingTime(context) - reserve;
  if (untilAbort === Infinity) {
    return { deadline: { signal, at: undefined, remaining: () => Infinity }, stop: () => {} };
  }

  const at = Date.now() + untilAbort;
  const abort = () => controller.abort(new DeadlineReachedError(reserve));
  let timer: NodeJS.Timeout | undefined;
  if (untilAbort <= 0) abort();
  // Not unref'd: a handler may await something that keeps no event loop alive, and the signal must still fire.
  else if (untilAbort <= LONGEST_TIMER) timer = setTimeout(abort, untilAbort);

  return {
    // A timer may fire a millisecond before its time by the wall clock.
    deadline: { signal, at, remaining: () => (signal.aborted ? 0 : Math.max(0, at - Date.now())) },
    stop: () => clearTimeout(timer),
  };
}

/** Milliseconds until the Lambda timeout; `Infinity` outside Lambda. */
function remainingTime(context: LambdaContext & { lambdaContext?: LambdaContext }): number {
  // In Middy's durable mode the function is on `lambdaContext` only.
  const owner = typeof context.getRemainingTimeInMillis === 'function' ? context : context.lambdaContext;
  const remaining = owner?.getRemainingTimeInMillis?.();
  return typeof remaining === 'number' && !Number.isNaN(remaining) ? remaining : Infinity;
}
