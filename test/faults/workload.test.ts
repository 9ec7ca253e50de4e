import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { createTables } from '@tabletheory/core';
import { startEngine } from '@tabletheory/local';
import { expect, test } from 'vitest';
import { seededFaults } from './fault.ts';
import { startFaultyTables } from './faulty-tables.ts';
import { Lane } from './lane.ts';
import { models } from './models.ts';
import { seededRandom } from './random.ts';

const SEED = Number(process.env.FAULT_SEED ?? 20_261_122);
const LANES = 4;
const OPERATIONS = Number(process.env.FAULT_OPERATIONS ?? 250);
const FAULTS = { any: 0.3, stall: 0.002 };

/** What keeps the process alive, by kind. */
function resources(): Record<string, number> {
  const kinds = Map.groupBy(process.getActiveResourcesInfo(), (kind) => kind);
  return Object.fromEntries([...kinds].map(([kind, list]) => [kind, list.length]));
}

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

test('nothing is lost, and nothing is done that was reported as not done', { timeout: 60_000 }, async () => {
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
      return { faulty, lane: new Lane(`l${i}`, seededRandom(seed ^ 0x5eed), faulty, direct) };
    }),
  );
  const startedAt = performance.now();
  try {
    await Promise.all(lanes.map(({ lane }) => lane.run(OPERATIONS)));
  } catch (error) {
    throw new Error(`FAULT_SEED=${SEED} repeats this. ${(error as Error).message}`, { cause: error });
  }
  const seconds = (performance.now() - startedAt) / 1000;

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

  console.info(`FAULT_SEED=${SEED}, ${seconds.toFixed(1)} s, lost: 0`, {
    operations: sumOf(
      lanes.map(({ lane }) => ({ all: lane.figures.operations, doneAllTheSame: lane.figures.doneAllTheSame })),
    ),
    ends: sumOf(lanes.map(({ lane }) => lane.figures.ends)),
    requests: sumOf(lanes.map(({ faulty }) => faulty.proxy.counts())),
  });
  for (const { faulty } of lanes) await faulty[Symbol.asyncDispose]();
  client.destroy();
  await engine.stop();

  // Sockets take a moment to close. What the test runner itself holds was there before.
  const giveUpAt = performance.now() + 5_000;
  const left = (): string[] =>
    Object.entries(resources()).flatMap(([kind, n]) => (n > (baseline[kind] ?? 0) ? [`${kind}: ${n}`] : []));
  while (left().length > 0 && performance.now() < giveUpAt) await wait(20);
  expect(left()).toEqual([]);
});
