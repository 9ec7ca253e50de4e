export type { MetricResolution } from './metric-buffer.ts';
export { MetricError } from './metric-error.ts';
export { METRIC_UNITS, type MetricUnit } from './metric-unit.ts';
export { metrics } from './metrics.ts';
export { type MetricsOptions, metricsValidateOptions } from './options.ts';
export type { MetricOptions, Metrics } from './request-metrics.ts';
