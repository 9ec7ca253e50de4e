import { expect, test } from 'vitest';
import { result, row } from './results.fixture.ts';
import { budgetLines, figure, resultLines } from './table.ts';

test('a table of subjects by groups, with ratios', () => {
  const rows = [row('get', 'Ours', 12.34, 0.1), row('put', 'Ours', 1, 0.05), row('get', 'Peer', 123.4, 1)];
  const lines = resultLines(result(rows));
  expect(lines.slice(-5)).toEqual([
    '',
    '       get, µs       put, µs',
    'Ours   12.3  0.10×   1.00  0.05×',
    'Peer    123  1.00×             –',
    '',
  ]);
  expect(lines).toContain('A processor, 2 cores, 8 GB, linux x64, Node 24.0.0; 5 rounds');
});

test('figures have three digits', () => {
  expect([1234.5, 123.45, 12.345, 1.2345, 0.012].map(figure)).toEqual(['1235', '123', '12.3', '1.23', '0.01']);
});

test('a broken budget stands out', () => {
  const budget = { benchmark: 'requests', group: 'get', subject: 'Ours', of: 'ratio', limit: 0.1 } as const;
  const lines = budgetLines([
    { budget, measured: 0.09, holds: true },
    { budget, measured: 0.2, holds: false },
    { budget, measured: undefined, holds: false },
  ]);
  expect(lines.slice(1)).toEqual([
    'holds    requests: get, Ours         0.090×   budget 0.100×',
    'BROKEN   requests: get, Ours         0.200×   budget 0.100×',
    'BROKEN   requests: get, Ours   not measured   budget 0.100×',
  ]);
});
