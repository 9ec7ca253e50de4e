import type { FunctionDescription, Infrastructure } from './describe.ts';
import { OPERATIONS } from './operations.ts';

/** A metric, or one statistic of it. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** An alarm: it sounds when the statistic, summed over the metrics, is above the threshold. */
export interface Alarm {
  readonly id: string;
  readonly description: string;
  /** At most 10, which is what an alarm may be about. */
  readonly metrics: readonly Metric[];
  /** `Sum`, `Average`, `Maximum`, or a percentile like `p99`. */
  readonly statistic: string;
  readonly threshold: number;
  /** How many of the last `periods` periods of five minutes must be above. */
  readonly breaching: number;
  readonly periods: number;
}

/** Seconds of a period of an alarm. */
export const ALARM_PERIOD = 300;

/** The sum of an alarm's metrics, of which some may have no data: an operation that was not used. */
export const TOTAL = 'SUM(FILL(METRICS(), 0))';

/**
 * The alarms on the metrics of `@tabletheory/metrics`, and on what those cannot tell: invocations that end without
 * them.
 *
 * @param functionName the name of a function, as the template refers to it.
 */
export function alarmsOf(
  infrastructure: Infrastructure,
  functionName: (description: FunctionDescription) => string,
): Alarm[] {
  const { metrics, functions, tables } = infrastructure;
  if (metrics === undefined) return [];
  return functions.flatMap((description): Alarm[] => {
    const { name, stem, service, timeout } = description;
    const dimensions = { service, ...metrics.dimensions };
    const own = (metric: string): Metric => ({ namespace: metrics.namespace, name: metric, dimensions });
    const lambda = (metric: string): Metric => ({
      namespace: 'AWS/Lambda',
      name: metric,
      dimensions: { FunctionName: functionName(description) },
    });
    const often = { breaching: 2, periods: 3 };
    const once = { breaching: 1, periods: 1 };
    const slow = timeout * 800;
    const id = (what: string): string => `${stem}${what}Alarm`;
    return [
      {
        id: id('Faults'),
        description: `${name}: more than 1 % of the requests are answered with a 5xx status or fail.`,
        metrics: [own('RequestFault')],
        statistic: 'Average',
        threshold: 0.01,
        ...often,
      },
      {
        id: id('Slow'),
        description: `${name}: 1 % of the requests take longer than ${slow} ms, 80 % of the timeout.`,
        metrics: [own('RequestDuration')],
        statistic: 'p99',
        threshold: slow,
        ...often,
      },
      {
        id: id('Deadlines'),
        description: `${name}: requests run out of time.`,
        metrics: [own('DeadlineExceeded')],
        statistic: 'Sum',
        threshold: 0,
        ...often,
      },
      {
        id: id('Memory'),
        description: `${name}: the process uses more than 90 % of the function's memory.`,
        metrics: [own('MemoryUtilization')],
        statistic: 'Maximum',
        threshold: 90,
        ...once,
      },
      {
        id: id('Errors'),
        description: `${name}: invocations fail, time out, or the environment does not start.`,
        metrics: [lambda('Errors')],
        statistic: 'Sum',
        threshold: 0,
        ...once,
      },
      {
        id: id('Concurrency'),
        description: `${name}: invocations are refused because too many run already.`,
        metrics: [lambda('Throttles')],
        statistic: 'Sum',
        threshold: 0,
        ...once,
      },
      ...tables.flatMap((table): Alarm[] => {
        const operations = description.operations === undefined ? OPERATIONS : description.operations.get(table.name);
        if (operations === undefined) return [];
        return [
          {
            id: id(`${table.stem}Throttles`),
            description: `${name}: DynamoDB refuses requests to the table ${table.name} because of load.`,
            metrics: operations.map((operation) => ({
              namespace: metrics.namespace,
              name: 'OperationThrottles',
              dimensions: { ...dimensions, table: table.name, operation },
            })),
            statistic: 'Sum',
            threshold: 0,
            ...often,
          },
        ];
      }),
    ];
  });
}
