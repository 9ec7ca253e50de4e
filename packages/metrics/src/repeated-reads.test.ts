import middy from '@middy/core';
import { invocationOf } from '@tabletheory/invocation';
import { beforeEach, describe, expect, it } from 'vitest';
import { metrics } from './metrics.ts';
import type { MetricsOptions } from './options.ts';
import { call, logTo, operate } from './test-chain.ts';
import { type DocumentSink, documentSink } from './test-documents.ts';

let sink: DocumentSink;
const use = (options: MetricsOptions = {}) => metrics({ namespace: 'Shop', destination: sink, ...options });

beforeEach(() => {
  sink = documentSink();
});

describe('the warning of repeated reads', () => {
  const read =
    (count: number, table = 'orders') =>
    (request: middy.Request) => {
      for (let i = 0; i < count; i++) operate(request, { tables: [table] });
    };
  const run = async (options: MetricsOptions, ...hooks: ((request: middy.Request) => void)[]) => {
    const lines: unknown[][] = [];
    const chain = middy().use(use(options)).use(logTo(lines));
    for (const hook of hooks) chain.before(hook);
    await call(chain.handler(() => 'ok'));
    return lines;
  };

  it('comes once for each table, with the count', async () => {
    const lines = await run({ nPlusOne: { threshold: 3 } }, read(4), read(3, 'customers'), read(2, 'lines'), read(1));
    expect(lines).toEqual([
      ['warn', { table: 'orders', operation: 'GetItem', count: 5 }, expect.stringContaining('batchGet')],
      ['warn', { table: 'customers', operation: 'GetItem', count: 3 }, expect.stringContaining('batchGet')],
    ]);
    expect(sink.of('RepeatedReads').map(({ table, RepeatedReads }) => [table, RepeatedReads])).toEqual([
      ['orders', 5],
      ['customers', 3],
    ]);
  });

  it('comes from 10 reads on where no other number is given', async () => {
    expect(await run({ nPlusOne: {} }, read(9))).toEqual([]);
    expect(await run({ nPlusOne: {} }, read(10))).toHaveLength(1);
  });

  it('comes with the deadline, and not again at the end', async () => {
    const strike = (request: middy.Request) => invocationOf(request)!.strikeDeadline();
    expect(await run({ nPlusOne: { threshold: 3 } }, read(3), strike, read(3))).toMatchObject([
      ['warn', { count: 3 }, expect.any(String)],
    ]);
  });

  it('comes not for other operations, nor unasked', async () => {
    const query = (request: middy.Request) => {
      for (let i = 0; i < 20; i++) operate(request, { name: 'Query' });
    };
    expect(await run({ nPlusOne: {} }, query)).toEqual([]);
    expect(await run({}, read(100))).toEqual([]);
    expect(sink.values('RepeatedReads')).toEqual([]);
  });

  it('is a metric also where there is no logger', async () => {
    await call(
      middy()
        .use(use({ nPlusOne: { threshold: 2 } }))
        .before(read(2))
        .handler(() => 'ok'),
    );
    expect(sink.values('RepeatedReads')).toEqual([2]);
  });
});
