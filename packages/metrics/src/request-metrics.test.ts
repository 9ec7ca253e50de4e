import { describe, expect, it } from 'vitest';
import { DocumentRenderer } from './document.ts';
import { MetricDimensions } from './metric-dimensions.ts';
import { MetricError } from './metric-error.ts';
import { RequestMetrics } from './request-metrics.ts';
import { type DocumentSink, documentSink } from './test-documents.ts';

const begin = (immediate = false): [RequestMetrics, DocumentSink] => {
  const sink = documentSink();
  const dimensions = new MetricDimensions({ service: 'orders' });
  return [
    new RequestMetrics(new DocumentRenderer('Shop'), dimensions, { function_request_id: 'r-1' }, sink.write, immediate),
    sink,
  ];
};

const longest = 'n'.repeat(255);

describe('metrics of your own', () => {
  it('are kept until the end', () => {
    const [metrics, sink] = begin();
    metrics.add('Orders', 'Count', 1);
    metrics.add('Orders', 'Count', 2, { resolution: 60 });
    metrics.add('Total', 'None', -1.5, { resolution: 1, dimensions: { currency: 'EUR' } });
    expect(sink.documents).toEqual([]);
    metrics.end();
    expect(sink.documents).toMatchObject([
      { service: 'orders', Orders: [1, 2], function_request_id: 'r-1' },
      { service: 'orders', currency: 'EUR', Total: -1.5 },
    ]);
  });

  it('are written at once after the end, and nothing twice', () => {
    const [metrics, sink] = begin();
    metrics.add('Orders', 'Count', 1);
    metrics.end();
    metrics.add('Orders', 'Count', 2);
    metrics.add('Orders', 'Count', 3);
    expect(sink.documents.map(({ Orders }) => Orders)).toEqual([1, 2, 3]);
    metrics.end();
    expect(sink.documents).toHaveLength(3);
  });

  it('are written at once where the request may never end', () => {
    const [metrics, sink] = begin(true);
    metrics.add('Orders', 'Count', 1);
    expect(sink.values('Orders')).toEqual([1]);
  });

  it('are written in parts when there are very many', () => {
    const [metrics, sink] = begin();
    for (let i = 0; i < 10_001; i++) metrics.add('Orders', 'Count', i);
    expect(sink.documents).toHaveLength(100);
    metrics.end();
    expect(sink.values('Orders')).toHaveLength(10_001);
  });

  it('have the dimensions and the metadata added to them', () => {
    const [metrics, sink] = begin();
    metrics.add('Orders', 'Count', 1);
    metrics.addDimension('tenant', 'a');
    metrics.add('Orders', 'Count', 2);
    metrics.addDimension('tenant', 'b');
    metrics.add('Orders', 'Count', 3, { dimensions: { currency: 'EUR' } });
    metrics.addMetadata('order', 'o-1');
    metrics.addMetadata('lines', 2);
    metrics.addMetadata('gift', false);
    metrics.end();
    const metadata = { order: 'o-1', lines: 2, gift: false, function_request_id: 'r-1' };
    expect(sink.documents).toMatchObject([
      { Orders: 1, service: 'orders', ...metadata },
      { Orders: 2, tenant: 'a', ...metadata },
      { Orders: 3, tenant: 'b', currency: 'EUR', ...metadata },
    ]);
    expect(sink.documents[0]).not.toHaveProperty('tenant');
  });

  it('do not fail when they cannot be written', () => {
    const fail = (): never => {
      throw new Error('disk full');
    };
    const metrics = new RequestMetrics(
      new DocumentRenderer('Shop'),
      new MetricDimensions({ service: 'orders' }),
      {},
      fail,
      true,
    );
    metrics.add('Orders', 'Count', 1);
    metrics.end();
  });

  it('may be as large as CloudWatch allows', () => {
    const [metrics, sink] = begin();
    for (let i = 0; i < 29; i++) metrics.addDimension(`d${i}`, 'v'.repeat(1024));
    for (let i = 0; i < 29; i++) metrics.addMetadata(`m${i}`, 'v'.repeat(1022));
    metrics.add(longest, 'Terabits/Second', 2 ** 360, { resolution: 1 });
    metrics.add(longest, 'Terabits/Second', -(2 ** 360), { resolution: 1 });
    metrics.end();
    expect(sink.values(longest)).toEqual([2 ** 360, -(2 ** 360)]);
  });
});

describe('what CloudWatch would refuse', () => {
  const full = (metrics: RequestMetrics): RequestMetrics => {
    for (let i = 0; i < 29; i++) metrics.addDimension(`d${i}`, 'v');
    for (let i = 0; i < 29; i++) metrics.addMetadata(`m${i}`, 'v');
    return metrics;
  };

  it.each<[string, (metrics: any) => void, string]>([
    ['an empty name', (m) => m.add('', 'Count', 1), 'the name of a metric must not be blank'],
    ['a blank name', (m) => m.add('  ', 'Count', 1), 'the name of a metric must not be blank'],
    ['no name', (m) => m.add(undefined, 'Count', 1), 'the name of a metric must be a string'],
    ['a long name', (m) => m.add(`${longest}n`, 'Count', 1), 'the name of a metric must have at most 255 characters'],
    ['a name in other letters', (m) => m.add('Größe', 'Count', 1), 'the name of a metric must consist of printable'],
    ['a control character', (m) => m.add('a\nb', 'Count', 1), 'the name of a metric must consist of printable ASCII'],
    ['a colon', (m) => m.add(':a', 'Count', 1), 'the name of a metric must not begin with a colon'],
    ['_aws', (m) => m.add('_aws', 'Count', 1), 'the name of a metric must not be _aws'],
    ['a name that is a dimension', (m) => m.add('service', 'Count', 1), 'metric service must not have the name of one'],
    ['NaN', (m) => m.add('A', 'Count', Number.NaN), 'the value of metric A must be a finite number'],
    ['Infinity', (m) => m.add('A', 'Count', Infinity), 'the value of metric A must be a finite number'],
    ['a text', (m) => m.add('A', 'Count', '1'), 'the value of metric A must be a finite number'],
    ['a bigint', (m) => m.add('A', 'Count', 1n), 'the value of metric A must be a finite number'],
    ['a huge value', (m) => m.add('A', 'Count', 2 ** 361), 'the value of metric A must lie between -2^360 and 2^360'],
    ['another unit', (m) => m.add('A', 'ms', 1), 'the unit of metric A must be one of Seconds, Microseconds'],
    ['another resolution', (m) => m.add('A', 'Count', 1, { resolution: 5 }), 'the resolution of metric A must be 1 or'],
    ['dimensions that are none', (m) => m.add('A', 'Count', 1, { dimensions: null }), 'dimensions must be an object'],
    ['an empty dimension', (m) => m.addDimension('d', ''), 'the value of dimension d must not be blank'],
    ['a numeric dimension', (m) => m.addDimension('d', 1), 'the value of dimension d must be a string'],
    [
      'a long dimension',
      (m) => m.addDimension('d', 'v'.repeat(1025)),
      'the value of dimension d must have at most 1024',
    ],
    ['a nameless dimension', (m) => m.addDimension('', 'v'), 'the name of a dimension must not be blank'],
    ['31 dimensions', (m) => full(m).addDimension('d', 'v'), 'a metric must have at most 30 dimensions, not 31'],
    [
      '31 dimensions with those of the metric',
      (m) => full(m).add('A', 'Count', 1, { dimensions: { d: 'v' } }),
      'a metric must have at most 30 dimensions, not 31',
    ],
    [
      'an object as metadata',
      (m) => m.addMetadata('a', {}),
      'metadata a must be a string, a finite number or a boolean',
    ],
    ['NaN as metadata', (m) => m.addMetadata('a', Number.NaN), 'metadata a must be a string, a finite number'],
    ['undefined as metadata', (m) => m.addMetadata('a'), 'metadata a must be a string, a finite number or a boolean'],
    ['much metadata', (m) => m.addMetadata('a', 'ü'.repeat(512)), 'metadata a must have at most 1024 bytes as JSON'],
    ['_aws as metadata', (m) => m.addMetadata('_aws', 'v'), 'the name of metadata must not be _aws'],
    ['31 pieces of metadata', (m) => full(m).addMetadata('a', 'v'), 'metadata must have at most 30 members'],
  ])('%s is refused by the call, and nothing is recorded', (_case, call, problem) => {
    const [metrics, sink] = begin();
    let thrown: unknown;
    try {
      call(metrics);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(MetricError);
    expect(thrown).toBeInstanceOf(TypeError);
    expect(thrown).toMatchObject({ code: 'METRIC_INVALID', cause: { package: '@tabletheory/metrics' } });
    expect((thrown as Error).message).toContain(`@tabletheory/metrics: ${problem}`);
    metrics.end();
    expect(sink.documents).toEqual([]);
    metrics.add('After', 'Count', 1);
    expect(sink.values('After')).toEqual([1]);
  });

  it('is told without the values', () => {
    const [metrics] = begin();
    const secret = 'sécret';
    for (const call of [() => metrics.addDimension('d', secret), () => metrics.add(secret, 'Count', 1)]) {
      expect(call).toThrow(expect.objectContaining({ message: expect.not.stringContaining(secret) }));
    }
  });
});
