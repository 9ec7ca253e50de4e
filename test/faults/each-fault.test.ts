import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AccessDeniedError, ConnectionFailedError, createTables, type TableTheoryError } from '@tabletheory/core';
import { startEngine } from '@tabletheory/local';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { thrownBy } from '../support/thrown.ts';
import { always, type Fault, PASS, scripted } from './fault.ts';
import { type FaultyTables, startFaultyTables } from './faulty-tables.ts';
import { models } from './models.ts';

const HOUR = 3_600_000;

const engine = await startEngine({ models });
const client = new DynamoDBClient(engine.clientConfig);
const stored = createTables({ client, models });
afterAll(async () => {
  client.destroy();
  await engine.stop();
});

let faulty: FaultyTables<typeof models>;
let { proxy, tables } = {} as typeof faulty;
let id = '';
let ids = 0;
beforeEach(async () => {
  id = `each-${ids++}`;
  faulty = await startFaultyTables(engine, models, {
    config: { requestHandler: { requestTimeout: 1_000, throwOnRequestTimeout: true } },
  });
  ({ proxy, tables } = faulty);
});
afterEach(() => faulty[Symbol.asyncDispose]());

const samples = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    sensorId: id,
    takenAt: new Date(Date.UTC(2026, 0, 1, 0, 0, i)),
    value: i,
  }));

// `again`: how often a request that meets it is sent.
const faults: [what: string, fault: Fault, again: number][] = [
  ['a throttle of the table', { kind: 'throttle', name: 'ProvisionedThroughputExceededException' }, 2],
  ['a throttle that says how long', { kind: 'throttle', retryAfter: 0.01 }, 2],
  ['a 500', { kind: 'serverError', status: 500, done: false }, 2],
  ['a 500 after it was done', { kind: 'serverError', status: 500, done: true }, 2],
  ['a 503', { kind: 'serverError', status: 503, done: false }, 2],
  ['a conflict', { kind: 'conflict', position: 0 }, 2],
  ['a reset', { kind: 'reset', done: false }, 2],
  ['a reset after it was done', { kind: 'reset', done: true }, 2],
  ['a reset before the body of the request', { kind: 'resetRequest', after: 0 }, 2],
  ['a reset within the body of the request', { kind: 'resetRequest', after: 10 }, 2],
  ['a reset within the body of the answer', { kind: 'resetBody' }, 2],
  ['an answer that ends early', { kind: 'truncatedBody' }, 2],
  ['truncated JSON', { kind: 'truncatedJson' }, 2],
  ['corrupted JSON', { kind: 'corruptedBody' }, 2],
  ['silence', { kind: 'stall', done: false }, 2],
  ['silence after it was done', { kind: 'stall', done: true }, 2],
  ['a slow drip', { kind: 'slowBody' }, 1],
  ['a clock that is an hour behind', { kind: 'clockSkew', ahead: HOUR }, 2],
  ['a clock that is an hour ahead', { kind: 'clockSkew', ahead: -HOUR }, 2],
  ['credentials that have expired', { kind: 'expiredCredentials' }, 2],
];

describe.each(faults)('%s, once', (_, fault, again) => {
  const sent = async <T>(call: () => Promise<T>): Promise<T> => {
    const before = proxy.requests.length;
    proxy.use(scripted(fault));
    const result = await call();
    expect(proxy.requests.length - before).toBe(again);
    return result;
  };

  test('a create is acknowledged and stored', async () => {
    const item = { parcelId: id, contents: 'x', weight: 1, price: '1.50' };
    const created = await sent(() => tables.parcels.create(item));
    expect(await stored.parcels.get({ parcelId: id })).toEqual(created);
  });

  test('a read is what is stored', async () => {
    const put = samples(20);
    await stored.samples.batchWrite({ put });
    expect(await sent(() => tables.samples.where('sensorId', '=', id).all())).toEqual(put);
  });

  test('a transaction is done once', async () => {
    await stored.counters.create({ counterId: id });
    await sent(() => tables.$transactWrite((tx) => [tx.counters.update({ counterId: id }, (u) => u.add('count', 1))]));
    expect(await stored.counters.get({ counterId: id })).toEqual({ counterId: id, count: 1 });
  });

  test('a batch is written', async () => {
    const put = samples(25);
    expect(await sent(() => tables.samples.batchWrite({ put }))).toMatchObject({ written: 25 });
    expect(await stored.samples.where('sensorId', '=', id).all()).toEqual(put);
  });
});

test('a batch that is done in part is sent again for the rest', async () => {
  const put = samples(25);
  proxy.use(scripted({ kind: 'partialBatch', processed: 7 }, { kind: 'partialBatch', processed: 0 }));
  expect(await tables.samples.batchWrite({ put })).toMatchObject({ written: 25 });
  const sizes = proxy.requests.map(({ input }) => input.RequestItems.samples.length);
  expect(sizes).toEqual([25, 18, 18]);
  expect(await stored.samples.where('sensorId', '=', id).all()).toEqual(put);
});

test('a reset within the body of a large request leaves nothing of it done', async () => {
  await using patient = await startFaultyTables(engine, models);
  const put = samples(25).map((sample) => ({ ...sample, remark: 'x'.repeat(100_000) }));
  patient.proxy.use(always({ kind: 'resetRequest', after: 100_000 }));
  const error = await thrownBy(patient.tables.samples.batchWrite({ put }), ConnectionFailedError);
  expect(error).toMatchObject({ retryable: true, mayBeDone: true }); // nobody can know how much arrived
  expect(await stored.samples.where('sensorId', '=', id).all()).toEqual([]);
  patient.proxy.use(scripted({ kind: 'resetRequest', after: 100_000 }));
  expect(await patient.tables.samples.batchWrite({ put })).toMatchObject({ written: 25 });
});

test('a value that is changed on its way is never read', async () => {
  await stored.counters.create({ counterId: id, count: 41 });
  proxy.use(scripted({ kind: 'corruptedValue' }));
  expect(await tables.counters.get({ counterId: id })).toEqual({ counterId: id, count: 41 });
  proxy.use(always({ kind: 'corruptedValue' }));
  const error = await thrownBy(tables.counters.get({ counterId: id }), ConnectionFailedError);
  expect(error.retryable).toBe(true);
  expect(error.cause).toBeUndefined(); // it would quote the answer
  expect(proxy.counts()).toMatchObject({ corruptedValue: 5 });
});

test('an answer is not tried for again before the time it names', async () => {
  await using slow = await startFaultyTables(engine, models, { quick: false });
  slow.proxy.use(scripted({ kind: 'throttle', retryAfter: 1.5 }));
  const startedAt = performance.now();
  await slow.tables.counters.put({ counterId: id });
  expect(performance.now() - startedAt).toBeGreaterThan(1_450);
});

describe('the clock', () => {
  const get = () => tables.counters.get({ counterId: id });
  const sentBy = async (call: () => Promise<unknown>): Promise<number> => {
    const before = proxy.requests.length;
    await call();
    return proxy.requests.length - before;
  };

  test('is learned once, for all requests', async () => {
    proxy.use(scripted({ kind: 'clockSkew', ahead: HOUR }));
    expect([await sentBy(get), await sentBy(get), await sentBy(get)]).toEqual([2, 1, 1]);
  });

  test('is learned again when it is put right', async () => {
    proxy.use(scripted({ kind: 'clockSkew', ahead: HOUR }));
    await get();
    proxy.use(scripted({ kind: 'clockSkew', ahead: 0 }));
    expect([await sentBy(get), await sentBy(get)]).toEqual([2, 1]);
  });

  test('is learned by requests that are refused together', async () => {
    proxy.use(scripted({ kind: 'clockSkew', ahead: -HOUR }));
    await Promise.all(Array.from({ length: 10 }, get));
    expect(await sentBy(get)).toBe(1);
  });

  test('that is never right is a refusal in the end', async () => {
    let ahead = 0;
    proxy.use(() => {
      ahead += HOUR;
      return { kind: 'clockSkew', ahead };
    });
    const error = await thrownBy(tables.counters.put({ counterId: id }), AccessDeniedError);
    expect(error.mayBeDone).toBe(false);
    expect(proxy.requests).toHaveLength(4);
  });
});

describe('expired credentials', () => {
  test('are renewed once, for all requests', async () => {
    proxy.use(scripted({ kind: 'expiredCredentials' }));
    await Promise.all(Array.from({ length: 10 }, () => tables.counters.get({ counterId: id })));
    const before = proxy.requests.length;
    await tables.counters.get({ counterId: id });
    expect(proxy.requests.length - before).toBe(1);
  });

  test('that stay the same are a refusal, at once', async () => {
    await using fixed = await startFaultyTables(engine, models, {
      config: { credentials: { ...engine.clientConfig.credentials, sessionToken: 'the only one' } },
    });
    fixed.proxy.use(scripted({ kind: 'expiredCredentials' }));
    const error = await thrownBy(fixed.tables.counters.put({ counterId: id }), AccessDeniedError);
    expect(error).toMatchObject({ mayBeDone: false, message: expect.stringContaining('ExpiredTokenException') });
    expect(fixed.proxy.requests).toHaveLength(1);
  });
});

const unreachable: [what: string, fault: (times: number) => Fault, code: string][] = [
  ['whose name does not exist', (times) => ({ kind: 'dnsFailure', times, code: 'ENOTFOUND' }), 'ENOTFOUND'],
  ['whose name cannot be looked up', (times) => ({ kind: 'dnsFailure', times, code: 'EAI_AGAIN' }), 'EAI_AGAIN'],
  ['that refuses connections', (times) => ({ kind: 'refusedConnection', times }), 'ECONNREFUSED'],
];

describe.each(unreachable)('an endpoint %s', (_, fault, code) => {
  const failNext = async (times: number): Promise<void> => {
    proxy.use(scripted(fault(times)));
    await tables.counters.get({ counterId: 'any' });
    await expect.poll(() => proxy.connections(), { interval: 2 }).toBe(0);
  };

  test('is tried again, and then found', async () => {
    await failNext(2);
    await tables.counters.create({ counterId: id });
    expect(await stored.counters.get({ counterId: id })).toBeDefined();
    expect(proxy.requests.at(-1)?.fault).toBe(PASS);
  });

  test('without end is an error that says that nothing was sent', async () => {
    await failNext(100);
    const calls: (() => Promise<unknown>)[] = [
      () => tables.counters.create({ counterId: id }),
      () => tables.$transactWrite((tx) => [tx.counters.put({ counterId: id })]),
      () => tables.samples.batchWrite({ put: samples(2) }),
    ];
    for (const call of calls) {
      const error: TableTheoryError = await thrownBy(call(), ConnectionFailedError);
      expect(error).toMatchObject({ retryable: true, mayBeDone: false, message: expect.stringContaining(code) });
    }
    expect(proxy.requests).toHaveLength(1);
  });
});
