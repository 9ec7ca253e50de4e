import type { FunctionDescription, Infrastructure, TableDescription } from './describe.ts';
import type { MetricsSettings } from './infrastructure-config.ts';

/** How a template refers to what is known only once it is deployed. */
export interface References {
  /** The name of a function. */
  readonly functionName: (description: FunctionDescription) => string;
  readonly region: string;
}

const [WIDTH, HEIGHT, ACROSS] = [8, 6, 3];

/** Widgets of equal size, from left to right, a row a subject. */
type Row = readonly (readonly [title: string, metrics: readonly unknown[], view?: object])[];

/**
 * The body of a CloudWatch dashboard: for each function its requests, latency, cold starts and memory; for each table
 * of it latency, attempts and throttles, and consumed capacity, by operation.
 *
 * The structure is that of
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function dashboardBody(
  { functions, tables }: Infrastructure,
  settings: MetricsSettings,
  { functionName, region }: References,
): { readonly widgets: readonly object[] } {
  const rows = functions.flatMap((description): Row[] => [
    ...functionRows(description, settings, functionName(description)),
    ...tables
      .filter(({ name }) => description.operations === undefined || description.operations.has(name))
      .map((table) => tableRow(description, table, settings)),
  ]);
  const widgets = rows.flatMap((row, y) =>
    row.map(([title, metrics, view], x) => ({
      type: 'metric',
      x: (x % ACROSS) * WIDTH,
      y: y * HEIGHT,
      width: WIDTH,
      height: HEIGHT,
      properties: { title, region, period: 60, view: 'timeSeries', stacked: false, ...view, metrics },
    })),
  );
  return { widgets };
}

function functionRows(
  { name, service }: FunctionDescription,
  { namespace, dimensions }: MetricsSettings,
  functionName: string,
): Row[] {
  const shared = Object.entries({ service, ...dimensions }).flat();
  const metric = (of: string, stat: string, label: string = of, options: object = {}): unknown[] => {
    return [namespace, of, ...shared, { stat, label, ...options }];
  };
  const coldStart = (of: string, stat: string, options: object = {}): unknown[] => {
    return [namespace, of, ...shared, 'function_name', functionName, { stat, label: of, ...options }];
  };
  return [
    [
      [
        `${name}: requests`,
        [
          metric('RequestSuccess', 'Sum', 'success'),
          metric('RequestError', 'Sum', '4xx'),
          metric('RequestFault', 'Sum', '5xx'),
        ],
        { stacked: true },
      ],
      [
        `${name}: duration`,
        ['p50', 'p90', 'p99'].map((stat) => metric('RequestDuration', stat, stat)),
        { yAxis: { left: { label: 'ms', showUnits: false, min: 0 } } },
      ],
      [
        `${name}: refused and out of time`,
        [metric('ValidationFailure', 'Sum'), metric('DeadlineExceeded', 'Sum'), metric('EarlyResponse', 'Sum')],
      ],
    ],
    [
      [`${name}: cold starts`, [coldStart('ColdStart', 'Sum'), coldStart('InitDuration', 'p90', { yAxis: 'right' })]],
      [
        `${name}: memory`,
        [metric('MemoryPeak', 'Maximum'), metric('MemoryRecommended', 'Maximum'), metric('MemoryLeak', 'Maximum')],
      ],
      [`${name}: share of memory`, [metric('MemoryUtilization', 'Maximum')], { yAxis: { left: { min: 0, max: 100 } } }],
    ],
  ];
}

function tableRow(
  { name, service }: FunctionDescription,
  { name: table }: TableDescription,
  { namespace, dimensions }: MetricsSettings,
): Row {
  const values = { service, ...dimensions, table };
  // A search finds the operations there are, without one line for each that could be.
  const search = (metric: string, stat: string, by: readonly string[] = ['operation']): unknown[] => {
    const schema = [`"${namespace}"`, ...Object.keys(values), ...by].join(',');
    const filters = Object.entries({ MetricName: metric, ...values }).map(([key, value]) => `${key}="${value}"`);
    const label = by.length === 0 ? metric : `${metric} \${PROP('Dim.operation')}`;
    return [{ expression: `SEARCH('{${schema}} ${filters.join(' ')}', '${stat}', 60)`, label }];
  };
  return [
    [`${name}, table ${table}: latency, 99 %`, [search('OperationLatency', 'p99')]],
    [
      `${name}, table ${table}: attempts, throttles, errors`,
      [
        search('OperationAttempts', 'Sum'),
        search('OperationThrottles', 'Sum'),
        search('OperationErrors', 'Sum'),
        search('RepeatedReads', 'Sum', []),
      ],
    ],
    [
      `${name}, table ${table}: consumed capacity`,
      [search('ConsumedReadCapacityUnits', 'Sum'), search('ConsumedWriteCapacityUnits', 'Sum')],
    ],
  ];
}
