import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, vi } from 'vitest';
import { watchGarbageCollection } from './garbage-collection.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options?: object) => void;

it('counts the time of collections, and those of the whole heap', async () => {
  const read = watchGarbageCollection();
  const before = read();
  collect();
  await vi.waitFor(() => expect(read().major).toBeGreaterThan(before.major));
  expect(read().durationMs).toBeGreaterThan(before.durationMs);
  const { major } = read();
  collect({ type: 'minor' });
  await vi.waitFor(() => expect(read().durationMs).toBeGreaterThan(before.durationMs));
  expect(read().major).toBeGreaterThanOrEqual(major);
});
