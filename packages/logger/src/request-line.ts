import type { Invocation, InvocationEnd, TableUsage } from '@tabletheory/invocation';
import type { Logger } from 'pino';

/** Writes the one line that says how a request went. */
export function writeRequestLine(log: Logger, invocation: Invocation, end: InvocationEnd): void {
  const status = statusCodeOf(end.response);
  const usage = invocation.measureTables();
  const record = {
    outcome: end.outcome,
    duration_ms: milliseconds(performance.now() - invocation.startedAt),
    status_code: status,
    table: usage.operations > 0 ? tableTotals(usage) : undefined,
    memory: invocation.memory?.(),
    error: end.outcome === 'error' ? errorOf(end.error) : undefined,
  };
  log[levelOf(end, status)](record, 'request');
}

function levelOf(end: InvocationEnd, status: number | undefined): 'info' | 'warn' | 'error' {
  if (end.outcome !== 'error') return 'info';
  return (status ?? statusCodeOf(end.error) ?? 500) < 500 ? 'warn' : 'error';
}

function statusCodeOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { statusCode } = value as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : undefined;
}

/** What was thrown; a thrown value that is no Error is named by its type, as it may be a body or an item. */
function errorOf(error: unknown): Error | { name: string; message: string } {
  return error instanceof Error ? error : { name: typeof error, message: 'A value that is not an Error was thrown.' };
}

function tableTotals(usage: TableUsage): object {
  return {
    operations: usage.operations,
    errors: usage.errors,
    retries: usage.retries,
    throttles: usage.throttles,
    read_capacity: usage.readCapacity,
    write_capacity: usage.writeCapacity,
    duration_ms: milliseconds(usage.durationMs),
  };
}

/** To the microsecond. */
function milliseconds(value: number): number {
  return Math.round(value * 1000) / 1000;
}
