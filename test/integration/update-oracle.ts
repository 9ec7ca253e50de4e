import type { UpdateBuilder } from '@tabletheory/core';

// What an update does, after the documentation and without the code under test:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html

/** One change, as the update builder is told of it. */
export interface Change {
  readonly kind: keyof UpdateBuilder<any, any>;
  /** Attribute, map and list steps, outermost first. */
  readonly steps: readonly (string | number)[];
  readonly value?: any;
}

type Parts = Record<string | number, unknown>;

/** The path of a change as the update builder takes it: `lines[0].sku`. */
export const pathOf = ({ steps }: Change): string =>
  steps.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');

/** What a path leads to in an item. */
export function valueAt(item: object, steps: Change['steps']): unknown {
  return steps.reduce((value: unknown, step) => (value as Parts | null | undefined)?.[step], item);
}

/** The item after its changes: every one is about the item as it was before all of them. */
export function updated(item: object, changes: readonly Change[]): object {
  const after = structuredClone(item);
  // Elements beyond the end of a list follow each other without gaps, in the order of their positions. What is removed
  // goes last, and from the ends of lists to their starts, so that nothing else moves before its turn.
  const byPosition = changes.toSorted((a, b) => positionOf(a) - positionOf(b));
  const gone = byPosition.filter((change) => {
    const old = valueAt(item, change.steps);
    const value = valueAfter(change, old);
    if (value !== undefined) put(after, change.steps, value);
    return value === undefined && old !== undefined;
  });
  for (const change of gone.filter((change) => positionOf(change) < 0)) drop(after, change.steps);
  for (const change of gone.filter((change) => positionOf(change) >= 0).reverse()) drop(after, change.steps);
  return after;
}

/** The position of an element in its list; -1 for what is no element. */
function positionOf({ steps }: Change): number {
  const last = steps.at(-1);
  return typeof last === 'number' ? last : -1;
}

/** The value of a path after a change; `undefined` when it is gone. */
function valueAfter({ kind, value }: Change, old: any): unknown {
  switch (kind) {
    case 'set':
      return value;
    case 'setIfNotExists':
      return old === undefined ? value : old;
    case 'append':
      return [...(old ?? []), ...value];
    case 'prepend':
      return [...value, ...(old ?? [])];
    case 'add':
      if (value instanceof Set) return new Set([...(old ?? []), ...value]);
      return typeof value === 'bigint' ? (old ?? 0n) + value : sum(old ?? 0, value);
    case 'deleteFromSet': {
      const left = new Set([...(old ?? [])].filter((element) => !value.has(element)));
      return left.size === 0 ? undefined : left; // there are no empty sets
    }
    case 'remove':
      return undefined;
  }
}

/** DynamoDB adds decimal numbers: 0.1 and 0.2 are 0.3. Exact for numbers of up to two decimals. */
function sum(a: number, b: number): number {
  return Math.round(a * 100 + b * 100) / 100;
}

function put(item: object, steps: Change['steps'], value: unknown): void {
  const parent = valueAt(item, steps.slice(0, -1)) as Parts | unknown[];
  const last = steps.at(-1) as string | number;
  if (Array.isArray(parent) && Number(last) >= parent.length) parent.push(value);
  else (parent as Parts)[last] = value;
}

function drop(item: object, steps: Change['steps']): void {
  const parent = valueAt(item, steps.slice(0, -1)) as Parts | unknown[];
  const last = steps.at(-1) as string | number;
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
}
