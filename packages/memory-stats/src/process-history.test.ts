import { describe, expect, it } from 'vitest';
import { ProcessHistory, type Sample } from './process-history.ts';

const MB = 1024 * 1024;
const sample: Sample = { rss: 90 * MB, peak: 100 * MB, heap: 20 * MB, durationMs: 100, cpuMs: 0.2 };
const historyOf = (size = 100, limit: number | undefined = 1024 * MB) => new ProcessHistory(limit, 0.00001, size);
const repeat = (count: number, history: ProcessHistory, at: (i: number) => Partial<Sample> = () => ({})) => {
  for (let i = 0; i < count; i++) history.add({ ...sample, ...at(i) });
  return history;
};

describe('the advice', () => {
  it('leaves the first request out, and comes with the second', () => {
    const history = repeat(1, historyOf(), () => ({ durationMs: 9000, cpuMs: 9000 }));
    expect(history.advice).toBeUndefined();
    repeat(1, history);
    expect(history.advice).toMatchObject({ action: 'lower', recommended: 128, requests: 2, confidence: 'low' });
  });

  it('comes not where the limit is unknown', () => {
    expect(repeat(10, new ProcessHistory(undefined, 0.00001, 100)).advice).toBeUndefined();
  });

  it('is sound after 20 requests, and at once where memory runs out', () => {
    expect(historyOf().isSound).toBe(false);
    expect(repeat(19, historyOf()).isSound).toBe(false);
    expect(repeat(20, historyOf()).isSound).toBe(true);
    expect(repeat(2, historyOf(), () => ({ peak: 1000 * MB })).isSound).toBe(true);
  });

  it('keeps the highest peak, also where later readings lag behind', () => {
    const history = repeat(50, historyOf(), (i) => ({ peak: i === 10 ? 700 * MB : 100 * MB }));
    expect(history.advice).toMatchObject({ recommended: 896 });
  });

  it('is news when it differs from what was told', () => {
    const history = repeat(19, historyOf());
    expect(history.takeNews()).toBeUndefined();
    repeat(1, history);
    expect(history.takeNews()).toMatchObject({ action: 'lower', recommended: 128 });
    repeat(10, history);
    expect(history.takeNews()).toBeUndefined();
    repeat(1, history, () => ({ peak: 125 * MB }));
    repeat(20, history);
    expect(history.takeNews()).toMatchObject({ action: 'lower', recommended: 192 });
    repeat(1, history, () => ({ peak: 1000 * MB }));
    expect(history.takeNews()).toMatchObject({ action: 'raise' });
    repeat(100, history);
    expect(history.takeNews()).toBeUndefined();
  });

  it('is no news where there is nothing to do', () => {
    expect(repeat(200, historyOf(), () => ({ peak: 800 * MB })).takeNews()).toBeUndefined();
  });
});

describe('a leak', () => {
  /** Each request leaves `left` bytes behind and 1 MB of garbage, collected every 10 requests. */
  const heapOf = (left: number) => (i: number) => ({ heap: 20 * MB + i * left + (i % 10) * MB });

  it('is what grows from collection to collection', () => {
    const history = repeat(300, historyOf(), heapOf(50_000));
    expect(history.advice?.leak).toMatchObject({ bytesPerRequest: 50_000, fit: 1 });
    expect(history.takeNews()?.leak).toBeDefined();
  });

  it('is told though the peak still rises with it', () => {
    const history = repeat(300, historyOf(), (i) => ({ ...heapOf(500_000)(i), peak: (100 + i) * MB }));
    expect(history.advice).toMatchObject({ confidence: 'medium', leak: { bytesPerRequest: 500_000 } });
    const short = repeat(95, historyOf(), (i) => ({ ...heapOf(500_000)(i), peak: (100 + 2 * i) * MB }));
    expect(short.isSound).toBe(false);
    expect(short.takeNews()).toMatchObject({ confidence: 'low', leak: { bytesPerRequest: 500_000 } });
  });

  it('is not what grows between collections', () => {
    expect(repeat(300, historyOf(), heapOf(0)).advice).not.toHaveProperty('leak');
    expect(repeat(300, historyOf(), (i) => ({ heap: 20 * MB + i * MB })).advice).not.toHaveProperty('leak');
  });

  it('is judged after collections of the whole heap, where these are counted', () => {
    // Small collections leave garbage of older requests on the heap; those of the whole heap take it away.
    const young = (i: number) => ({
      heap: 20 * MB + (i % 60) * MB - (i % 10 === 0 ? 5 * MB : 0),
      majorCollections: Math.floor(i / 60),
    });
    expect(repeat(300, historyOf(), young).advice).not.toHaveProperty('leak');
    const leaking = (i: number) => ({ heap: 20 * MB + i * 50_000, majorCollections: Math.floor(i / 10) });
    expect(repeat(300, historyOf(), leaking).advice?.leak).toMatchObject({ bytesPerRequest: 50_000 });
  });

  it('that has been mended is one no more', () => {
    const history = repeat(300, historyOf(50), heapOf(50_000));
    repeat(1000, history, heapOf(0));
    expect(history.advice).not.toHaveProperty('leak');
  });
});
