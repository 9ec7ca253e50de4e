import type { Consumed } from '@tabletheory/core';
import type { MatcherState, SyncMatcherResult } from 'vitest';
import type { RecordedOperation } from '../record-operations.ts';
import { listed, shown, wrongReceived } from './matcher-text.ts';

/**
 * The capacity units `toHaveConsumed` looks for. Each may also be an asymmetric matcher, as
 * `expect.toSatisfy((units: number) => units <= 5)`.
 */
export interface ExpectedCapacity {
  /** Read capacity units, of all operations together. */
  readonly read?: number | undefined;
  /** Write capacity units, of all operations together. */
  readonly write?: number | undefined;
  /** Counts what was consumed of this table only. */
  readonly table?: string | undefined;
}

/** Passes when operations together consumed what is expected; without `read` and `write`, anything at all. */
export function toHaveConsumed(this: MatcherState, received: unknown, expected: ExpectedCapacity): SyncMatcherResult {
  if (!Array.isArray(received)) throw wrongReceived('toHaveConsumed', 'the operations of recordOperations()');
  const { equals, customTesters } = this;
  const { read, write, table } = expected;
  const operations = received as readonly RecordedOperation[];
  const consumedBy = ({ outcome }: RecordedOperation): readonly Consumed[] =>
    outcome.consumed.filter((consumed) => table === undefined || equals(consumed.table, table, customTesters));
  const sums = sum(operations.flatMap(consumedBy));
  const anyAtAll = read === undefined && write === undefined;
  return {
    pass: anyAtAll
      ? sums.read + sums.write > 0
      : (read === undefined || equals(sums.read, read, customTesters)) &&
        (write === undefined || equals(sums.write, write, customTesters)),
    message: () => {
      const wanted = `${this.isNot ? 'another consumption than' : 'a consumption of'} ${shown(this, expected)}`;
      const lines = operations.map((operation) => `${nameOf(operation)}: ${units(sum(consumedBy(operation)))}`);
      return `expected ${wanted}, but it was ${units(sums)}, in ${operations.length} operations:${listed(lines)}`;
    },
  };
}

interface Units {
  readonly read: number;
  readonly write: number;
}

function sum(all: readonly Units[]): Units {
  // Units come in halves and whole numbers, which add up exactly.
  return all.reduce(({ read, write }, one) => ({ read: read + one.read, write: write + one.write }), {
    read: 0,
    write: 0,
  });
}

function units({ read, write }: Units): string {
  return `${read} read, ${write} write`;
}

function nameOf({ name, tables, index }: RecordedOperation): string {
  return `${name} on ${tables.join(', ')}${index === undefined ? '' : ` by ${index}`}`;
}
