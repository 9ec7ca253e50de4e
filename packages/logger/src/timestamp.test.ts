import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { timestamp } from './timestamp.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

test.each([
  '2026-01-31T23:59:59.000Z',
  '2026-01-31T23:59:59.007Z',
  '2026-01-31T23:59:59.042Z',
  '2026-01-31T23:59:59.999Z',
  '2026-02-01T00:00:00.000Z',
  '2026-01-31T23:59:59.999Z',
])('is the time it is: %s', (time) => {
  vi.setSystemTime(new Date(time));
  expect(timestamp()).toBe(`,"timestamp":"${time}"`);
});
