import type { Invocation, InvocationEnd, MemoryRecord } from '@tabletheory/invocation';
import type { MetricDimensions } from './metric-dimensions.ts';
import type { MetricUnit } from './metric-unit.ts';
import type { RequestMetrics } from './request-metrics.ts';
import { isInvalidInput, requestOutcome } from './request-outcome.ts';

/** The names of what is recorded of a request. */
export const REQUEST_METRICS = [
  'RequestDuration',
  'RequestSuccess',
  'RequestError',
  'RequestFault',
  'EarlyResponse',
  'ValidationFailure',
  'DeadlineExceeded',
  'RepeatedReads',
  'ColdStart',
  'InitDuration',
] as const;

/** Metrics of memory: the member of a reading, the metric's name and unit. */
export const MEMORY_METRICS: readonly (readonly [keyof MemoryRecord, string, MetricUnit])[] = [
  ['rss', 'MemoryUsed', 'Bytes'],
  ['peak', 'MemoryPeak', 'Bytes'],
  ['percentOfLimit', 'MemoryUtilization', 'Percent'],
  ['growth', 'MemoryGrowth', 'Bytes'],
  ['leakPerRequest', 'MemoryLeak', 'Bytes'],
  ['gcDurationMs', 'GarbageCollectionDuration', 'Milliseconds'],
  ['recommended', 'MemoryRecommended', 'Bytes'],
];

/** Records how a request went. */
export function recordEnd(
  metrics: RequestMetrics,
  dimensions: MetricDimensions,
  invocation: Invocation,
  end: InvocationEnd,
): void {
  const outcome = requestOutcome(end);
  metrics.recordDuration(dimensions, 'RequestDuration', performance.now() - invocation.startedAt);
  // All three, so that the average of each is a rate.
  metrics.record(dimensions, 'RequestSuccess', 'Count', outcome === 'Success' ? 1 : 0);
  metrics.record(dimensions, 'RequestError', 'Count', outcome === 'Error' ? 1 : 0);
  metrics.record(dimensions, 'RequestFault', 'Count', outcome === 'Fault' ? 1 : 0);
  if (end.outcome === 'early') metrics.record(dimensions, 'EarlyResponse', 'Count', 1);
  if (isInvalidInput(end)) metrics.record(dimensions, 'ValidationFailure', 'Count', 1);
  const memory = invocation.memory?.();
  if (memory === undefined) return;
  for (const [member, name, unit] of MEMORY_METRICS) {
    const value = memory[member];
    if (value !== undefined) metrics.record(dimensions, name, unit, value);
  }
}
