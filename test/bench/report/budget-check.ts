import type { Budget } from '../budgets.ts';
import type { Result, Row } from '../result.ts';

/** A budget, and what was measured of it. */
export interface Verdict {
  readonly budget: Budget;
  /** `undefined` where it was not measured. */
  readonly measured: number | undefined;
  readonly holds: boolean;
}

/** Holds the results against the budgets of their benchmarks. What has a budget and was not measured does not hold. */
export function checkBudgets(budgets: readonly Budget[], results: readonly Result[]): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const result of results) {
    for (const budget of budgets) {
      if (budget.benchmark !== result.name) continue;
      const measured = measuredOf(budget, result.rows);
      if (measured === undefined && budget.optional) continue;
      verdicts.push({ budget, measured, holds: measured !== undefined && measured <= budget.limit });
    }
  }
  return verdicts;
}

function measuredOf({ group, subject, of }: Budget, rows: readonly Row[]): number | undefined {
  const row = rows.find((row) => row.group === group && row.subject === subject);
  return (of === 'ratio' ? row?.ratio : row?.value)?.median;
}
