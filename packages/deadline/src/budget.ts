import { BudgetExceededError } from './budget-exceeded-error.ts';
import type { Deadline } from './deadline.ts';
import { LONGEST_TIMER_MS } from './longest-timer.ts';

/**
 * The time of a part of a request: a deadline inside another one. It ends with the request, or earlier where it is
 * disposed of, with those opened inside of it: then its signal does not abort any more.
 */
export interface Budget extends Deadline, Disposable {
  /**
   * Aborts when the budget or the deadline around it is used up, whichever comes first. `reason` tells which: a
   * `BudgetExceededError`, or the reason of the deadline around it.
   */
  readonly signal: AbortSignal;
}

/** The budgets opened inside one deadline or budget. */
export interface Budgets {
  /** Opens one. @throws TypeError when `ms` is not a number. */
  readonly open: (ms: number) => Budget;
  /** Ends all of them. Those opened later never abort. */
  readonly close: () => void;
}

/**
 * Makes what opens budgets inside a deadline, or inside a budget.
 *
 * @param outer the signal they follow.
 * @param outerAt when it aborts, in milliseconds since the epoch; `undefined` if never.
 */
export function budgetsWithin(outer: AbortSignal, outerAt: number | undefined): Budgets {
  const running = new Set<() => void>();
  let closed = false;

  const open = (ms: number): Budget => {
    if (typeof ms !== 'number' || Number.isNaN(ms)) {
      throw new TypeError('@tabletheory/deadline: a budget must be a number of milliseconds', {
        cause: { package: '@tabletheory/deadline' },
      });
    }
    const controller = new AbortController();
    const { signal } = controller;
    const time = Math.max(0, ms);
    const end = Math.min(Date.now() + time, outerAt ?? Infinity);
    const at = end === Infinity ? undefined : end;
    const inner = budgetsWithin(signal, at);

    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      clearTimeout(timer);
      outer.removeEventListener('abort', follow);
      running.delete(stop);
      inner.close();
    };
    const abort = (reason: unknown): void => {
      controller.abort(reason);
      stop();
    };
    const follow = (): void => abort(outer.reason);

    if (outer.aborted) follow();
    else if (time === 0) abort(new BudgetExceededError(time));
    else if (!closed) {
      running.add(stop);
      outer.addEventListener('abort', follow);
      // Where the outer deadline comes first, no timer of its own is needed.
      if (end !== outerAt && time <= LONGEST_TIMER_MS) {
        timer = setTimeout(() => abort(new BudgetExceededError(time)), time);
      }
    }
    return { signal, at, remaining: () => timeUntil(at, signal), budget: inner.open, [Symbol.dispose]: stop };
  };

  const close = (): void => {
    closed = true;
    for (const stop of running) stop();
  };
  return { open, close };
}

/** Milliseconds until `at`. A timer may fire a millisecond before its time by the wall clock, so the signal decides. */
export function timeUntil(at: number | undefined, signal: AbortSignal): number {
  if (signal.aborted) return 0;
  return at === undefined ? Infinity : Math.max(0, at - Date.now());
}
