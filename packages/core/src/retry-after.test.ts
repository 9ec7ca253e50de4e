import { afterEach, expect, it, vi } from 'vitest';
import { retryAfter } from './retry-after.ts';

afterEach(() => vi.useRealTimers());

it.each<[Record<string, string>, number | undefined]>([
  [{ 'retry-after': '2' }, 2_000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': '15.25' }, 15_250],
  [{ 'retry-after': '2 s' }, undefined],
  [{ 'retry-after': 'x2' }, undefined],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:03 GMT' }, 3_000],
  [{ 'retry-after': 'Wed, 31 Dec 2025 23:00:00 GMT' }, -3_600_000],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'x-amz-retry-after': '1500' }, 1_500],
  [{ 'x-amz-retry-after': 'x' }, undefined],
  [{}, undefined],
])('reads the wait an answer asks for: %o', (headers, wait) => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  expect(retryAfter(headers)).toBe(wait);
});
