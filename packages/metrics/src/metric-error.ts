/**
 * A metric, dimension or piece of metadata that CloudWatch would refuse. Thrown by the call that gave it; nothing of
 * that call is recorded. The message holds no value of a dimension or of metadata.
 */
export class MetricError extends TypeError {
  override readonly name: string = 'MetricError';
  readonly code: 'METRIC_INVALID' = 'METRIC_INVALID';

  constructor(problem: string) {
    super(`@tabletheory/metrics: ${problem}`, { cause: { package: '@tabletheory/metrics' } });
  }
}
