import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { createTables, DeadlineExceededError, ThrottledError, TransactionCanceledError } from '@tabletheory/core';
import { startEngine } from '@tabletheory/local';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { thrownBy } from '../support/thrown.ts';
import { MOST_OVERRUN, type Overrun, stopwatch } from './deadline.ts';
import { always, type Fault, type FaultSource, scripted } from './fault.ts';
import { startFaultyTables } from './faulty-tables.ts';
import { models } from './models.ts';
import { report } from './report.ts';

const engine = await startEngine({ models });
const client = new DynamoDBClient(engine.clientConfig);
const stored = createTables({ client, models });
const latencies: Record<string, number> = {};
afterAll(async () => {
  client.destroy();
  await engine.stop();
  const rounded = Object.entries(latencies).map(([name, value]) => [name, `${value.toFixed(1)} ms`]);
  report('From abort to error', Object.fromEntries(rounded));
});

const reason = new Error('out of time');
const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const keyOf = (second: number) => ({ sensorId: 'big', takenAt: at(second) });
const ROWS = 30;

// DynamoDB answers with 1 MB at most, so these are read in three requests and more.
beforeAll(async () => {
  const put = Array.from({ length: ROWS }, (_, i) => ({ ...keyOf(i), value: i, remark: 'x'.repeat(100_000) }));
  expect(await stored.samples.batchWrite({ put })).toMatchObject({ written: ROWS });
});

const pass: Fault = { kind: 'pass' };
const stall: Fault = { kind: 'stall', done: false };
const throttle: Fault = { kind: 'throttle' };

/** The given faults, then a last one without end. */
function thenAlways(first: readonly Fault[], last: Fault): FaultSource {
  const script = [...first];
  return () => script.shift() ?? last;
}

interface Case {
  readonly faults: FaultSource;
  /** The requests that have arrived when the signal aborts. */
  readonly requests: number;
  readonly call: (tables: any) => Promise<unknown>;
  readonly config?: DynamoDBClientConfig;
  readonly sent?: boolean;
}

const samples = (tables: any) => tables.samples.where('sensorId', '=', 'big');
const keys = (count: number) => Array.from({ length: count }, (_, i) => keyOf(i));
const small = (count: number) => Array.from({ length: count }, (_, i) => ({ sensorId: 's', takenAt: at(i), value: i }));

async function readEach(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

const cases: Record<string, Case> = {
  'a request': { faults: always(stall), requests: 1, call: (t) => t.counters.put({ counterId: 'a' }) },
  'a slow body': {
    faults: always({ kind: 'slowBody', pause: 500 }),
    requests: 1,
    call: (t) => t.samples.get(keyOf(0)),
  },
  'a loop over pages': { faults: thenAlways([pass], stall), requests: 2, call: (t) => samples(t).all() },
  'a count of several requests': { faults: thenAlways([pass], stall), requests: 2, call: (t) => samples(t).count() },
  'a loop over items': { faults: thenAlways([pass], stall), requests: 2, call: (t) => readEach(samples(t).items()) },
  'a parallel scan': {
    faults: always(stall),
    requests: 4,
    call: (t) => t.samples.scan({ segments: 4 }).all(),
  },
  'a chunk of a batch of reads': {
    faults: thenAlways([pass], stall),
    requests: 2,
    call: (t) => t.samples.batchGet(keys(150), { concurrency: 1 }),
  },
  'a chunk of a batch of writes': {
    faults: thenAlways([pass], stall),
    requests: 2,
    call: (t) => t.samples.batchWrite({ put: small(50) }, { concurrency: 1 }),
  },
  'the back-off of a batch': {
    faults: always({ kind: 'partialBatch', processed: 0 }),
    requests: 4,
    call: (t) => t.samples.batchGet(keys(3), { maxAttempts: 1_000 }),
  },
  'the back-off of a read that is throttled': { faults: always(throttle), requests: 1, call: (t) => samples(t).all() },
  'the back-off of a write that is throttled': {
    faults: always(throttle),
    requests: 1,
    call: (t) => t.counters.update({ counterId: 'a' }, { count: 1 }),
  },
  'the back-off of an adaptive client': {
    faults: always(throttle),
    requests: 1,
    config: { retryMode: 'adaptive' },
    call: (t) => samples(t).all(),
  },
  'a wait for credentials': {
    faults: always(pass),
    requests: 0,
    config: { credentials: () => new Promise(() => {}) },
    sent: false,
    call: (t) => samples(t).all(),
  },
};

describe('a signal that aborts during', () => {
  test.each(Object.entries(cases))(
    '%s ends it at once',
    async (name, { faults, requests, call, config, sent = true }) => {
      await using faulty = await startFaultyTables(engine, models, {
        faults,
        quick: false,
        config: { maxAttempts: 100, ...config },
      });
      const controller = new AbortController();
      let sinceAbort: (() => Overrun) | undefined;
      let late: Overrun | undefined;
      let ended = false;
      let begun = false;
      const observe = (): undefined => {
        begun = true;
      };
      const bound = faulty.tables.$bind({ signal: controller.signal, remaining: () => 60_000, observe });
      const running = call(bound).finally(() => {
        ended = true;
        late = sinceAbort?.();
      });
      running.catch(() => {}); // awaited below
      await expect
        .poll(() => faulty.proxy.requests.length, { interval: 5, timeout: 10_000 })
        .toBeGreaterThanOrEqual(requests);
      await new Promise((resolve) => setTimeout(resolve, 20)); // the answer arrives, and the back-off begins
      expect(begun).toBe(true);
      expect(ended).toBe(false);
      sinceAbort = stopwatch();
      controller.abort(reason);
      const error = await thrownBy(running, DeadlineExceededError);
      latencies[name] = (late as unknown as Overrun).loop;
      expect(latencies[name]).toBeLessThan(MOST_OVERRUN);
      expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', timeLeft: 60_000, sent });
      expect(error.operation).toEqual(expect.any(String));
      expect(error.cause).toBe(reason);
      await new Promise((resolve) => setTimeout(resolve, 50)); // what was under way arrives
      const arrived = faulty.proxy.requests.length;
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect(faulty.proxy.requests.length).toBe(arrived);
      const throttled = faulty.proxy.requests.some(({ fault }) => fault.kind === 'throttle');
      if (throttled) expect(error.lastError).toBeInstanceOf(ThrottledError);
      else expect(error.lastError).toBeUndefined();
    },
  );

  test('the back-off of a transaction leaves it cancelled, and nothing of it done', async () => {
    await using faulty = await startFaultyTables(engine, models, { faults: always({ kind: 'conflict', position: 0 }) });
    const controller = new AbortController();
    const running = faulty.tables
      .$withSignal(controller.signal)
      .$transactWrite((tx) => [tx.counters.put({ counterId: 'never' })]);
    running.catch(() => {}); // awaited below
    await expect.poll(() => faulty.proxy.requests.length, { interval: 2, timeout: 10_000 }).toBeGreaterThan(2);
    const sinceAbort = stopwatch();
    controller.abort(reason);
    const error: any = await running.catch((thrown) => thrown);
    latencies['the back-off of a transaction'] = sinceAbort().loop;
    expect(latencies['the back-off of a transaction']).toBeLessThan(MOST_OVERRUN);
    // In a request instead of a wait, it is the deadline's error.
    if (error instanceof TransactionCanceledError) expect(error.retryable).toBe(true);
    else expect(error).toBeInstanceOf(DeadlineExceededError);
    expect(await stored.counters.get({ counterId: 'never' })).toBeUndefined();
  });
});

describe('a back-off that cannot end in time is not begun', () => {
  test('by the client', async () => {
    await using faulty = await startFaultyTables(engine, models, {
      faults: always(throttle),
      quick: false,
      config: { maxAttempts: 10 },
    });
    const { signal } = new AbortController();
    const bound = faulty.tables.$bind({ signal, remaining: () => 5 });
    const startedAt = performance.now();
    const error = await thrownBy(bound.counters.put({ counterId: 'late' }), DeadlineExceededError);
    expect(performance.now() - startedAt).toBeLessThan(500); // its back-offs take up to 1, 2, 4, ... 20 seconds
    expect(error).toMatchObject({ operation: 'PutItem', model: 'Counter', timeLeft: 5, sent: true, mayBeDone: false });
    expect(error.lastError).toBeInstanceOf(ThrottledError);
    expect(error.cause).toBeUndefined();
    expect(faulty.proxy.requests.length).toBeLessThan(4);
  });

  test('of a batch: what was left is told', async () => {
    await using faulty = await startFaultyTables(engine, models, {
      faults: scripted({ kind: 'partialBatch', processed: 2 }),
    });
    const put = small(3);
    const writing = faulty.tables.$bind({ remaining: () => 0 }).samples.batchWrite({ put });
    const { partial } = await thrownBy(writing, DeadlineExceededError);
    expect(partial).toMatchObject({ written: 2, unprocessed: { put: [put[2]], delete: [] } });
  });
});

describe('a read that is stopped between two pages', () => {
  const stopSecond = async (call: (tables: any) => Promise<unknown>) => {
    const faulty = await startFaultyTables(engine, models, { faults: scripted(pass, stall) });
    await using _ = faulty;
    const controller = new AbortController();
    const running = call(faulty.tables.$withSignal(controller.signal));
    running.catch(() => {}); // awaited below
    await expect.poll(() => faulty.proxy.requests.length, { interval: 5, timeout: 10_000 }).toBe(2);
    controller.abort(reason);
    return thrownBy(running, DeadlineExceededError);
  };
  const values = (items: readonly unknown[] = []): number[] => items.map((item) => (item as { value: number }).value);
  const all = Array.from({ length: ROWS }, (_, i) => i);

  test('has the first in its error, and a cursor to exactly the rest', async () => {
    const { partial } = await stopSecond((t) => samples(t).all());
    const first = values(partial?.items);
    expect(first.length).toBeGreaterThan(0);
    const rest = await samples(stored).all({ cursor: partial?.cursor });
    expect([...first, ...values(rest)]).toEqual(all);
  });

  test('has counted some, and a cursor to count the others', async () => {
    const { partial } = await stopSecond((t) => samples(t).count());
    expect(partial?.count).toBeGreaterThan(0);
    expect((partial?.count ?? 0) + (await samples(stored).count({ cursor: partial?.cursor }))).toBe(ROWS);
  });

  test('leaves the item after those that were handed out to be read next', async () => {
    const seen: unknown[] = [];
    const { partial } = await stopSecond(async (t) => {
      for await (const item of samples(t).items()) seen.push(item);
    });
    expect(partial?.items).toEqual([]);
    const rest = await samples(stored).all({ cursor: partial?.cursor });
    expect([...values(seen), ...values(rest)]).toEqual(all);
  });
});
