import { ALARM_PERIOD, type Alarm, alarmsOf, type Metric, TOTAL } from './alarms.ts';
import { dashboardBody } from './dashboard.ts';
import type { Infrastructure } from './describe.ts';
import type { FunctionReferences } from './function-references.ts';
import { type Fragment, type Resource, text, withoutClash } from './template.ts';

/** The dashboard and the alarms, as `AWS::CloudWatch::Dashboard` and `AWS::CloudWatch::Alarm`. */
export function monitoringFragment(infrastructure: Infrastructure, references: FunctionReferences): Fragment {
  const { metrics, functions } = infrastructure;
  if (metrics === undefined || functions.length === 0) return { resources: {} };
  const functionName = references.name;
  const body = dashboardBody(infrastructure, metrics, { functionName, region: '${AWS::Region}' });
  const dashboard: Resource = {
    Type: 'AWS::CloudWatch::Dashboard',
    Properties: { DashboardBody: text(JSON.stringify(body)) },
  };
  const alarms = alarmsOf(infrastructure, functionName).map(
    (alarm) => [alarm.id, alarmResource(alarm, metrics.alarmActions ?? [])] as const,
  );
  return { parameters: references.nameParameters, resources: withoutClash([['Dashboard', dashboard], ...alarms]) };
}

function alarmResource(alarm: Alarm, actions: readonly string[]): Resource {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmDescription: alarm.description,
      ...measured(alarm),
      Threshold: alarm.threshold,
      ComparisonOperator: 'GreaterThanThreshold',
      EvaluationPeriods: alarm.periods,
      DatapointsToAlarm: alarm.breaching,
      // No requests, no trouble.
      TreatMissingData: 'notBreaching',
      ...(actions.length > 0 && { AlarmActions: actions }),
    },
  };
}

function measured({ metrics, statistic }: Alarm): object {
  const [only, ...more] = metrics;
  if (only !== undefined && more.length === 0) {
    return {
      ...metricOf(only),
      [statistic.startsWith('p') ? 'ExtendedStatistic' : 'Statistic']: statistic,
      Period: ALARM_PERIOD,
    };
  }
  return {
    Metrics: [
      ...metrics.map((metric, i) => ({
        Id: `m${i}`,
        MetricStat: { Metric: metricOf(metric), Period: ALARM_PERIOD, Stat: statistic },
        ReturnData: false,
      })),
      { Id: 'total', Expression: TOTAL, Label: metrics[0]?.name, ReturnData: true },
    ],
  };
}

function metricOf({ namespace, name, dimensions }: Metric): object {
  return {
    Namespace: namespace,
    MetricName: name,
    Dimensions: Object.entries(dimensions).map(([key, value]) => ({ Name: key, Value: text(value) })),
  };
}
