import type { OperationOutcome, TableOperation } from '@tabletheory/invocation';
import { MetricDimensions } from './metric-dimensions.ts';
import type { RequestMetrics } from './request-metrics.ts';

/** The names of what is recorded of table operations. */
export const OPERATION_METRICS = [
  'OperationLatency',
  'OperationAttempts',
  'OperationThrottles',
  'OperationErrors',
  'ConsumedReadCapacityUnits',
  'ConsumedWriteCapacityUnits',
] as const;

/**
 * Records one table operation, under each table it touches. A read through an index is also kept under that index;
 * so the metrics without the dimension `index` always cover all operations on the table.
 */
export function recordOperation(
  metrics: RequestMetrics,
  base: MetricDimensions,
  operation: TableOperation,
  outcome: OperationOutcome,
): void {
  const { attempts, consumed, durationMs, error } = outcome;
  let throttles = 0;
  for (const attempt of attempts) if (attempt.throttled) throttles++;
  for (const table of operation.tables) {
    const dimensions = operationDimensions(base, operation, table);
    metrics.recordDuration(dimensions, 'OperationLatency', durationMs);
    metrics.record(dimensions, 'OperationAttempts', 'Count', attempts.length);
    metrics.record(dimensions, 'OperationThrottles', 'Count', throttles);
    metrics.record(dimensions, 'OperationErrors', 'Count', error === undefined ? 0 : 1);
    for (const { table: consumer, read, write } of consumed) {
      if (consumer !== table) continue;
      if (read > 0) metrics.record(dimensions, 'ConsumedReadCapacityUnits', 'Count', read);
      if (write > 0) metrics.record(dimensions, 'ConsumedWriteCapacityUnits', 'Count', write);
    }
  }
  metrics.recorded();
}

function operationDimensions(base: MetricDimensions, { name, index }: TableOperation, table: string): MetricDimensions {
  const values = { ...base.values, table, operation: name };
  if (index === undefined) return new MetricDimensions(values);
  const names = Object.keys(values);
  return new MetricDimensions({ ...values, index }, [names, [...names, 'index']]);
}
