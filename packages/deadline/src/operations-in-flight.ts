import type { Invocation, TableOperation } from '@tabletheory/invocation';

/** A table operation that has not ended, as the log tells it. */
export interface OperationInFlight {
  /** DynamoDB's own name of the operation, for example `Query`. */
  readonly name: string;
  readonly tables: readonly string[];
  readonly models: readonly string[];
  readonly index: string | undefined;
  /** Milliseconds since it began. */
  readonly running_ms: number;
}

/** Watches the table operations of a request; what it returns lists those that are running, the oldest first. */
export function watchOperations(invocation: Invocation): () => OperationInFlight[] {
  let running: Set<{ operation: TableOperation; since: number }> | undefined;
  invocation.onOperation((operation) => {
    const entry = { operation, since: performance.now() };
    running ??= new Set();
    running.add(entry);
    return () => void running?.delete(entry);
  });
  return () => {
    const now = performance.now();
    return Array.from(running ?? [], ({ operation: { name, tables, models, index }, since }) => {
      return { name, tables, models, index, running_ms: Math.round(now - since) };
    });
  };
}
