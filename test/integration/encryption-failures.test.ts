import { inspect } from 'node:util';
import {
  createTables,
  DataKeyUnavailableError,
  DeadlineExceededError,
  defineModel,
  type Kms,
  StoredItemInvalidError,
  string,
  type Tables,
} from '@tabletheory/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startEncryptedTables } from '../support/encrypted-tables.ts';
import { thrownBy } from '../support/thrown.ts';

const canary = 'canary-5e2a';

const Customer = defineModel({
  name: 'Customer',
  table: 'customers',
  key: { partition: 'customerId' },
  attributes: { customerId: string(), name: string({ optional: true }), card: string({ encrypted: true }) },
});
const User = defineModel({
  name: 'User',
  table: 'users',
  key: { partition: 'userId' },
  attributes: { userId: string(), email: string({ unique: true }), phone: string({ encrypted: true }) },
});
const models = { customers: Customer, users: User };
type Shop = Tables<typeof models>;

const shop = await startEncryptedTables(models);
beforeAll(async () => {
  await shop.tables().customers.create({ customerId: 'a', card: canary });
  await shop.tables().users.create({ userId: 'a', email: 'a', phone: canary });
});
afterEach(() => shop.kms.refuse());
afterAll(() => shop[Symbol.asyncDispose]());

const writes: [what: string, write: (t: Shop) => Promise<unknown>][] = [
  ['create', (t) => t.customers.create({ customerId: 'n', card: canary })],
  ['put', (t) => t.customers.put({ customerId: 'a', card: `${canary}2` })],
  ['upsert', (t) => t.customers.upsert({ customerId: 'a', card: `${canary}2` })],
  ['update', (t) => t.customers.update({ customerId: 'a' }, { card: `${canary}2` })],
  [
    'batchWrite',
    (t) => t.customers.batchWrite({ put: [{ customerId: 'n', card: canary }], delete: [{ customerId: 'a' }] }),
  ],
  ['$batchWrite', (t) => t.$batchWrite((b) => [b.customers.put({ customerId: 'n', card: canary })])],
  ['$transactWrite', (t) => t.$transactWrite((tx) => [tx.customers.create({ customerId: 'n', card: canary })])],
  ['unique create', (t) => t.users.create({ userId: 'n', email: 'n', phone: canary })],
  ['unique put', (t) => t.users.put({ userId: 'a', email: 'b', phone: canary })],
  ['unique update', (t) => t.users.update({ userId: 'a' }, { email: 'b', phone: canary })],
];

const reads: [what: string, read: (t: Shop) => Promise<unknown>][] = [
  ['get', (t) => t.customers.get({ customerId: 'a' })],
  ['query', (t) => t.customers.where('customerId', '=', 'a').all()],
  ['page', (t) => t.customers.where('customerId', '=', 'a').page()],
  ['items', (t) => t.customers.where('customerId', '=', 'a').items({ prefetch: true }).next()],
  ['scan', (t) => t.customers.scan().first()],
  ['parallel scan', (t) => t.customers.scan({ segments: 2 }).all()],
  ['batchGet', (t) => t.customers.batchGet([{ customerId: 'a' }])],
  ['$batchGet', (t) => t.$batchGet((b) => [b.customers.get({ customerId: 'a' })])],
  ['$transactGet', (t) => t.$transactGet((tx) => [tx.customers.get({ customerId: 'a' })])],
];

/** Everything an error shows, to whoever looks at it. */
function shown(error: Error): string {
  const { partial, cursor, ...others } = error as any;
  return inspect({ ...others, error, partial, cursor }, { depth: 20, showHidden: true }) + JSON.stringify(error);
}

describe.each(['AccessDeniedException', 'DisabledException', 'KMSInternalException'])('KMS answers %s', (refusal) => {
  it.each(writes)('%s writes nothing', async (_, write) => {
    const before = [await shop.rows('customers'), await shop.rows('users')];
    shop.kms.refuse(refusal);
    const error = await thrownBy(write(shop.tables()), DataKeyUnavailableError);
    expect(error).toMatchObject({
      code: 'DATA_KEY_UNAVAILABLE',
      retryable: refusal.startsWith('KMS'),
      mayBeDone: false,
    });
    expect(error.message).toContain(refusal);
    expect(shown(error)).not.toContain(canary);
    expect([await shop.rows('customers'), await shop.rows('users')]).toEqual(before);
  });

  it.each(reads)('%s reads nothing', async (_, read) => {
    shop.kms.refuse(refusal);
    const error = await thrownBy(read(shop.tables()), DataKeyUnavailableError);
    expect(error.message).toContain(refusal);
    expect(shown(error)).not.toContain(canary);
  });
});

describe('a function that may not decrypt', () => {
  const kms = (): Kms => ({
    generateDataKey: async () => ({ Plaintext: new Uint8Array(32), CiphertextBlob: Uint8Array.of(1) }),
    decrypt: () => Promise.reject(Object.assign(new Error(canary), { name: 'AccessDeniedException' })),
  });

  it('has its update done all the same, and is told so', async () => {
    await shop.tables().customers.create({ customerId: 'w', card: canary });
    const error = await thrownBy(
      shop.tables({ kms: kms() }).customers.update({ customerId: 'w' }, { name: 'x' }),
      DataKeyUnavailableError,
    );
    expect(error.mayBeDone).toBe(true);
    expect(shown(error)).not.toContain(canary);
    expect(await shop.tables().customers.get({ customerId: 'w' })).toMatchObject({ name: 'x' });
  });

  it('deletes, and is not shown what was deleted', async () => {
    await shop.tables().customers.create({ customerId: 'd', card: canary });
    expect(await shop.tables({ kms: kms() }).customers.delete({ customerId: 'd' })).toBeUndefined();
    expect(await shop.tables().customers.get({ customerId: 'd' })).toBeUndefined();
  });

  it('learns of a failed condition, without the item', async () => {
    const put = shop.tables({ kms: kms() }).customers.create({ customerId: 'a', card: 'x' });
    await expect(put).rejects.toMatchObject({ code: 'CONDITION_FAILED', item: undefined });
  });

  it('reads what else is in an item', async () => {
    const { customers } = shop.tables({ kms: kms() });
    expect(await customers.get({ customerId: 'w' }, { select: ['name'] })).toEqual({ name: 'x' });
  });
});

describe('an answer of KMS that is no key', () => {
  it.each<[string, Kms]>([
    ['short', { ...keyOf(16), decrypt: async () => ({ Plaintext: new Uint8Array(16) }) }],
    ['absent', { generateDataKey: async () => ({}), decrypt: async () => ({}) }],
    ['without its encrypted form', { ...keyOf(32), generateDataKey: async () => ({ Plaintext: new Uint8Array(32) }) }],
  ])('%s', async (_, kms) => {
    const { customers } = shop.tables({ kms });
    await thrownBy(customers.put({ customerId: 'x', card: canary }), DataKeyUnavailableError);
    await thrownBy(customers.get({ customerId: 'a' }), Error);
    expect(await shop.tables().customers.get({ customerId: 'x' })).toBeUndefined();
  });

  it('the right size, and another key', async () => {
    await thrownBy(shop.tables({ kms: keyOf(32) }).customers.get({ customerId: 'a' }), StoredItemInvalidError);
  });

  function keyOf(bytes: number): Kms {
    return {
      generateDataKey: async () => ({ Plaintext: new Uint8Array(bytes), CiphertextBlob: Uint8Array.of(1) }),
      decrypt: async () => ({ Plaintext: new Uint8Array(bytes) }),
    };
  }
});

describe('a signal', () => {
  /** A KMS that never answers, and has the signal abort once it is asked. */
  function hanging(abort: AbortController, reason?: Error): { kms: Kms; asked: () => number; aborted: () => number } {
    let asked = 0;
    let aborted = 0;
    const wait = (_input: object, { abortSignal }: { abortSignal?: AbortSignal } = {}): Promise<never> => {
      asked++;
      setImmediate(() => abort.abort(reason));
      return new Promise(() => abortSignal?.addEventListener('abort', () => aborted++));
    };
    return { kms: { generateDataKey: wait, decrypt: wait }, asked: () => asked, aborted: () => aborted };
  }

  it.each([...writes.slice(0, 7), ...reads])('ends %s while KMS does not answer', async (_, run) => {
    const abort = new AbortController();
    const reason = new Error('over');
    const { kms, asked, aborted } = hanging(abort, reason);
    const error = await thrownBy(run(shop.tables({ kms }).$withSignal(abort.signal)), DeadlineExceededError);
    expect(error.cause).toBe(reason);
    expect(asked()).toBeGreaterThan(0);
    expect(aborted()).toBe(asked());
    expect(shown(error)).not.toContain(canary);
  });

  it('gives a batch its keys back', async () => {
    const abort = new AbortController();
    const { customers } = shop.tables({ kms: hanging(abort).kms }).$withSignal(abort.signal);
    const error = await thrownBy(
      customers.batchGet([{ customerId: 'a' }, { customerId: 'none' }]),
      DeadlineExceededError,
    );
    expect(error.partial).toMatchObject({
      items: [],
      missing: [{ customerId: 'none' }],
      unprocessed: [{ customerId: 'a' }],
    });
  });

  it('gives a query a cursor to what was not decrypted', async () => {
    const abort = new AbortController();
    const { customers } = shop.tables({ kms: hanging(abort).kms }).$withSignal(abort.signal);
    const error = await thrownBy(customers.where('customerId', '=', 'a').all(), DeadlineExceededError);
    expect(error.partial).toMatchObject({ items: [], cursor: undefined });
  });

  it('of one request does not end the key of another', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let asked = 0;
    const kms: Kms = {
      generateDataKey: async () => {
        asked++;
        await promise;
        return { Plaintext: Buffer.alloc(32, 7), CiphertextBlob: Uint8Array.of(1) };
      },
      decrypt: async () => ({ Plaintext: Buffer.alloc(32, 7) }),
    };
    const tables = shop.tables({ kms });
    const abort = new AbortController();
    const first = tables.$withSignal(abort.signal).customers.put({ customerId: 's1', card: '1' });
    const second = tables.customers.put({ customerId: 's2', card: '2' });
    abort.abort();
    await thrownBy(first, DeadlineExceededError);
    resolve();
    expect(await second).toMatchObject({ card: '2' });
    expect(asked).toBe(1);
    expect(await tables.customers.get({ customerId: 's2' })).toMatchObject({ card: '2' });
  });
});

describe('without what it needs', () => {
  it('createTables says what to give', () => {
    expect(() => createTables({ client: shop.tables().$client, models })).toThrow(
      'createTables: model Customer has encrypted attributes (card): give the option encryption, for example ' +
        '{ keyId: process.env.KMS_KEY_ARN }',
    );
  });

  it.each<[object, RegExp]>([
    [{ keyId: '' }, /keyId must name a KMS key/],
    [{ kms: {} }, /kms must have generateDataKey and decrypt/],
    [{ version: 3 }, /version must be 1 or 2/],
    [{ readVersions: [] }, /readVersions a list/],
    [{ readVersions: [1] }, /readVersions must have 2/],
    [{ boundTable: 'x' }, /boundTable must be a function/],
    [{ cache: { maxUses: 0 } }, /cache.maxUses must be a whole number of at least 1 and at most 4294967296/],
    [{ cache: { maxUses: 2 ** 32 + 1 } }, /cache.maxUses/],
    [{ cache: { maxAgeMs: -1 } }, /cache.maxAgeMs must be a whole number of at least 0/],
    [{ cache: { maxKeys: 0 } }, /cache.maxKeys/],
  ])('refuses %o', (options, problem) => {
    expect(() => shop.tables(options)).toThrow(problem);
  });
});
