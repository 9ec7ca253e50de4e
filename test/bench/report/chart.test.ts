import { expect, test } from 'vitest';
import { chartOf } from './chart.ts';
import { result, row } from './results.fixture.ts';

const widths = (svg: string): number[] =>
  [...svg.matchAll(/<rect class="\w*" [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));

test('bars are as long as the figures, the shortest first, and this project is marked', () => {
  const svg = chartOf(result([row('get', 'Peer', 100, 1), row('get', 'Ours', 25, 0.25)]));
  expect(widths(svg)).toEqual([95, 380]);
  expect(svg.match(/<rect class="ours"/g)).toHaveLength(1);
  expect(svg).toContain('>25.0 (0.25×)<');
});

test('each group has a scale of its own', () => {
  expect(widths(chartOf(result([row('get', 'Ours', 1), row('put', 'Ours', 1000)])))).toEqual([380, 380]);
});

test('a bar that is far longer than all others is cut, and says so', () => {
  const svg = chartOf(result([row('get', 'Ours', 1), row('get', 'Peer', 2), row('get', 'Other', 300)]));
  expect(widths(svg).at(-1)).toBe(380);
  expect(svg).toContain('>» 300<');
});

test('text is escaped', () => {
  const svg = chartOf(result([row('a < b', 'Ours', 1)]));
  expect(svg).toContain('Requests &#38; &#60;answers&#62;');
  expect(svg).not.toContain('a < b');
});
