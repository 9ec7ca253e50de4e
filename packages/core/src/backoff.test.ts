import { afterEach, describe, expect, it, vi } from 'vitest';
import { backOffDelay, waitInTime } from './backoff.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('backOffDelay', () => {
  it.each([
    [1, 12.5],
    [2, 25],
    [4, 100],
    [5, 150],
    [50, 150],
  ])('after %i failures is spread below a bound that doubles up to the cap', (failures, half) => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    expect(backOffDelay(failures, { base: 25, cap: 300 })).toBe(half);
  });
});

describe('waitInTime', () => {
  const reason = new Error('time is up');

  it('waits, with and without a signal', async () => {
    const startedAt = performance.now();
    expect(await waitInTime(20, {})).toBe(true);
    expect(await waitInTime(20, { signal: new AbortController().signal, remaining: () => 21 })).toBe(true);
    expect(performance.now() - startedAt).toBeGreaterThan(38);
  });

  it.each([59_999, 60_000])('does not begin a wait of a minute with %i ms left', async (left) => {
    expect(await waitInTime(60_000, { remaining: () => left })).toBe(false);
  });

  it('does not begin under a signal that has aborted', async () => {
    const remaining = vi.fn(() => 0);
    await expect(waitInTime(60_000, { signal: AbortSignal.abort(reason), remaining })).rejects.toBe(reason);
    expect(remaining).not.toHaveBeenCalled();
  });

  it("ends with the signal's own reason", async () => {
    const controller = new AbortController();
    const waiting = waitInTime(60_000, { signal: controller.signal, remaining: () => 120_000 });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });
});
