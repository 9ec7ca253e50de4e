import type { OperationOutcome } from './operation.ts';

/** The running totals of one invocation's table operations. */
export interface TableUsage {
  /** Operations finished. */
  operations: number;
  /** Of these, the ones that ended in an error. */
  errors: number;
  /** Attempts beyond the first of each operation. */
  retries: number;
  /** Attempts DynamoDB throttled. */
  throttles: number;
  /** Read capacity units consumed. */
  readCapacity: number;
  /** Write capacity units consumed. */
  writeCapacity: number;
  /** Milliseconds spent, summed over operations. */
  durationMs: number;
}

export function emptyUsage(): TableUsage {
  return { operations: 0, errors: 0, retries: 0, throttles: 0, readCapacity: 0, writeCapacity: 0, durationMs: 0 };
}

export function addUsage(usage: TableUsage, outcome: OperationOutcome): void {
  usage.operations++;
  if (outcome.error !== undefined) usage.errors++;
  usage.retries += Math.max(0, outcome.attempts.length - 1);
  for (const attempt of outcome.attempts) if (attempt.throttled) usage.throttles++;
  for (const { read, write } of outcome.consumed) {
    usage.readCapacity += read;
    usage.writeCapacity += write;
  }
  usage.durationMs += outcome.durationMs;
}
