import {
  type Invocation,
  type InvocationEnd,
  initializationType,
  initPhases,
  type TableUsage,
} from '@tabletheory/invocation';
import type { Logger } from 'pino';
import { loggable } from './loggable.ts';
import { RequestRecord } from './request-record.ts';

/** Whether a request ended in an error, or with a response that reports one of the server. */
export function requestFailed(end: InvocationEnd): boolean {
  return end.outcome === 'error' || (statusCodeOf(end.response) ?? 0) >= 500;
}

/** Writes the one line that says how a request went. */
export function writeRequestLine(log: Logger, invocation: Invocation, end: InvocationEnd): void {
  const status = statusCodeOf(end.response);
  const usage = invocation.measureTables();
  const record = new RequestRecord(end.outcome, milliseconds(performance.now() - invocation.startedAt));
  record.status_code = status;
  if (usage.operations > 0) record.table = tableTotals(usage);
  record.memory = invocation.memory?.();
  if (invocation.coldStart) record.init = initialization();
  if (end.outcome === 'error') record.error = loggable({ error: errorOf(end.error) }).error;
  log[levelOf(end, status)](record, 'request');
}

/** How the environment was started, on the first line it writes. */
function initialization(): object | undefined {
  const phases = Object.entries(initPhases());
  if (phases.length === 0) return undefined;
  return {
    type: initializationType(),
    phases_ms: Object.fromEntries(phases.map(([name, duration]) => [name, milliseconds(duration)])),
  };
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
