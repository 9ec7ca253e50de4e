import { ALARM_PERIOD, type Alarm, type Metric, TOTAL } from './alarms.ts';
import { literal, type TerraformReferences, withReferences } from './terraform-text.ts';

/** An alarm, as `aws_cloudwatch_metric_alarm`. */
export function alarmResource(alarm: Alarm, actions: readonly string[], references: TerraformReferences): object {
  return {
    alarm_name: `\${var.prefix}${alarm.id}`,
    alarm_description: literal(alarm.description),
    ...measured(alarm, references),
    threshold: alarm.threshold,
    comparison_operator: 'GreaterThanThreshold',
    evaluation_periods: alarm.periods,
    datapoints_to_alarm: alarm.breaching,
    treat_missing_data: 'notBreaching',
    ...(actions.length > 0 && { alarm_actions: actions.map(literal) }),
  };
}

function measured({ metrics, statistic }: Alarm, references: TerraformReferences): object {
  const [only, ...more] = metrics;
  if (only !== undefined && more.length === 0) {
    const kind = statistic.startsWith('p') ? 'extended_statistic' : 'statistic';
    return { ...metricOf(only, references), [kind]: statistic, period: ALARM_PERIOD };
  }
  return {
    metric_query: [
      ...metrics.map((metric, i) => ({
        id: `m${i}`,
        metric: { ...metricOf(metric, references), period: ALARM_PERIOD, stat: statistic },
        return_data: false,
      })),
      { id: 'total', expression: TOTAL, label: metrics[0]?.name, return_data: true },
    ],
  };
}

function metricOf({ namespace, name, dimensions }: Metric, references: TerraformReferences): object {
  return {
    namespace: literal(namespace),
    metric_name: name,
    dimensions: Object.fromEntries(
      Object.entries(dimensions).map(([key, value]) => [key, withReferences(value, references)]),
    ),
  };
}
