import { describe, expect, it } from 'vitest';
import { Trend } from './trend.ts';

const trendOf = (readings: [number, number][], size = 100): Trend => {
  const trend = new Trend(size);
  for (const [x, y] of readings) trend.add(x, y);
  return trend;
};

describe('the line through readings', () => {
  it('is exact where they lie on one', () => {
    const line = trendOf([
      [1, 10],
      [2, 13],
      [5, 22],
    ]).line();
    expect(line).toMatchObject({ readings: 3 });
    expect(line?.slope).toBeCloseTo(3);
    expect(line?.rise).toBeCloseTo(12);
    expect(line?.fit).toBeCloseTo(1);
  });

  it('is the one of least squares where they do not', () => {
    const line = trendOf([
      [0, 0],
      [1, 2],
      [2, 1],
      [3, 3],
    ]).line();
    expect(line?.slope).toBeCloseTo(0.8);
    expect(line?.fit).toBeCloseTo(0.64);
  });

  it('is level through readings that do not change', () => {
    expect(
      trendOf([
        [1, 5],
        [2, 5],
      ]).line(),
    ).toEqual({ slope: 0, rise: 0, fit: 1, readings: 2 });
  });

  it('takes two readings', () => {
    expect(trendOf([]).line()).toBeUndefined();
    expect(trendOf([[1, 1]]).line()).toBeUndefined();
  });

  it('is of the last readings only', () => {
    const trend = trendOf(
      Array.from({ length: 1000 }, (_, i) => [i, i < 990 ? 1e9 : i]),
      10,
    );
    expect(trend.line()?.slope).toBeCloseTo(1);
    expect(trend.line()?.readings).toBe(10);
    expect(trend.mean()).toBeCloseTo(994.5);
  });

  it('has no mean without a reading', () => {
    expect(trendOf([]).mean()).toBeUndefined();
  });
});
