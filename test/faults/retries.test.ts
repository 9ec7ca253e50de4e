import { inspect } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  ConditionFailedError,
  ConnectionFailedError,
  createTables,
  DeadlineExceededError,
  ItemNotFoundError,
  ServiceError,
  type TableTheoryError,
  ThrottledError,
  TransactionCanceledError,
} from '@tabletheory/core';
import { startEngine } from '@tabletheory/local';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { thrownBy } from '../support/thrown.ts';
import { always, type Fault, scripted } from './fault.ts';
import { type FaultyTables, startFaultyTables } from './faulty-tables.ts';
import { models } from './models.ts';

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
  id = `id-${ids++}`;
  // A client of its own: each has a store of tries that failures use up.
  faulty = await startFaultyTables(engine, models, {
    config: { requestHandler: { requestTimeout: 500, throwOnRequestTimeout: true } },
  });
  ({ proxy, tables } = faulty);
});
afterEach(() => faulty[Symbol.asyncDispose]());

const parcel = () => ({
  parcelId: id,
  contents: 's3cret',
  weight: 1e21,
  price: '10.50',
  label: new Uint8Array([1, 2, 3]),
  tags: new Set(['z', 'a', 'm']),
  sizes: new Set([20, 3, 100.5]),
});

/** Meets these faults, then none; counts its own requests. */
async function meeting<T>(faults: readonly Fault[], call: () => Promise<T>): Promise<{ result: T; requests: number }> {
  const before = proxy.requests.length;
  proxy.use(scripted(...faults));
  const result = await call();
  return { result, requests: proxy.requests.length - before };
}

const lost: Fault = { kind: 'reset', done: true };

const lostAnswers: [what: string, fault: Fault][] = [
  ['a connection that is reset', lost],
  ['silence', { kind: 'stall', done: true }],
  ['an answer that breaks off', { kind: 'truncatedBody' }],
  ['an answer that is reset', { kind: 'resetBody' }],
  ['an answer that is half the JSON', { kind: 'truncatedJson' }],
  ['an answer that is damaged', { kind: 'corruptedBody' }],
  ['a service that fails after the write', { kind: 'serverError', status: 500, done: true }],
];

describe.each(lostAnswers)('after %s', (_, fault) => {
  test('a create is acknowledged, once', async () => {
    const { result, requests } = await meeting([fault], () => tables.parcels.create(parcel()));
    expect(requests).toBe(2);
    expect(result).toEqual(await stored.parcels.get({ parcelId: id }));
  });

  test('a put of a version is acknowledged, once', async () => {
    const first = await stored.parcels.create(parcel());
    const { result } = await meeting([fault], () => tables.parcels.put({ ...first, weight: 2 }));
    expect(result).toMatchObject({ weight: 2, version: 2 });
    expect(result).toEqual(await stored.parcels.get({ parcelId: id }));
  });

  test('a transaction is done once', async () => {
    await stored.counters.create({ counterId: id });
    const { requests } = await meeting([fault], () =>
      tables.$transactWrite((tx) => [
        tx.parcels.create(parcel()),
        tx.counters.update({ counterId: id }, (u) => u.add('count', 1)),
      ]),
    );
    expect(requests).toBe(2);
    expect(await stored.counters.get({ counterId: id })).toMatchObject({ count: 1 });
    const tokens = proxy.requests.slice(-2).map(({ input }) => input.ClientRequestToken);
    expect(new Set(tokens).size).toBe(1);
  });

  test('an item with a unique value is created and changed once', async () => {
    await meeting([fault], () => tables.accounts.create({ accountId: id, email: `${id}@example.com` }));
    const pass: Fault = { kind: 'pass' };
    const { result } = await meeting([pass, fault], () =>
      tables.accounts.update({ accountId: id }, (u) => u.set('email', `${id}@example.org`).add('visits', 1)),
    );
    expect(result).toMatchObject({ email: `${id}@example.org`, visits: 1, version: 2 });
  });

  test('a guarded update happens once, and says that it may have', async () => {
    const { version } = await stored.parcels.create(parcel());
    const update = () => tables.parcels.update({ parcelId: id }, (u) => u.add('stops', 1), { version });
    const error = await thrownBy(
      meeting([fault], update).then(({ result }) => result),
      ConditionFailedError,
    );
    expect(error).toMatchObject({ mayBeDone: true, item: { stops: 1, version: 2 } });
    const stale = await thrownBy(update(), ConditionFailedError);
    expect(stale).toMatchObject({ mayBeDone: false });
    expect(await stored.parcels.get({ parcelId: id })).toMatchObject({ stops: 1 });
  });

  test('a delete has happened', async () => {
    const { version } = await stored.parcels.create(parcel());
    const error = await thrownBy(
      meeting([fault], () => tables.parcels.delete({ parcelId: id }, { version })),
      ItemNotFoundError,
    );
    expect(error.mayBeDone).toBe(true);
    expect(await stored.parcels.get({ parcelId: id })).toBeUndefined();
    await stored.parcels.create(parcel());
    const { result } = await meeting([fault], () => tables.parcels.delete({ parcelId: id }));
    expect(result).toBeUndefined();
    expect(await stored.parcels.get({ parcelId: id })).toBeUndefined();
  });

  // DynamoDB has no token for a single update: what must count exactly goes into a transaction, or has a version.
  test('an unguarded counter may have counted twice', async () => {
    await stored.counters.create({ counterId: id });
    await meeting([fault], () => tables.counters.update({ counterId: id }, (u) => u.add('count', 1)));
    expect(await stored.counters.get({ counterId: id })).toMatchObject({ count: 2 });
  });

  test('the last error of a write says that it may have happened', async () => {
    const throttles: Fault[] = Array(3).fill({ kind: 'throttle' });
    const failing = (faults: Fault[]) => meeting(faults, () => tables.counters.put({ counterId: id, count: 1 }));
    expect(await thrownBy(failing([fault, ...throttles]), ThrottledError)).toMatchObject({ mayBeDone: true });
    expect(await stored.counters.get({ counterId: id })).toMatchObject({ count: 1 });
    const untouched = await thrownBy(failing([{ kind: 'throttle' }, ...throttles]), ThrottledError);
    expect(untouched.mayBeDone).toBe(false);
  });
});

test('a create that was only throttled does not take an equal item of another writer for its own', async () => {
  await stored.counters.create({ counterId: id });
  const creating = meeting([{ kind: 'throttle' }], () => tables.counters.create({ counterId: id }));
  expect(await thrownBy(creating, ConditionFailedError)).toMatchObject({ mayBeDone: false });
});

test.each<[type: new (...args: any[]) => TableTheoryError, fault: Fault]>([
  [ThrottledError, { kind: 'throttle', name: 'ProvisionedThroughputExceededException' }],
  [ServiceError, { kind: 'serverError', status: 500, done: true }],
  [ServiceError, { kind: 'serverError', status: 503, done: false }],
  [ConnectionFailedError, { kind: 'reset', done: false }],
  [ConnectionFailedError, { kind: 'truncatedBody' }],
  [ConnectionFailedError, { kind: 'corruptedBody' }],
])('%o without end is a %o, after four tries and without a value', async (type, fault) => {
  await stored.parcels.create(parcel());
  const before = proxy.requests.length;
  proxy.use(always(fault));
  const error = await thrownBy(tables.parcels.get({ parcelId: id }), type);
  expect(error).toMatchObject({ retryable: true, operation: 'GetItem', model: 'Parcel', mayBeDone: false });
  expect(proxy.requests.length - before).toBe(4);
  expect(inspect(error, { depth: 10 })).not.toContain('s3cret');
  const written = await thrownBy(tables.counters.put({ counterId: id }), type);
  expect(written.mayBeDone).toBe(fault.kind !== 'throttle');
});

test('an answer that comes slowly is an answer', async () => {
  await stored.parcels.create(parcel());
  const { result, requests } = await meeting([{ kind: 'slowBody' }], () => tables.parcels.get({ parcelId: id }));
  expect(result).toMatchObject({ contents: 's3cret', version: 1 });
  expect(requests).toBe(1);
});

describe('a write with a unique value whose result cannot be read', () => {
  const pass: Fault = { kind: 'pass' };
  const change = (of: typeof tables) => of.accounts.update({ accountId: id }, { email: `${id}@example.org` });

  test('has happened, and says so', async () => {
    await stored.accounts.create({ accountId: id, email: `${id}@example.com` });
    const throttles: Fault[] = Array(4).fill({ kind: 'throttle' });
    const error = await thrownBy(
      meeting([pass, pass, ...throttles], () => change(tables)),
      ThrottledError,
    );
    expect(error).toMatchObject({ operation: 'GetItem', mayBeDone: true });
    expect(await stored.accounts.get({ accountId: id })).toMatchObject({ email: `${id}@example.org` });
  });

  test('because time ran out after it, has been sent', async () => {
    await stored.accounts.create({ accountId: id, email: `${id}@example.com` });
    const controller = new AbortController();
    const observe = ({ name }: { name: string }) =>
      name === 'TransactWriteItems' ? () => controller.abort() : undefined;
    const bound = tables.$bind({ signal: controller.signal, observe });
    const error = await thrownBy(
      meeting([], () => change(bound)),
      DeadlineExceededError,
    );
    expect(error).toMatchObject({ sent: true, mayBeDone: true });
    expect(await stored.accounts.get({ accountId: id })).toMatchObject({ email: `${id}@example.org` });
  });
});

describe('a batch that is stopped after an answer was lost', () => {
  const put = () => [0, 1, 2].map((i) => ({ sensorId: id, takenAt: new Date(Date.UTC(2026, 0, 1, 0, i)), value: i }));
  /** Meets the first fault, then does one write of three, and has no time for the others. */
  const stopped = async (first: Fault): Promise<DeadlineExceededError> => {
    const end = proxy.requests.length + 2;
    const bound = tables.$bind({ remaining: () => (proxy.requests.length < end ? 60_000 : 0) });
    const writing = meeting([first, { kind: 'partialBatch', processed: 1 }], () =>
      bound.samples.batchWrite({ put: put() }),
    );
    return thrownBy(writing, DeadlineExceededError);
  };

  test('says that what the next one left unprocessed may be done', async () => {
    const error = await stopped(lost);
    expect(error).toMatchObject({ mayBeDone: true, partial: { written: 1 } });
    expect(error.partial?.unprocessed).toEqual({ put: put().slice(1), delete: [] });
    expect(await stored.samples.where('sensorId', '=', id).all()).toEqual(put());
  });

  test('says that it is not, where the first one was refused', async () => {
    expect(await stopped({ kind: 'throttle' })).toMatchObject({ mayBeDone: false, partial: { written: 1 } });
    expect(await stored.samples.where('sensorId', '=', id).all()).toEqual(put().slice(0, 1));
  });
});

describe('a transaction that meets others on its items', () => {
  const transfer = (of: typeof tables) =>
    of.$transactWrite((tx) => [
      tx.counters.update({ counterId: `${id}-a` }, (u) => u.add('count', -1)),
      tx.counters.update({ counterId: `${id}-b` }, (u) => u.add('count', 1)),
    ]);
  const conflict: Fault = { kind: 'conflict', position: 1 };
  beforeEach(async () => {
    await stored.counters.create({ counterId: `${id}-a` });
    await stored.counters.create({ counterId: `${id}-b` });
  });

  test('is tried again, in time, until it is done', async () => {
    const bound = tables.$bind({ signal: AbortSignal.timeout(15_000), remaining: () => 15_000 });
    const { requests } = await meeting([conflict, conflict, conflict], () => transfer(bound));
    expect(requests).toBe(4);
    expect(await stored.counters.get({ counterId: `${id}-b` })).toMatchObject({ count: 1 });
  });

  test('fails as soon as there is no time to wait, and may be repeated', async () => {
    const before = proxy.requests.length;
    const bound = tables.$bind({ remaining: () => 0 });
    const error = await thrownBy(
      meeting([conflict], () => transfer(bound)),
      TransactionCanceledError,
    );
    expect(error).toMatchObject({ retryable: true, mayBeDone: false });
    expect(error.reasons).toEqual([{ index: 1, model: 'Counter', action: 'update', code: 'TransactionConflict' }]);
    expect(proxy.requests.length - before).toBe(1);
    expect(await stored.counters.get({ counterId: `${id}-a` })).toMatchObject({ count: 0 });
  });

  test('makes a single write on one of them wait', async () => {
    const { requests } = await meeting([conflict, conflict], () =>
      tables.counters.update({ counterId: `${id}-a` }, (u) => u.add('count', 1)),
    );
    expect(requests).toBe(3);
    expect(await stored.counters.get({ counterId: `${id}-a` })).toMatchObject({ count: 1 });
  });

  test('reads all its items again', async () => {
    const { result } = await meeting([conflict, { kind: 'reset', done: true }], () =>
      tables.$transactGet((tx) => [
        tx.counters.get({ counterId: `${id}-a` }),
        tx.counters.get({ counterId: `${id}-b` }),
      ]),
    );
    expect(result.map((counter) => counter?.count)).toEqual([0, 0]);
  });
});
