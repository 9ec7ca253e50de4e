import { describe, expect, test } from 'vitest';
import { type Budget, budgets } from '../budgets.ts';
import { checkBudgets } from './budget-check.ts';
import { result, row } from './results.fixture.ts';

const budget: Budget = { benchmark: 'requests', group: 'get', subject: 'Ours', of: 'ratio', limit: 0.1 };
const measured = result([row('get', 'Ours', 12, 0.1), row('get', 'Peer', 120, 1)]);

describe('checkBudgets', () => {
  test('holds up to the limit', () => {
    expect(checkBudgets([budget], [measured])).toEqual([{ budget, measured: 0.1, holds: true }]);
  });

  test('breaks beyond the limit', () => {
    const tighter = { ...budget, limit: 0.0999 };
    expect(checkBudgets([tighter], [measured])).toEqual([{ budget: tighter, measured: 0.1, holds: false }]);
  });

  test('compares the value where the budget is one of the value', () => {
    const absolute: Budget = { ...budget, of: 'value', limit: 11 };
    expect(checkBudgets([absolute], [measured])).toEqual([{ budget: absolute, measured: 12, holds: false }]);
  });

  test('what was not measured does not hold', () => {
    const other = { ...budget, group: 'put' };
    expect(checkBudgets([other], [measured])).toEqual([{ budget: other, measured: undefined, holds: false }]);
  });

  test('what was not measured and is optional is left out', () => {
    expect(checkBudgets([{ ...budget, group: 'put', optional: true }], [measured])).toEqual([]);
  });

  test('budgets of benchmarks that did not run are left out', () => {
    expect(checkBudgets([{ ...budget, benchmark: 'tls' }], [measured])).toEqual([]);
  });
});

test('no two budgets are of the same figure', () => {
  const figures = budgets.map(({ benchmark, group, subject, of }) => [benchmark, group, subject, of].join());
  expect(new Set(figures).size).toBe(figures.length);
});
