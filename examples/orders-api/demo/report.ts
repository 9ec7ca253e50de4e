import type { InvokeResult, Segment } from '@tabletheory/local';
import type { Exchange } from './api-client.ts';
import { requestLines } from './request-line.ts';

/** What a run of the demo leaves behind. */
export interface Run {
  readonly exchanges: readonly Exchange[];
  /** Invocations by API Gateway's id of their request, in the order they ended. */
  readonly invocations: ReadonlyMap<string, InvokeResult>;
  readonly lines: readonly string[];
  readonly segments: readonly Segment[];
  /** MB. */
  readonly memorySize: number;
  /** Failures that belong to no single request. */
  readonly failures: readonly string[];
}

/** One request in the report. */
export interface ReportedRequest {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
  /** Capacity units consumed; absent where the function logged no request line. */
  readonly capacity: number | undefined;
  readonly trace: string | undefined;
  /** Segments and subsegments received for the trace. */
  readonly segments: number;
  readonly failures: readonly string[];
}

/** What all requests come to. */
export interface Summary {
  readonly coldStartMs: number;
  readonly initMs: number;
  readonly firstRequestMs: number;
  /** How many processes the function ran in. */
  readonly environments: number;
  readonly peakMemoryMB: number;
  readonly memorySizeMB: number;
  readonly capacity: number;
  readonly segments: number;
  readonly logLines: number;
  readonly requests: number;
  readonly failures: readonly string[];
}

/** The report of a run. */
export interface Report {
  readonly summary: Summary;
  readonly requests: readonly ReportedRequest[];
}

/** Joins requests, invocations, log lines and segments. */
export function reportOf({ exchanges, invocations, lines, segments, memorySize, failures }: Run): Report {
  const logged = new Map(requestLines(lines).map((line) => [line.requestId, line]));
  const perTrace = new Map<string, number>();
  for (const segment of segments) {
    const trace = segment.trace_id ?? '';
    perTrace.set(trace, (perTrace.get(trace) ?? 0) + countSegments(segment));
  }
  const requests = exchanges.map(({ name, request, status, durationMs, gatewayRequestId = '', failures }) => {
    const invocation = invocations.get(gatewayRequestId);
    const trace = invocation?.traceId;
    return {
      name,
      method: request.method,
      path: request.path,
      status,
      durationMs: rounded(durationMs),
      capacity: logged.get(invocation?.requestId ?? '')?.capacity,
      trace,
      segments: perTrace.get(trace ?? '') ?? 0,
      failures,
    };
  });
  const cold = [...invocations.values()].filter(({ initDurationMs }) => initDurationMs !== undefined);
  const initMs = cold[0]?.initDurationMs ?? 0;
  const firstRequestMs = cold[0]?.durationMs ?? 0;
  const peakMemory = Math.max(0, ...[...logged.values()].map((line) => line.peakMemory));
  const summary = {
    coldStartMs: rounded(initMs + firstRequestMs),
    initMs: rounded(initMs),
    firstRequestMs: rounded(firstRequestMs),
    environments: cold.length,
    peakMemoryMB: rounded(peakMemory / 1024 / 1024),
    memorySizeMB: memorySize,
    capacity: sum(requests.map(({ capacity = 0 }) => capacity)),
    segments: sum([...perTrace.values()]),
    logLines: lines.length,
    requests: requests.length,
    failures: [...requests.flatMap(({ failures }) => failures), ...failures],
  };
  return { summary, requests };
}

/** The report as text. */
export function printedReport({ summary, requests }: Report): string {
  const rows = requests.map(({ name, method, path, status, durationMs, capacity, trace, segments, failures }) => [
    failures.length > 0 ? `${name} (failed)` : name,
    `${method} ${path.length > 40 ? `${path.slice(0, 39)}…` : path}`,
    String(status),
    durationMs.toFixed(1),
    capacity === undefined ? '-' : String(capacity),
    trace === undefined ? '-' : `${trace} (${segments})`,
  ]);
  const { coldStartMs, initMs, firstRequestMs, environments, peakMemoryMB, memorySizeMB } = summary;
  return [
    ...aligned(['request', '', 'status', 'ms', 'capacity', 'trace (segments)'], rows),
    '',
    `cold start       ${coldStartMs} ms (init ${initMs} ms, first request ${firstRequestMs} ms)`,
    `memory           ${peakMemoryMB} MB at most, of ${memorySizeMB} MB`,
    `environments     ${environments}`,
    `capacity units   ${summary.capacity}`,
    `segments         ${summary.segments}`,
    `log lines        ${summary.logLines}`,
    `requests         ${summary.requests}`,
    `failed           ${summary.failures.length}`,
    ...summary.failures.map((failure) => `  ${failure}`),
  ].join('\n');
}

const NUMBERS = new Set([2, 3, 4]);

function aligned(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => (NUMBERS.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}

function countSegments({ subsegments = [] }: Segment): number {
  return 1 + sum(subsegments.map(countSegments));
}

function sum(numbers: readonly number[]): number {
  return rounded(numbers.reduce((total, number) => total + number, 0));
}

function rounded(number: number): number {
  return Math.round(number * 10) / 10;
}
