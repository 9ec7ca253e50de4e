import type { Observe, Operation, Outcome } from '@tabletheory/core';

/** An operation as an observer was told of it. */
export interface RecordedOperation extends Operation {
  /** `undefined` while it runs. */
  outcome: Outcome | undefined;
}

/** An observer that keeps what it is told, in the order the operations began. */
export function recordOperations(): { observe: Observe; operations: RecordedOperation[] } {
  const operations: RecordedOperation[] = [];
  const observe: Observe = (operation) => {
    const recorded: RecordedOperation = { ...operation, outcome: undefined };
    operations.push(recorded);
    return (outcome) => {
      if (recorded.outcome !== undefined) throw new Error('An operation was finished twice');
      recorded.outcome = outcome;
    };
  };
  return { observe, operations };
}
