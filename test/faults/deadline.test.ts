import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { stopwatch, under } from './deadline.ts';

test('time that is waited for, or worked, counts as event-loop time', async () => {
  const sinceWait = stopwatch();
  await wait(60);
  expect(sinceWait().loop).toBeGreaterThan(50);
  const sinceWork = stopwatch();
  while (sinceWork().wall < 60);
  expect(sinceWork().loop).toBeGreaterThan(10); // all of it, where nothing else runs
});

test('a call that goes on after its deadline is found out', async () => {
  const { result, overrun } = await under(5, async ({ signal, remaining }) => {
    await wait(80);
    expect([signal.aborted, remaining() < 0]).toEqual([true, true]);
    return 'late';
  });
  expect(result).toBe('late');
  expect(overrun.loop).toBeGreaterThan(40);
  expect(overrun.wall).toBeGreaterThanOrEqual(overrun.loop);
  expect((await under(10_000, async () => 'in time')).overrun).toEqual({ wall: 0, loop: 0 });
});
