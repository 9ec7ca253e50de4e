import type { InvocationEnd, MemoryRecord } from '@tabletheory/invocation';

/**
 * What the line of a request tells. All of it can be written as it is: making a copy without secrets, as of records
 * of the application, would take 1.5 µs.
 */
export class RequestRecord {
  readonly outcome: InvocationEnd['outcome'];
  readonly duration_ms: number;
  status_code: number | undefined;
  table: object | undefined;
  memory: MemoryRecord | undefined;
  init: object | undefined;
  error: unknown;

  constructor(outcome: InvocationEnd['outcome'], durationMs: number) {
    this.outcome = outcome;
    this.duration_ms = durationMs;
  }
}
