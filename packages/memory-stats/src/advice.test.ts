import { describe, expect, it } from 'vitest';
import { adviseMemory, type Observed } from './advice.ts';

const MB = 1024 * 1024;
const price = 0.0000166667;
const observed: Observed = {
  requests: 200,
  requestsSincePeak: 150,
  rss: 90 * MB,
  peak: 100 * MB,
  durationMs: 100,
  cpuMs: 0.5,
};
const advise = (changes: Partial<Observed>, current = 1024) =>
  adviseMemory({ ...observed, ...changes }, current * MB, price);
const adviseUnpriced = (changes: Partial<Observed>) => adviseMemory({ ...observed, ...changes }, 1024 * MB, undefined);

describe('the memory size', () => {
  it('is lowered to the peak and a quarter, where requests mostly wait', () => {
    expect(advise({})).toMatchObject({ action: 'lower', current: 1024, recommended: 128, confidence: 'high' });
    expect(advise({ peak: 300 * MB })).toMatchObject({ action: 'lower', recommended: 384 });
    expect(advise({}).reason).toBe("The peak is 10 % of the function's memory, and its requests mostly wait.");
  });

  it('is kept where requests need the CPU that comes with it', () => {
    // A vCPU of 0.58: all of the duration is computing.
    const advice = advise({ cpuMs: 57.9 });
    expect(advice).toMatchObject({ action: 'keep', recommended: 1024, cost: { difference: 0 } });
    expect(advice.reason).toContain('need the CPU');
  });

  it('is lowered as far as requests stay fast enough', () => {
    // 4 ms of CPU are 7 ms of computing: with 448 MB they are 16.
    const { action, recommended } = advise({ cpuMs: 4 });
    expect([action, recommended]).toEqual(['lower', 448]);
  });

  it('is lowered to one vCPU where there is more than one', () => {
    const { action, recommended } = advise({ cpuMs: 100 }, 3008);
    expect([action, recommended]).toEqual(['lower', 1664]);
  });

  it('is kept where the peak leaves room, and none to spare', () => {
    expect(advise({ peak: 850 * MB })).toMatchObject({ action: 'keep', recommended: 1024 });
  });

  it('is raised where the peak comes near it, whatever the price', () => {
    expect(advise({ peak: 925 * MB })).toMatchObject({ action: 'raise', recommended: 1216 });
    expect(adviseUnpriced({ peak: 925 * MB })).toMatchObject({ action: 'raise', recommended: 1216 });
    expect(advise({ peak: 130 * MB }, 128).reason).toContain('The peak is 102 %');
  });

  it('stays within what Lambda offers', () => {
    expect(advise({ peak: MB })).toMatchObject({ recommended: 128 });
    expect(advise({ peak: 10_000 * MB }, 10_240)).toMatchObject({ action: 'keep', recommended: 10_240 });
    expect(advise({ peak: 9_500 * MB }, 10_000)).toMatchObject({ action: 'raise', recommended: 10_240 });
    expect(advise({}, 128)).toMatchObject({ action: 'keep', recommended: 128 });
  });

  it('is judged by memory alone without a price', () => {
    const advice = adviseUnpriced({ cpuMs: 100 });
    expect(advice).toMatchObject({ action: 'lower', recommended: 128 });
    expect(advice).not.toHaveProperty('cost');
  });
});

describe('the cost', () => {
  it('is that of a million requests', () => {
    // 1 GB for 0.1 s, a million times, is 100,000 GB-seconds.
    const { cost } = advise({ cpuMs: 0 });
    expect(cost).toEqual({ current: 1.6667, recommended: 0.2083, difference: -1.4583 });
  });

  it('has regard to slower requests', () => {
    const slow = advise({ cpuMs: 0.5 }).cost!;
    // 0.5 ms of CPU take 0.9 ms with 1,024 MB, and 6.9 ms with 128: 107 ms are billed for 100.
    expect(slow.recommended / advise({ cpuMs: 0 }).cost!.recommended).toBeCloseTo(1.07, 2);
  });

  it('rises with a raise', () => {
    expect(advise({ peak: 1000 * MB }).cost?.difference).toBeGreaterThan(0);
  });
});

describe('the confidence', () => {
  it.each([
    [2, 2, 'low'],
    [19, 19, 'low'],
    [20, 20, 'medium'],
    [20, 4, 'low'],
    [99, 99, 'medium'],
    [100, 100, 'high'],
    [100, 24, 'medium'],
  ] as const)('after %i requests, %i of them since the peak, is %s', (requests, requestsSincePeak, confidence) => {
    expect(advise({ requests, requestsSincePeak }).confidence).toBe(confidence);
  });
});

describe('a leak', () => {
  const line = { slope: 100_000, fit: 0.987, rise: 10 * MB, readings: 20 };

  it('is told with how long there is left', () => {
    expect(advise({ heapLine: line }).leak).toEqual({ bytesPerRequest: 100_000, fit: 0.99, requestsLeft: 9793 });
    expect(advise({ heapLine: line, rss: 2000 * MB }).leak?.requestsLeft).toBe(0);
  });

  it.each([
    ['few readings', { readings: 7 }],
    ['a line that does not fit', { fit: 0.79 }],
    ['a small rise', { rise: MB - 1 }],
    ['a fall', { slope: -100_000, rise: -10 * MB }],
  ])('is not told by %s', (_case, changes) => {
    expect(advise({ heapLine: { ...line, ...changes } })).not.toHaveProperty('leak');
  });

  it('has the growth of the process beside it', () => {
    expect(advise({ rssLine: { ...line, slope: 12.3 } }).rssPerRequest).toBe(12);
    expect(advise({})).not.toHaveProperty('rssPerRequest');
  });
});
