import { type AnyModel, type Attributes, createTables, type Explanation } from '@tabletheory/core';
import { partitionFields } from '../key-fields.ts';
import type { QueryShape } from '../source/value.ts';

/** A read of a query: an action, and the index it goes through; `undefined` for the table. */
export interface QueryRead {
  readonly action: 'Query' | 'Scan';
  readonly index: string | undefined;
}

/** What a query reads. Where its source leaves that open, all that it may read. */
export function queryReads(model: AnyModel, shape: QueryShape): QueryRead[] {
  const action = shape.scan ? 'Scan' : 'Query';
  if (shape.scan && !shape.unclear) return [{ action, index: shape.index }];
  if (shape.index !== undefined) return [{ action, index: shape.index }];
  const all = [undefined, ...Object.keys(model.indexes)].map((index): QueryRead => ({ action, index }));
  if (shape.unclear)
    return shape.scan ? [...all, ...all.map(({ index }): QueryRead => ({ action: 'Query', index }))] : all;
  const planned = shape.filtered ? undefined : plannedIndex(model, shape);
  if (planned !== undefined) return [{ action, index: planned.index }];
  const equal = new Set(shape.comparisons.flatMap(([attribute, operator]) => (operator === '=' ? [attribute] : [])));
  const possible = all.filter(({ index }) =>
    partitionFields(index === undefined ? model.key : model.indexes[index]).every((field) => equal.has(field)),
  );
  return possible.length > 0 ? possible : all;
}

/** A query of a model that is only known at run time. */
interface PlannedQuery {
  where(attribute: string, operator: string, operand: unknown): PlannedQuery;
  select(...attributes: readonly string[]): PlannedQuery;
  consistent(): PlannedQuery;
  explain(): Explanation;
}

/** The index core's planner takes, asked with values that stand for those of the caller. */
function plannedIndex(model: AnyModel, shape: QueryShape): { index: string | undefined } | undefined {
  const [first, ...others] = shape.comparisons;
  if (first === undefined) return undefined;
  let plan: Explanation;
  try {
    // Nothing is sent, so no client is needed.
    const client = {} as never;
    const tables: { readonly model: Pick<PlannedQuery, 'where'> } = createTables({ client, models: { model } });
    let query = tables.model.where(...first, operandFor(model, ...first));
    for (const comparison of others) query = query.where(...comparison, operandFor(model, ...comparison));
    if (shape.select !== undefined) query = query.select(...shape.select);
    if (shape.consistent) query = query.consistent();
    plan = query.explain();
  } catch {
    return undefined; // a model that cannot be compiled yet, or a query that cannot be
  }
  return plan.refused === undefined ? { index: plan.index } : undefined;
}

function operandFor(model: AnyModel, attribute: string, operator: string): unknown {
  const { kind } = (model.attributes as Attributes)[attribute] ?? { kind: 'any' };
  if (operator === 'exists') return true;
  if (operator === 'type') return 'S';
  if (operator.startsWith('size')) return 1;
  if (operator === 'beginsWith') return kind === 'binary' ? new Uint8Array([1]) : 'x';
  const value = SAMPLES[kind] ?? 'x';
  if (operator === 'between') return [value, value];
  return operator === 'in' ? [value] : value;
}

const SAMPLES: Readonly<Record<string, unknown>> = {
  number: 1,
  integer: 1,
  bigint: 1n,
  decimal: '1',
  boolean: true,
  binary: new Uint8Array([1]),
  date: new Date(0),
  createdAt: new Date(0),
  updatedAt: new Date(0),
  ttl: new Date(0),
};
