import { ConditionFailedError, UniqueViolationError } from '@tabletheory/core';
import { expect } from 'vitest';
import type { Random } from './random.ts';
import type { FaultTables, Parcel, Ref, Row, State, Step } from './step.ts';

/** What a step is made from: the names of a lane's items, what is stored, and the choices. */
export interface Choices {
  readonly lane: string;
  readonly random: Random;
  stored(ref: Ref): Row | undefined;
}

type MakeStep = (choices: Choices) => Step;

const parcelRef = ({ lane, random }: Choices): Ref => ({
  table: 'parcels',
  key: { parcelId: `${lane}-p${random.integer(5)}` },
});
const counterRef = ({ lane, random }: Choices): Ref => ({
  table: 'counters',
  key: { counterId: `${lane}-c${random.integer(3)}` },
});
const accountRef = ({ lane, random }: Choices): Ref => ({
  table: 'accounts',
  key: { accountId: `${lane}-a${random.integer(4)}` },
});
const emailOf = ({ lane, random }: Choices): string => `${lane}-${random.integer(5)}@example.com`;

function newParcel({ key }: Ref, random: Random): any {
  return {
    ...key,
    contents: `contents ${random.integer(1000)}`,
    weight: random.pick([1e20, 3e21, 1 / 8]) * (1 + random.integer(9)), // DynamoDB spells large ones out
    price: String(random.integer(10_000) / 100),
    label: new Uint8Array([random.integer(256), random.integer(256)]),
    tags: new Set([`t${random.integer(9)}`, 'a']),
    sizes: new Set([random.integer(9) + 0.5, 100]),
  };
}

const createParcel: MakeStep = (choices) => {
  const ref = parcelRef(choices);
  const item = newParcel(ref, choices.random);
  return {
    name: 'create',
    refs: [ref],
    refused: choices.stored(ref) && ConditionFailedError,
    run: (t) => t.parcels.create(item),
    after: () => [{ ...item, version: 1 }],
    results: (created) => [created],
  };
};

const putParcel: MakeStep = (choices) => {
  const ref = parcelRef(choices);
  const read = choices.stored(ref) as Parcel | undefined;
  const item = { ...newParcel(ref, choices.random), ...(read && { version: read.version, createdAt: read.createdAt }) };
  return {
    name: 'put',
    refs: [ref],
    run: (t) => t.parcels.put(item),
    after: () => [{ ...item, version: (read?.version ?? 0) + 1 }],
    results: (put) => [put],
  };
};

const updateParcel: MakeStep = (choices) => {
  const ref = parcelRef(choices);
  const read = choices.stored(ref) as Parcel | undefined;
  if (read === undefined) return createParcel(choices);
  const version = choices.random.next() < 0.8 ? read.version : read.version + 5;
  return {
    name: 'update of a version',
    refs: [ref],
    refused: version === read.version ? undefined : ConditionFailedError,
    guarded: true,
    run: (t) => t.parcels.update(ref.key as any, (u) => u.add('stops', 1).set('weight', 7), { version }),
    after: () => [
      { ...read, updatedAt: expect.any(Date), stops: read.stops + 1, weight: 7, version: read.version + 1 },
    ],
    results: (updated) => [updated],
  };
};

const deleteParcel: MakeStep = (choices) => {
  const ref = parcelRef(choices);
  const read = choices.stored(ref) as Parcel | undefined;
  const guarded = read !== undefined && choices.random.next() < 0.5;
  return {
    name: guarded ? 'delete of a version' : 'delete',
    refs: [ref],
    guarded,
    repeatable: !guarded,
    run: (t) => t.parcels.delete(ref.key as any, guarded ? { version: read.version } : {}),
    after: () => [undefined],
  };
};

const count: MakeStep = (choices) => {
  const ref = counterRef(choices);
  return {
    name: 'upsert, or add',
    refs: [ref],
    repeatable: true,
    run: (t) =>
      choices.stored(ref) === undefined
        ? t.counters.upsert(ref.key as any)
        : t.counters.update(ref.key as any, (u) => u.add('count', 1)),
    after: ([before], times) => [{ ...ref.key, count: before === undefined ? 0 : (before.count as number) + times }],
    results: (counter) => [counter],
  };
};

const transact: MakeStep = (choices) => {
  const refs = [parcelRef(choices), counterRef(choices)];
  const [parcel, counter] = refs.map(choices.stored);
  if (counter === undefined) return count(choices);
  const item = newParcel(refs[0] as Ref, choices.random);
  const create = parcel === undefined;
  return {
    name: 'transaction',
    refs,
    run: (t) =>
      t.$transactWrite((tx) => [
        create ? tx.parcels.create(item) : tx.parcels.delete(refs[0]?.key as any),
        tx.counters.update(refs[1]?.key as any, (u) => u.add('count', 10)),
      ]),
    after: () => [create ? { ...item, version: 1 } : undefined, { ...counter, count: (counter.count as number) + 10 }],
    check: ([created], [now]) => expect(created).toEqual(now),
  };
};

function holder(choices: Choices, email: string, except: Ref): boolean {
  return [0, 1, 2, 3]
    .map((i): Ref => ({ table: 'accounts', key: { accountId: `${choices.lane}-a${i}` } }))
    .some((ref) => ref.key.accountId !== except.key.accountId && choices.stored(ref)?.email === email);
}

const writeAccount: MakeStep = (choices) => {
  const ref = accountRef(choices);
  const read = choices.stored(ref) as { version: number; visits: number } | undefined;
  const email = emailOf(choices);
  const taken = holder(choices, email, ref) ? UniqueViolationError : undefined;
  const exists = read !== undefined;
  return {
    name: exists ? 'update of a unique value' : 'create of a unique value',
    refs: [ref],
    refused: taken,
    run: (t) =>
      exists
        ? t.accounts.update(ref.key as any, (u) => u.set('email', email).add('visits', 1))
        : t.accounts.create({ ...ref.key, email } as any),
    after: () => [{ ...ref.key, email, visits: exists ? read.visits + 1 : 0, version: exists ? read.version + 1 : 1 }],
    results: (account) => [account],
  };
};

const deleteAccount: MakeStep = (choices) => {
  const ref = accountRef(choices);
  return {
    name: 'delete of a unique value',
    refs: [ref],
    run: (t) => t.accounts.delete(ref.key as any),
    after: () => [undefined],
    check: (deleted, _, [before]) => expect(deleted).toEqual(before),
  };
};

const sampleRefs = ({ lane }: Choices, howMany: number): Ref[] =>
  Array.from({ length: howMany }, (_, i) => ({
    table: 'samples',
    key: { sensorId: lane, takenAt: new Date(Date.UTC(2026, 0, 1, 0, i)) },
  }));

const writeSamples: MakeStep = (choices) => {
  const { random } = choices;
  const refs = sampleRefs(choices, 5 + random.integer(45));
  const states = refs.map(({ key }) => (random.next() < 0.8 ? { ...key, value: random.integer(1e6) } : undefined));
  const put = states.filter((state) => state !== undefined) as any[];
  const keys = refs.filter((_, i) => states[i] === undefined).map(({ key }) => key) as any[];
  const maxAttempts = 1 + random.integer(3);
  const check = ({ written, unprocessed }: any, now: State, before: State, mayBeDone = true): void => {
    expect(written + unprocessed.put.length + unprocessed.delete.length).toBe(refs.length);
    const left = new Set<unknown>([...unprocessed.put, ...unprocessed.delete]);
    expect(left.size).toBe(refs.length - written); // each is given back once, as it was given
    for (const item of left) expect(put.includes(item) || keys.includes(item)).toBe(true);
    for (const [i, state] of states.entries()) {
      const given = state ?? keys.find(({ takenAt }) => takenAt === refs[i]?.key.takenAt);
      if (!left.has(given)) expect(now[i]).toEqual(state);
      else if (!mayBeDone) expect(now[i]).toEqual(before[i]);
    }
  };
  return {
    name: 'batch of writes',
    refs,
    repeatable: true,
    independent: true,
    run: (t) => t.samples.batchWrite({ put, delete: keys }, { concurrency: 1, maxAttempts }),
    after: () => states,
    check: (result, now, before) => check(result, now, before),
    checkPartial: check,
  };
};

/** What reads promise: every key asked for is answered once, and answers are what is stored. */
const readSamples: MakeStep = (choices) => {
  const refs = sampleRefs(choices, 5 + choices.random.integer(60));
  const maxAttempts = 1 + choices.random.integer(3);
  return {
    name: 'batch of reads',
    refs,
    run: (t) =>
      t.samples.batchGet(refs.map(({ key }) => key) as any[], { concurrency: 1, maxAttempts, consistent: true }),
    after: (before) => before,
    check: ({ items, missing, unprocessed }, now) => {
      expect(items.length + missing.length + unprocessed.length).toBe(refs.length);
      const open = new Set(unprocessed);
      const read = refs.flatMap(({ key }, i) => (open.has(key) || now[i] === undefined ? [] : [now[i]]));
      expect(items).toEqual(read);
      expect(missing).toEqual(
        refs.filter(({ key }, i) => !open.has(key) && now[i] === undefined).map(({ key }) => key),
      );
    },
  };
};

const readAll: MakeStep = (choices) => {
  const refs = sampleRefs(choices, 50);
  return {
    name: 'query',
    refs,
    run: (t: FaultTables) => t.samples.where('sensorId', '=', choices.lane).all(),
    after: (before: State) => before,
    check: (items, now) => expect(items).toEqual(now.filter((row) => row !== undefined)),
  };
};

const STEPS: readonly [MakeStep, ...MakeStep[]] = [
  createParcel,
  createParcel,
  putParcel,
  updateParcel,
  updateParcel,
  deleteParcel,
  count,
  count,
  transact,
  transact,
  writeAccount,
  writeAccount,
  deleteAccount,
  writeSamples,
  readSamples,
  readAll,
];

/** The next operation of a lane. */
export function makeStep(choices: Choices): Step {
  return choices.random.pick(STEPS)(choices);
}
