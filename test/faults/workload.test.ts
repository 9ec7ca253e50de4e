import { getEventListeners } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { createTables } from '@tabletheory/core';
import { startEngine } from '@tabletheory/local';
import { expect, test } from 'vitest';
import { MOST_OVERRUN } from './deadline.ts';
import { seededFaults } from './fault.ts';
import { startFaultyTables } from './faulty-tables.ts';
import { Lane } from './lane.ts';
import { heapInUse, leftOver, resources } from './leaks.ts';
import { models } from './models.ts';
import { seededRandom } from './random.ts';
import { report } from './report.ts';

const SEED = Number(process.env.FAULT_SEED ?? 20_261_122);
const OPERATIONS = Number(process.env.FAULT_OPERATIONS ?? 1_000);
const LANES = 4;
const QUARTERS = 4;
const FAULTS = { any: 0.3, stall: 0.002 };

/** The most the memory may grow from the first quarter to the last, in megabytes. */
const MOST_GROWTH = 10;

function sumOf(records: readonly Partial<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const record of records) for (const [key, n = 0] of Object.entries(record)) sum[key] = (sum[key] ?? 0) + n;
  return sum;
}

/** Every row of a table, unique marks included. */
async function countRows(client: DynamoDBClient, table: string): Promise<number> {
  const { Count = 0 } = await client.send(new ScanCommand({ TableName: table, Select: 'COUNT', ConsistentRead: true }));
  return Count;
}

const timeout = 60_000 + OPERATIONS * 30;

test('nothing is lost, and nothing is done that was reported as not done', { timeout }, async () => {
  const baseline = resources();
  const engine = await startEngine({ models });
  const client = new DynamoDBClient(engine.clientConfig);
  const direct = createTables({ client, models });
  const lanes = await Promise.all(
    Array.from({ length: LANES }, async (_, i) => {
      const seed = SEED + i;
      const faulty = await startFaultyTables(engine, models, {
        faults: seededFaults(seed, FAULTS),
        // Half of them give up early, so that many writes end with their outcome unknown.
        config: { maxAttempts: 2 + 2 * (i % 2), requestHandler: { requestTimeout: 500, throwOnRequestTimeout: true } },
      });
      const random = seededRandom(seed ^ 0x5eed);
      return { faulty, lane: new Lane({ name: `l${i}`, random, faulty, direct, isRefilled: i > 0 }) };
    }),
  );
  const loopDelay = monitorEventLoopDelay({ resolution: 5 });
  loopDelay.enable();
  const startedAt = performance.now();
  const heap: number[] = [];
  for (let quarter = 0; quarter < QUARTERS; quarter++) {
    await Promise.all(lanes.map(({ lane }) => lane.run(Math.ceil(OPERATIONS / LANES / QUARTERS))));
    heap.push(await heapInUse());
  }
  const seconds = (performance.now() - startedAt) / 1000;
  loopDelay.disable();

  // No row more and none less than the lanes know of.
  const truth = lanes.flatMap(({ lane }) => lane.rows());
  const accounts = await direct.accounts.scan().all();
  const others = await Promise.all(
    [direct.parcels, direct.counters, direct.samples].map((table) => table.scan().all()),
  );
  const stored = [...accounts, ...others.flat()];
  const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
  expect(sorted(stored)).toEqual(sorted(truth));
  expect(new Set(accounts.map(({ email }) => email)).size).toBe(accounts.length);
  expect(await countRows(client, 'accounts')).toBe(2 * accounts.length); // each with the mark of its email

  const listeners = lanes.flatMap(({ lane }) => getEventListeners(lane.signal, 'abort'));
  for (const { faulty } of lanes) await faulty[Symbol.asyncDispose]();
  client.destroy();
  await engine.stop();
  const leaks = await leftOver(baseline); // what the test runner itself holds was there before

  const figures = lanes.map(({ lane }) => lane.figures);
  const sum = (key: 'operations' | 'lost' | 'wrong' | 'doneAllTheSame' | 'repeated' | 'deadlines' | 'ended'): number =>
    figures.reduce((all, one) => all + one[key], 0);
  const longest = (key: 'overrun' | 'overrunByClock'): number => Math.max(...figures.map((one) => one[key]));
  const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;
  const { pass = 0, ...faults } = sumOf(lanes.map(({ faulty }) => faulty.proxy.counts()));
  report('Workload', {
    seed: SEED,
    seconds: Number(seconds.toFixed(1)),
    operations: sum('operations'),
    lost: sum('lost'),
    'doubled, or otherwise not as reported': sum('wrong'),
    leaks: leaks.length + listeners.length,
    ends: sumOf(figures.map(({ ends }) => ends)),
    'failed, said so, and done': sum('doneAllTheSame'),
    'unguarded additions done twice': sum('repeated'),
    deadlines: { given: sum('deadlines'), exceeded: sum('ended') },
    'longest overrun': {
      'event loop': milliseconds(longest('overrun')),
      clock: milliseconds(longest('overrunByClock')),
    },
    'event loop delay': {
      'p99.9': milliseconds(loopDelay.percentile(99.9) / 1e6),
      max: milliseconds(loopDelay.max / 1e6),
    },
    'heap by quarter': heap.map((megabytes) => `${megabytes.toFixed(1)} MB`).join(', '),
    requests: pass + Object.values(faults).reduce((all, n) => all + n, 0),
    faults,
  });
  const problem = lanes.map(({ lane }) => lane.problem).find((one) => one !== undefined);
  if (problem !== undefined) {
    throw new Error(`FAULT_SEED=${SEED} repeats this. ${problem.message}`, { cause: problem });
  }
  expect(leaks).toEqual([]);
  expect(listeners).toEqual([]);
  expect(longest('overrun')).toBeLessThan(MOST_OVERRUN);
  expect((heap.at(-1) as number) - (heap[0] as number)).toBeLessThan(MOST_GROWTH);
});
