import type { Binding, Operation, Outcome } from '@tabletheory/core';

/** A table operation that has ended. Of values of items it holds only those in an error. */
export interface RecordedOperation extends Operation {
  /** How it ended: attempts, consumed capacity, number of items, error. */
  readonly outcome: Outcome;
}

/** Tables whose operations are recorded. */
export interface RecordedTables<T> {
  /** The tables to use in place of those that were given. */
  readonly tables: T;
  /** The operations that have ended so far, in that order. */
  readonly operations: readonly RecordedOperation[];
  /** Forgets the operations so far. */
  clear(): void;
}

/**
 * Records the operations that are done on tables. Give tables a signal after this and not before:
 * `recordOperations(tables).tables.$withSignal(signal)`.
 *
 * @param tables what `createTables` of `@tabletheory/core` or `tables()` of {@link useEngine} returned.
 *
 * @example
 * import { defineModel, string } from '@tabletheory/core';
 * import { recordOperations, useEngine } from '@tabletheory/testkit';
 * import { expect, test } from 'vitest';
 *
 * const Order = defineModel({
 *   name: 'Order',
 *   table: 'orders',
 *   key: { partition: 'orderId' },
 *   attributes: { orderId: string() },
 * });
 * const engine = useEngine({ models: { orders: Order } });
 *
 * test('an order is read once', async () => {
 *   const { tables, operations } = recordOperations(engine.tables());
 *   await tables.orders.get({ orderId: 'o-1' });
 *   expect(operations.map(({ name }) => name)).toEqual(['GetItem']);
 *   expect(operations[0]?.outcome.attempts).toHaveLength(1);
 *   expect(operations).toHaveConsumed({ read: 0.5, table: 'orders' });
 * });
 */
export function recordOperations<T extends { $bind(binding: Binding): T }>(tables: T): RecordedTables<T> {
  const operations: RecordedOperation[] = [];
  const bound = tables.$bind({
    observe: (operation) => (outcome) => void operations.push({ ...operation, outcome }),
  });
  return {
    tables: bound,
    operations,
    clear: () => {
      operations.length = 0;
    },
  };
}
