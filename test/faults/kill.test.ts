import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables, RequestRefusedError } from '@tabletheory/core';
import { startEngine } from '@tabletheory/local';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { thrownBy } from '../support/thrown.ts';
import { type Fault, type FaultSource, PASS } from './fault.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import type { FunctionEvents } from './function.ts';
import { models } from './models.ts';
import { seededRandom } from './random.ts';
import { report } from './report.ts';

const SEED = Number(process.env.FAULT_SEED ?? 20_261_122);
/** How often a function is killed at a random moment. */
const KILLS = Number(process.env.FAULT_KILLS ?? 5);

const engine = await startEngine({ models });
const client = new DynamoDBClient(engine.clientConfig);
const stored = createTables({ client, models });
let folder: string;
let proxy: FaultProxy;
beforeAll(async () => {
  proxy = await startFaultProxy(engine.endpoint);
  folder = await mkdtemp(join(tmpdir(), 'faults-'));
  await build({
    entryPoints: [join(import.meta.dirname, 'function.ts')],
    outfile: join(folder, 'function.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  client.destroy();
  await proxy.stop();
  await engine.stop();
});

interface RunningFunction {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  /** The last event it has acknowledged. */
  acknowledged: number | undefined;
}

function start(run: string, first: number, last: number): RunningFunction {
  const events: FunctionEvents = { endpoint: `http://127.0.0.1:${proxy.port}`, run, first, last };
  const child = spawn(process.execPath, [join(folder, 'function.mjs'), JSON.stringify(events)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const running: RunningFunction = { process: child, ended: once(child, 'close'), acknowledged: undefined };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    running.acknowledged = Number(text.trim().split('\n').at(-1));
  });
  return running;
}

/** How many events of a run are not stored, and how many were counted too often. */
async function wrongOf(run: string, events: number): Promise<{ lost: number; doubled: number }> {
  const each = Array.from({ length: events }, (_, i) => ({ counterId: `${run}-${i}` }));
  const { missing } = await stored.counters.batchGet(each);
  const { count } = await stored.counters.getOrThrow({ counterId: run });
  return { lost: missing.length, doubled: count - (events - missing.length) };
}

const ONCE = { lost: 0, doubled: 0 };

const timesDone = (): number => proxy.requests.filter(({ done }) => done).length;

// When the function dies: its request is in the hands of the network, done, half answered.
const moments: [when: string, fault: Fault, isDone: boolean][] = [
  ['before the engine has its transaction', PASS, false],
  ['when the engine has done it', { kind: 'stall', done: true }, true],
  ['within the answer', { kind: 'slowBody', pause: 200 }, true],
];

test.each(moments)('a function that is killed %s, and tried again, has done it once', async (when, fault, isDone) => {
  const run = when.replaceAll(' ', '-').slice(0, 30);
  await stored.counters.create({ counterId: run });
  proxy.forget();
  let met = 0;
  let running: RunningFunction | undefined;
  const kill = async (): Promise<void> => {
    running?.process.kill('SIGKILL');
    await running?.ended;
  };
  const source: FaultSource = async ({ entries }) => {
    if (++met !== 2) return PASS;
    await entries();
    if (!isDone) await kill(); // and the network still brings what it has
    return fault;
  };
  proxy.use(source);
  running = start(run, 0, 3);
  if (isDone) {
    await expect.poll(timesDone, { interval: 5, timeout: 15_000 }).toBe(2);
    await wait(100);
    await kill();
  }
  await running.ended;
  expect(running.acknowledged).toBe(0);
  expect(running.process.signalCode).toBe('SIGKILL');
  await expect.poll(timesDone, { interval: 5, timeout: 15_000 }).toBe(2);

  const again = start(run, 1, 3);
  await again.ended;
  expect(again.acknowledged).toBe(3);
  expect(await wrongOf(run, 4)).toEqual(ONCE);
  expect(timesDone()).toBe(5); // the second event twice: the engine knows its token
});

test('a transaction that holds the time of its writing is refused the second time, and not doubled', async () => {
  const pay = () =>
    stored.$transactWrite(
      (tx) => [
        tx.parcels.create({ parcelId: 'timed', contents: 'x', weight: 1, price: '1' }),
        tx.counters.update({ counterId: 'timed' }, (u) => u.add('count', 1)),
      ],
      { token: 'timed' },
    );
  await stored.counters.create({ counterId: 'timed' });
  await pay();
  await wait(5);
  const error = await thrownBy(pay(), RequestRefusedError);
  expect(error.message).toContain('IdempotentParameterMismatch');
  expect(await stored.counters.get({ counterId: 'timed' })).toMatchObject({ count: 1 });
});

test('functions that are killed at any moment have done each event once', {
  timeout: 60_000 + KILLS * 5_000,
}, async () => {
  const EVENTS = 3;
  const random = seededRandom(SEED);
  proxy.forget();
  let acknowledged = 0;
  const wrong = { ...ONCE };
  for (let i = 0; i < KILLS; i++) {
    const run = `killed-${i}`;
    await stored.counters.create({ counterId: run });
    proxy.use(() => ({ kind: 'slowBody', pause: 1 + random.integer(8) }));
    const before = proxy.requests.length;
    const running = start(run, 0, EVENTS - 1);
    await expect.poll(() => proxy.requests.length, { interval: 1, timeout: 15_000 }).toBeGreaterThan(before);
    await wait(random.next() * 100);
    running.process.kill('SIGKILL');
    await running.ended;
    acknowledged += running.acknowledged === undefined ? 0 : running.acknowledged + 1;
    proxy.use(() => PASS);
    const again = start(run, (running.acknowledged ?? -1) + 1, EVENTS - 1);
    await again.ended;
    await proxy.idle();
    const { lost, doubled } = await wrongOf(run, EVENTS);
    wrong.lost += lost;
    wrong.doubled += doubled;
  }
  report('Killed functions', {
    seed: SEED,
    kills: KILLS,
    events: KILLS * EVENTS,
    'acknowledged before the kill': acknowledged,
    'done twice by the engine, and counted once': timesDone() - KILLS * EVENTS,
    ...wrong,
  });
  expect(wrong).toEqual(ONCE);
});
