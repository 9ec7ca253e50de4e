import { setTimeout as sleep } from 'node:timers/promises';
import middy from '@middy/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Budget } from './budget.ts';
import { BudgetExceededError } from './budget-exceeded-error.ts';
import type { Deadline } from './deadline.ts';
import { DeadlineReachedError } from './deadline-reached-error.ts';
import { deadline } from './middleware.ts';
import { call, lambdaContext, untilAborted } from './test-chain.ts';

/** Runs a request with a deadline in 9,750 ms, or without one. */
const within = async (
  run: (deadline: Deadline) => unknown,
  context: object = lambdaContext(10_000),
): Promise<unknown> =>
  call(
    middy()
      .use(deadline())
      .handler((_event, context) => run(context.deadline)),
    context,
  );

describe('by a clock that stands still, a budget', () => {
  beforeEach(() => vi.useFakeTimers({ now: 1_800_000_000_000 }));
  afterEach(() => vi.useRealTimers());

  it('aborts when its time is over, and leaves the deadline alone', async () => {
    await within((deadline) => {
      const { signal, at, remaining } = deadline.budget(2_000);
      expect(at).toBe(1_800_000_002_000);
      expect(remaining()).toBe(2_000);
      vi.advanceTimersByTime(1_999);
      expect([signal.aborted, remaining()]).toEqual([false, 1]);
      vi.advanceTimersByTime(1);
      expect([signal.aborted, remaining()]).toEqual([true, 0]);
      expect(signal.reason).toBeInstanceOf(BudgetExceededError);
      expect(signal.reason).toMatchObject({
        name: 'BudgetExceededError',
        code: 'BUDGET_EXCEEDED',
        budget: 2_000,
        statusCode: 504,
        expose: false,
        cause: { package: '@tabletheory/deadline' },
      });
      expect(signal.reason.message).toContain('its budget of 2000 ms');
      expect(deadline.signal.aborted).toBe(false);
      expect(vi.getTimerCount()).toBe(1);
    });
  });

  it('ends with the deadline where that comes first, without a timer of its own', async () => {
    await within((deadline) => {
      const budget = deadline.budget(60_000);
      expect(budget.at).toBe(deadline.at);
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(9_750);
      expect(budget.signal.reason).toBeInstanceOf(DeadlineReachedError);
      expect(budget.signal.reason).toBe(deadline.signal.reason);
      expect(budget.remaining()).toBe(0);
    });
  });

  it.each([[0], [-1], [-Infinity]])('of %d ms is used up already', async (ms) => {
    await within((deadline) => {
      const { signal, remaining } = deadline.budget(ms);
      expect(signal.reason).toMatchObject({ code: 'BUDGET_EXCEEDED', budget: 0 });
      expect(remaining()).toBe(0);
    });
  });

  it('opened after the deadline has aborted with it', async () => {
    await within((deadline) => {
      expect(deadline.budget(100).signal.reason).toBe(deadline.signal.reason);
    }, lambdaContext(100));
  });

  it('works where there is no Lambda timeout', async () => {
    await within((deadline) => {
      const { signal, remaining } = deadline.budget(100);
      expect(remaining()).toBe(100);
      vi.advanceTimersByTime(100);
      expect(signal.reason).toBeInstanceOf(BudgetExceededError);
    }, {});
  });

  it('without an end has none, and no timer', async () => {
    await within((deadline) => {
      const { signal, at, remaining } = deadline.budget(Infinity);
      expect([at, remaining()]).toEqual([undefined, Infinity]);
      expect(deadline.budget(2 ** 31).at).toBe(Date.now() + 2 ** 31);
      expect(vi.getTimerCount()).toBe(0);
      expect(signal.aborted).toBe(false);
    }, {});
  });

  it('can be opened inside another', async () => {
    await within((deadline) => {
      const outer = deadline.budget(5_000);
      const shorter = outer.budget(1_000);
      const longer = outer.budget(8_000);
      expect(longer.at).toBe(outer.at);
      vi.advanceTimersByTime(1_000);
      expect(shorter.signal.reason).toMatchObject({ code: 'BUDGET_EXCEEDED', budget: 1_000 });
      expect(outer.signal.aborted).toBe(false);
      vi.advanceTimersByTime(4_000);
      expect(longer.signal.reason).toBe(outer.signal.reason);
      expect(outer.signal.reason).toMatchObject({ code: 'BUDGET_EXCEEDED', budget: 5_000 });
    });
  });

  it('disposed of aborts no more, nor does one inside of it', async () => {
    await within((deadline) => {
      let inside: Budget;
      let budget: Budget;
      {
        using disposed = deadline.budget(1_000);
        budget = disposed;
        inside = budget.budget(500);
        expect(vi.getTimerCount()).toBe(3);
      }
      budget[Symbol.dispose]();
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(9_750);
      expect(deadline.signal.aborted).toBe(true);
      expect([budget.signal.aborted, inside.signal.aborted]).toEqual([false, false]);
      expect(budget.budget(-1).signal.aborted).toBe(true);
    });
  });

  it('leaves nothing behind when the request ends', async () => {
    const budgets: Budget[] = [];
    let kept: Deadline | undefined;
    await within((deadline) => {
      kept = deadline;
      const first = deadline.budget(1_000);
      budgets.push(first, first.budget(500));
      expect(vi.getTimerCount()).toBe(3);
    });
    expect(vi.getTimerCount()).toBe(0);
    budgets.push(kept?.budget(10) as Budget, budgets[0]?.budget(10) as Budget);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(60_000);
    expect(budgets.map(({ signal }) => signal.aborted)).toEqual([false, false, false, false]);
  });

  it.each([['500'], [undefined], [Number.NaN]])('of %o is refused', async (ms) => {
    await within((deadline) => {
      expect(() => deadline.budget(ms as number)).toThrow(
        new TypeError('@tabletheory/deadline: a budget must be a number of milliseconds'),
      );
    });
  });
});

describe('in real time', () => {
  it('a budget stops what obeys its signal, and the request goes on', async () => {
    const answer = await within(async (deadline) => {
      const { signal } = deadline.budget(20);
      const slow = await sleep(600_000, 'slow', { signal }).catch((error: Error) => error.cause);
      return [slow, deadline.signal.aborted];
    });
    expect(answer).toEqual([expect.any(BudgetExceededError), false]);
  });

  it('many budgets make no warning of a leak', async () => {
    const warnings: unknown[] = [];
    const warn = (warning: unknown) => warnings.push(warning);
    process.on('warning', warn);
    await within(async (deadline) => {
      const budgets = Array.from({ length: 50 }, (_, i) => deadline.budget(i));
      await Promise.all(budgets.map(({ signal }) => untilAborted(signal)));
    });
    await sleep(10);
    process.off('warning', warn);
    expect(warnings).toEqual([]);
  });

  it("composes with Middy's own signal, whichever aborts first", async () => {
    const early = Symbol('early');
    const first: unknown[] = [];
    const chain = (reserve: number, timeoutEarlyInMillis: number) =>
      middy({ timeoutEarlyInMillis, timeoutEarlyResponse: () => early })
        .use(deadline({ reserve }))
        .handler(async (_event, context, { signal }) => {
          const either = AbortSignal.any([signal, context.deadline.budget(30_000).signal]);
          first.push(await untilAborted(either));
          return 'stopped';
        });
    expect(await call(chain(29_980, 5), lambdaContext(30_000))).toBe('stopped');
    expect(await call(chain(5, 29_980), lambdaContext(30_000))).toBe(early);
    await vi.waitFor(() => expect(first).toHaveLength(2));
    expect(first).toEqual([expect.any(DeadlineReachedError), expect.objectContaining({ name: 'AbortError' })]);
  });
});
