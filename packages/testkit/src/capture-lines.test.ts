import { describe, expect, it } from 'vitest';
import { captureLines } from './capture-lines.ts';

const document = {
  _aws: {
    Timestamp: 1_767_225_600_000,
    CloudWatchMetrics: [
      {
        Namespace: 'Orders',
        Dimensions: [['service'], ['service', 'table']],
        Metrics: [{ Name: 'Latency', Unit: 'Milliseconds', StorageResolution: 1 }, { Name: 'Orders' }],
      },
    ],
  },
  service: 'orders',
  table: 'orders-table',
  Latency: [3, 4.5],
  Orders: 2,
};

describe('captureLines', () => {
  it('keeps lines, with and without their end, one and several at once', () => {
    const lines = captureLines();
    lines.write('one\n');
    lines.write('two');
    lines.write('three\nfour\n');
    lines.write('\n');
    expect(lines.lines).toEqual(['one', 'two', 'three', 'four']);
  });

  it('needs no this', () => {
    const lines = captureLines();
    ['a', 'b'].forEach(lines.write);
    expect(lines.lines).toEqual(['a', 'b']);
    const { clear } = lines;
    clear();
    expect(lines.lines).toEqual([]);
  });

  it('tells log lines from documents of metrics and from what is no JSON object', () => {
    const lines = captureLines();
    const record = { level: 'INFO', message: 'order created' };
    for (const value of [record, document, [1], null, 'text', 7]) lines.write(`${JSON.stringify(value)}\n`);
    lines.write('START RequestId: 8476a536\n');
    lines.write('{"cut": ');
    // Not every `_aws` is a document.
    const other = { _aws: 'value' };
    lines.write(JSON.stringify(other));
    expect(lines.logs()).toEqual([record, other]);
    expect(lines.metrics().map(({ name }) => name)).toEqual(['Latency', 'Latency', 'Orders', 'Orders']);
  });

  it('gives the metrics as CloudWatch makes them: one for each set of dimensions', () => {
    const lines = captureLines();
    lines.write(JSON.stringify(document));
    const latency = { namespace: 'Orders', name: 'Latency', unit: 'Milliseconds', resolution: 1, values: [3, 4.5] };
    const orders = { namespace: 'Orders', name: 'Orders', unit: 'None', resolution: 60, values: [2] };
    const withTable = { service: 'orders', table: 'orders-table' };
    expect(lines.metrics()).toEqual([
      { ...latency, dimensions: { service: 'orders' } },
      { ...latency, dimensions: withTable },
      { ...orders, dimensions: { service: 'orders' } },
      { ...orders, dimensions: withTable },
    ]);
  });
});
