import middy from '@middy/core';
import { expect, it } from 'vitest';
import { metrics } from './metrics.ts';
import { attempt, call, operate } from './test-chain.ts';
import { type DocumentSink, documentSink } from './test-documents.ts';

const run = async (...operations: Parameters<typeof operate> extends [unknown, ...infer Rest] ? Rest[] : never) => {
  const sink: DocumentSink = documentSink();
  const chain = middy()
    .use(metrics({ namespace: 'Shop', service: 'orders', dimensions: { stage: 'test' }, destination: sink }))
    .before((request) => {
      for (const operation of operations) operate(request, ...operation);
    });
  await call(chain.handler(() => 'ok'));
  return sink;
};

it('is by table and operation', async () => {
  const sink = await run(
    [{}, { consumed: [{ table: 'orders', read: 0.5, write: 0 }] }],
    [{}, { durationMs: 7, consumed: [{ table: 'orders', read: 1, write: 0 }] }],
    [{ name: 'PutItem' }, { consumed: [{ table: 'orders', read: 0, write: 2 }] }],
  );
  const [get, put] = sink.of('OperationLatency');
  expect(get).toMatchObject({
    service: 'orders',
    stage: 'test',
    table: 'orders',
    operation: 'GetItem',
    OperationLatency: [5, 7],
    OperationAttempts: [1, 1],
    OperationThrottles: [0, 0],
    OperationErrors: [0, 0],
    ConsumedReadCapacityUnits: [0.5, 1],
  });
  expect(get).not.toHaveProperty('ConsumedWriteCapacityUnits');
  expect(get!._aws.CloudWatchMetrics[0].Dimensions).toEqual([['service', 'stage', 'table', 'operation']]);
  expect(put).toMatchObject({ operation: 'PutItem', ConsumedWriteCapacityUnits: 2 });
});

it('is by index as well, where a read goes through one', async () => {
  const sink = await run([{ name: 'Query', index: 'byStatus' }], [{ name: 'Query' }]);
  const [byIndex, byTable] = sink.of('OperationLatency');
  expect(byIndex).toMatchObject({ table: 'orders', operation: 'Query', index: 'byStatus' });
  expect(byIndex!._aws.CloudWatchMetrics[0].Dimensions).toEqual([
    ['service', 'stage', 'table', 'operation'],
    ['service', 'stage', 'table', 'operation', 'index'],
  ]);
  expect(byTable).not.toHaveProperty('index');
});

it('counts attempts, throttles and errors', async () => {
  const throttled = { ...attempt, status: 400, error: 'ThrottlingException', throttled: true };
  const sink = await run(
    [{}, { attempts: [throttled, throttled, attempt] }],
    [{}, { attempts: [], error: new Error() }],
  );
  expect(sink.of('OperationLatency')).toMatchObject([
    { OperationAttempts: [3, 0], OperationThrottles: [2, 0], OperationErrors: [0, 1] },
  ]);
});

it('is of each table of several, with the capacity of its own', async () => {
  const consumed = [
    { table: 'orders', read: 0, write: 2 },
    { table: 'customers', read: 0, write: 4 },
  ];
  const sink = await run([{ name: 'TransactWriteItems', tables: ['orders', 'customers'] }, { consumed }]);
  expect(
    sink.of('OperationLatency').map(({ table, ConsumedWriteCapacityUnits }) => [table, ConsumedWriteCapacityUnits]),
  ).toEqual([
    ['orders', 2],
    ['customers', 4],
  ]);
});

it('keeps to the limits in a request of very many operations', async () => {
  const sink = await run(...Array.from({ length: 3000 }, () => [{}] as const).map((one) => [...one] as [object]));
  expect(sink.values('OperationLatency')).toHaveLength(3000);
});
