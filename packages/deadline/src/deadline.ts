import type { LambdaContext } from '@tabletheory/invocation';
import { type Budget, type Budgets, budgetsWithin, timeUntil } from './budget.ts';
import { DeadlineReachedError } from './deadline-reached-error.ts';
import { availableTime } from './lambda-context.ts';
import { LONGEST_TIMER_MS } from './longest-timer.ts';
import { type Reserve, reserveOf } from './reserve.ts';

/** When a request must stop. */
export interface Deadline {
  /** Aborts when the deadline is reached; its `reason` is a `DeadlineReachedError`. */
  readonly signal: AbortSignal;
  /** When `signal` aborts, in milliseconds since the epoch; `undefined` where there is no Lambda timeout. */
  readonly at: number | undefined;
  /** Milliseconds until `signal` aborts: never negative, `Infinity` where there is no Lambda timeout. */
  remaining(): number;
  /**
   * Opens a budget: a deadline for a part of the request, inside this one.
   *
   * @param ms the milliseconds that part may take; none are left with 0 or less.
   * @throws TypeError when `ms` is not a number.
   *
   * @example
   * import middy from '@middy/core';
   * import { deadline } from '@tabletheory/deadline';
   *
   * export const handler = middy()
   *   .use(deadline())
   *   .handler(async (_event, context) => {
   *     const budget = context.deadline.budget(500);
   *     const price = await fetch('https://example.com/price', { signal: budget.signal }).catch(() => undefined);
   *     return { statusCode: price === undefined ? 503 : 200 };
   *   });
   */
  budget(ms: number): Budget;
}

/** The running deadline of one request. */
export interface RunningDeadline {
  readonly deadline: Deadline;
  /** Has the deadline be reached now, if it has not been yet. */
  readonly strike: () => void;
  /** Takes its timers away, and those of its budgets. */
  readonly stop: () => void;
}

/**
 * Starts the deadline of one request.
 *
 * @param onReached called once, right after the signal has aborted, with the milliseconds that were kept back.
 */
export function startDeadline(
  context: LambdaContext,
  reserve: Reserve,
  onReached: (reserve: number) => void,
): RunningDeadline {
  const available = availableTime(context);
  const reserveMs = reserveOf(reserve, available, context);
  const untilAbort = available - reserveMs;
  const at = untilAbort === Infinity ? undefined : Date.now() + untilAbort;

  const controller = new AbortController();
  const { signal } = controller;
  const abort = (): void => controller.abort(new DeadlineReachedError(reserveMs));
  let told = false;
  const strike = (): void => {
    if (told) return;
    told = true;
    abort();
    onReached(reserveMs);
  };
  // With no time left there is nothing to wait for; the siblings are told when they are there, a moment later.
  if (untilAbort <= 0) abort();
  // Not unref'd: a handler may await something that keeps no event loop alive, and the signal must still fire.
  const timer = untilAbort <= LONGEST_TIMER_MS ? setTimeout(strike, Math.max(0, untilAbort)) : undefined;

  // Most requests open none.
  let budgets: Budgets | undefined;
  let stopped = false;
  const budget = (ms: number): Budget => {
    if (budgets === undefined) {
      budgets = budgetsWithin(signal, at);
      if (stopped) budgets.close();
    }
    return budgets.open(ms);
  };
  return {
    deadline: { signal, at, remaining: () => timeUntil(at, signal), budget },
    strike,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      budgets?.close();
    },
  };
}
