import { expect, it } from 'vitest';
import { residentSetSize } from './resident-set-size.ts';

const MiB = 1024 * 1024;

it('is what Node reads', () => {
  const before = process.memoryUsage.rss();
  const read = residentSetSize();
  const after = process.memoryUsage.rss();
  expect(read).toBeGreaterThan(Math.min(before, after) - 4 * MiB);
  expect(read).toBeLessThan(Math.max(before, after) + 4 * MiB);
});

it('follows what the process does', () => {
  const before = residentSetSize();
  const kept = new Uint8Array(64 * MiB).fill(1);
  expect(residentSetSize() - before).toBeGreaterThan(32 * MiB);
  expect(kept).toHaveLength(64 * MiB);
});
