import middy from '@middy/core';
import { invocationOf } from '@tabletheory/invocation';
import { metrics } from '@tabletheory/metrics';
import { describe, expect, it } from 'vitest';
import { alarmsOf } from './alarms.ts';
import { dashboardBody } from './dashboard.ts';
import { describeInfrastructure } from './describe.ts';
import { config, policy } from './test-config.ts';

const infrastructure = describeInfrastructure(config, { orders: policy });
const settings = infrastructure.metrics!;
const alarms = alarmsOf(infrastructure, ({ id }) => `\${${id}}`);
const { widgets } = dashboardBody(infrastructure, settings, {
  functionName: ({ id }) => `\${${id}}`,
  region: 'eu-central-1',
}) as { widgets: any[] };

/** The metrics that requests really write: each as its namespace, name and the sorted names of its dimensions. */
async function writtenMetrics(): Promise<ReadonlySet<string>> {
  const lines: string[] = [];
  const chain = () =>
    middy().use(
      metrics({
        namespace: 'Shop',
        service: 'orders',
        dimensions: { stage: 'production' },
        nPlusOne: { threshold: 2 },
        destination: { write: (line) => void lines.push(line) },
      }),
    );
  const work = (request: middy.Request): void => {
    const invocation = invocationOf(request)!;
    invocation.memory = () =>
      ({ rss: 1, peak: 1, percentOfLimit: 1, growth: 1, leakPerRequest: 1, recommended: 1 }) as never;
    for (let i = 0; i < 3; i++) {
      const finish = invocation.observe?.({ name: 'GetItem', tables: ['shop.orders'], models: ['Order'] });
      const attempt = { durationMs: 1, delayMs: 0, status: 200, throttled: false };
      const consumed = [{ table: 'shop.orders', read: 1, write: 1 }];
      finish?.({ durationMs: 1, attempts: [attempt], consumed, items: 1 });
    }
  };
  const failing = (error: object) => () => {
    throw Object.assign(new Error('failed'), error);
  };
  const invalid = { statusCode: 400, cause: { package: '@tabletheory/validator' } };
  for (const handler of [
    chain()
      .before(work)
      .handler(() => 'ok'),
    chain()
      .before(() => 'early')
      .handler(() => 'late'),
    chain().handler(failing(invalid)),
    chain().handler(failing({ code: 'DEADLINE_EXCEEDED' })),
  ]) {
    await (handler as any)({}, { functionName: 'shop-orders', awsRequestId: 'r-1' }).catch(() => {});
  }
  const written = new Set<string>();
  for (const line of lines) {
    for (const { Namespace, Dimensions, Metrics } of JSON.parse(line)._aws.CloudWatchMetrics) {
      for (const { Name } of Metrics) for (const names of Dimensions) written.add(keyOf(Namespace, Name, names));
    }
  }
  return written;
}

const keyOf = (namespace: string, name: string, dimensions: readonly string[]): string =>
  `${namespace} ${name} ${[...dimensions].sort().join(',')}`;

/** The metrics a widget shows, named in the same way. */
function shownMetrics({ properties }: { properties: { metrics: any[][] } }): string[] {
  return properties.metrics.map(([first, name, ...rest]) => {
    if (typeof first === 'string') {
      const names = rest.filter((part) => typeof part === 'string').filter((_, i) => i % 2 === 0);
      return keyOf(first, name, names);
    }
    const [, namespace, names, filters] = /^SEARCH\('\{"([^"]+)",([^}]+)\} ([^']+)', '\w+', 60\)$/.exec(
      first.expression,
    )!;
    const [, metric] = /MetricName="(\w+)"/.exec(filters as string)!;
    return keyOf(namespace as string, metric as string, (names as string).split(','));
  });
}

describe('the dashboard', () => {
  it('shows metrics that are written, under the dimensions they are written with', async () => {
    const written = await writtenMetrics();
    const shown = new Set(widgets.flatMap(shownMetrics));
    expect([...shown].filter((metric) => !written.has(metric))).toEqual([]);
    expect(shown.size).toBe(20);
  });

  it('has rows of widgets that do not overlap', () => {
    const places = widgets.map(({ x, y }) => `${x} ${y}`);
    expect(new Set(places).size).toBe(places.length);
    for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
  });

  it('searches for one service and one table', () => {
    const [search] = widgets.flatMap(({ properties }) => properties.metrics).filter(([first]) => first.expression);
    expect(search).toEqual([
      {
        expression:
          `SEARCH('{"Shop",service,stage,table,operation} MetricName="OperationLatency" service="orders" ` +
          `stage="production" table="shop.orders"', 'p99', 60)`,
        label: "OperationLatency ${PROP('Dim.operation')}",
      },
    ]);
  });
});

describe('alarms', () => {
  it('are about metrics that are written, or Lambda writes', async () => {
    const written = await writtenMetrics();
    for (const { metrics: about } of alarms) {
      for (const { namespace, name, dimensions } of about) {
        if (namespace === 'AWS/Lambda') expect([name, Object.keys(dimensions)]).toEqual([name, ['FunctionName']]);
        else expect(written).toContain(keyOf(namespace, name, Object.keys(dimensions)));
      }
    }
  });

  it('are those of each function, and of the tables it uses', () => {
    expect(alarms.map(({ id }) => id)).toEqual([
      'OrdersFaultsAlarm',
      'OrdersSlowAlarm',
      'OrdersDeadlinesAlarm',
      'OrdersMemoryAlarm',
      'OrdersErrorsAlarm',
      'OrdersConcurrencyAlarm',
      // Its policy does not let it use the other table.
      'OrdersShopOrdersThrottlesAlarm',
      'CleanUpFaultsAlarm',
      'CleanUpSlowAlarm',
      'CleanUpDeadlinesAlarm',
      'CleanUpMemoryAlarm',
      'CleanUpErrorsAlarm',
      'CleanUpConcurrencyAlarm',
      'CleanUpShopOrdersThrottlesAlarm',
      'CleanUpSessionsThrottlesAlarm',
    ]);
    expect(alarms.find(({ id }) => id === 'OrdersSlowAlarm')).toMatchObject({ statistic: 'p99', threshold: 4000 });
  });

  it('of throttles are about the operations the policy allows, 10 metrics at most', () => {
    const [own, every] = alarms.filter(({ id }) => id.endsWith('ThrottlesAlarm')).map((alarm) => alarm.metrics);
    expect(own?.map(({ dimensions }) => dimensions.operation)).toEqual([
      'GetItem',
      'PutItem',
      'Query',
      'TransactGetItems',
      'TransactWriteItems',
    ]);
    expect(every).toHaveLength(10);
  });

  it('and dashboard are none without metrics', () => {
    const { metrics: _metrics, ...others } = config.infrastructure!;
    expect(alarmsOf(describeInfrastructure({ ...config, infrastructure: others }), ({ id }) => id)).toEqual([]);
  });
});
