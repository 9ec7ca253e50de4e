import { describe, expect, it } from 'vitest';
import { DocumentRenderer } from './document.ts';
import { MetricBuffer } from './metric-buffer.ts';
import { MetricDimensions } from './metric-dimensions.ts';
import { checkedDocument, type EmfDocument, metricNames } from './test-documents.ts';

const service = new MetricDimensions({ service: 'orders' });

const render = (fill: (buffer: MetricBuffer) => void, metadata = {}): EmfDocument[] => {
  const buffer = new MetricBuffer();
  fill(buffer);
  const groups = buffer.drain();
  expect(buffer.size).toBe(0);
  const renderer = new DocumentRenderer('Shop');
  return groups.flatMap((group) => renderer.render(group, metadata, 1_800_000_000_000)).map(checkedDocument);
};

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('a document', () => {
  it('has the form of the specification', () => {
    const documents = render(
      (buffer) => {
        buffer.add(service, 'Orders', 'Count', 1);
        buffer.add(service, 'Latency', 'Milliseconds', 1.5, 1);
        buffer.add(service, 'Latency', 'Milliseconds', 2, 1);
      },
      { order: 'o-1' },
    );
    expect(documents).toEqual([
      {
        order: 'o-1',
        _aws: {
          Timestamp: 1_800_000_000_000,
          CloudWatchMetrics: [
            {
              Namespace: 'Shop',
              Dimensions: [['service']],
              Metrics: [
                { Name: 'Orders', Unit: 'Count' },
                { Name: 'Latency', Unit: 'Milliseconds', StorageResolution: 1 },
              ],
            },
          ],
        },
        service: 'orders',
        Orders: 1,
        Latency: [1.5, 2],
      },
    ]);
  });

  it('is one for each group of dimensions', () => {
    const documents = render((buffer) => {
      buffer.add(service, 'Orders', 'Count', 1);
      buffer.add(service.with({ stage: 'test' }), 'Orders', 'Count', 2);
      buffer.add(new MetricDimensions({ service: 'orders' }), 'Orders', 'Count', 3);
    });
    expect(documents.map(({ Orders, stage }) => [Orders, stage])).toEqual([
      [[1, 3], undefined],
      [2, 'test'],
    ]);
  });

  it('takes 100 values of a metric; the rest follows in further ones', () => {
    const documents = render((buffer) => {
      for (const value of numbers(201)) buffer.add(service, 'Latency', 'Milliseconds', value);
      buffer.add(service, 'Orders', 'Count', 1);
    });
    expect(documents.flatMap(({ Latency }) => Latency)).toEqual(numbers(201));
    expect(documents.map(metricNames)).toEqual([['Latency', 'Orders'], ['Latency'], ['Latency']]);
  });

  it('takes 100 metrics; the rest follows in further ones', () => {
    const documents = render((buffer) => {
      for (const i of numbers(250)) buffer.add(service, `Metric${i}`, 'Count', i);
    });
    expect(documents.map((document) => metricNames(document).length)).toEqual([100, 100, 50]);
    expect(documents.flatMap(metricNames)).toEqual(numbers(250).map((i) => `Metric${i}`));
  });

  it('has a name once: another unit or resolution goes into another document', () => {
    const documents = render((buffer) => {
      buffer.add(service, 'Size', 'Bytes', 1);
      buffer.add(service, 'Size', 'Kilobytes', 2);
      buffer.add(service, 'Size', 'Bytes', 3, 1);
    });
    expect(documents.map(({ Size }) => Size)).toEqual([1, 2, 3]);
  });

  it('stays below 256 KB', () => {
    const dimensions = new MetricDimensions(
      Object.fromEntries(numbers(30).map((i) => [`${i}${'d'.repeat(250)}`, 'v'.repeat(1024)])),
    );
    const metadata = Object.fromEntries(numbers(30).map((i) => [`${i}${'m'.repeat(250)}`, 'v'.repeat(1000)]));
    const documents = render((buffer) => {
      for (const i of numbers(100)) {
        for (const value of numbers(100)) buffer.add(dimensions, `${i}${'n'.repeat(250)}`, 'Count', value + 1e-9);
      }
    }, metadata);
    expect(documents.length).toBeGreaterThan(1);
    const values = documents.flatMap((document) => metricNames(document).flatMap((name) => document[name]));
    expect(values).toHaveLength(10_000);
  });

  it('takes any name as a name', () => {
    const [document] = render((buffer) => {
      buffer.add(service.with(Object.fromEntries([['__proto__', 'd']])), 'toJSON', 'Count', 1);
      buffer.add(service.with(Object.fromEntries([['__proto__', 'd']])), 'constructor', 'Count', 2);
    });
    expect(metricNames(document!)).toEqual(['toJSON', 'constructor']);
    expect(document!._aws.CloudWatchMetrics[0].Dimensions).toEqual([['service', '__proto__']]);
  });

  it('never lets metadata take the place of a metric or a dimension', () => {
    const [document] = render((buffer) => buffer.add(service, 'Orders', 'Count', 1), {
      service: 'false',
      Orders: 'false',
      _aws: 'false',
    });
    expect(document).toMatchObject({ service: 'orders', Orders: 1 });
  });

  it('is rendered alike by a renderer that has rendered others', () => {
    const renderer = new DocumentRenderer('Shop');
    const fills: ((buffer: MetricBuffer) => void)[] = [
      (buffer) => buffer.add(service, 'Orders', 'Count', 1),
      (buffer) => buffer.add(service, 'Orders', 'Count', 2),
      (buffer) => buffer.add(service, 'Orders', 'Count', 3, 1),
      (buffer) => buffer.add(service, 'Orders', 'Bytes', -0),
      (buffer) => buffer.add(service, 'Size', 'Bytes', 1e21),
      (buffer) => buffer.add(service.with({ stage: 'test' }), 'Size', 'Bytes', 0.1 + 0.2),
      (buffer) => {
        for (const i of numbers(150)) buffer.add(service.with({ customer: `${i}` }), 'Orders', 'Count', i);
      },
    ];
    for (const fill of [...fills, ...fills]) {
      const buffer = new MetricBuffer();
      fill(buffer);
      const documents = buffer.drain().flatMap((group) => renderer.render(group, {}, 1_800_000_000_000));
      expect(documents.map(checkedDocument)).toEqual(render(fill));
    }
  });
});
