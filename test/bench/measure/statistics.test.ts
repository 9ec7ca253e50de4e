import { describe, expect, test } from 'vitest';
import { pairedRatio, spread } from './statistics.ts';

describe('spread', () => {
  test('is the median and the quartiles, whatever the order', () => {
    expect(spread([5, 1, 3, 2, 4])).toEqual({ median: 3, low: 2, high: 4 });
  });

  test('interpolates between neighbours', () => {
    expect(spread([1, 2, 3, 4])).toEqual({ median: 2.5, low: 1.75, high: 3.25 });
  });

  test('of one value is that value', () => {
    expect(spread([7])).toEqual({ median: 7, low: 7, high: 7 });
  });

  test('of nothing is refused', () => {
    expect(() => spread([])).toThrow(RangeError);
  });

  test('leaves what it was given as it was', () => {
    const values = [3, 1, 2];
    spread(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('pairedRatio', () => {
  test('is the median of the ratios of the rounds', () => {
    // In the second round the machine was slow for both.
    expect(pairedRatio([1, 100, 2], [10, 1000, 10])).toMatchObject({ median: 0.1 });
  });

  test('needs as many rounds of one as of the other', () => {
    expect(() => pairedRatio([1, 2], [1])).toThrow(RangeError);
  });
});
