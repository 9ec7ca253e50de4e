import {
  ConditionFailedError,
  createStreamReader,
  createTables,
  StoredItemInvalidError,
  TransactionCanceledError,
} from '@tabletheory/core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { models, Restored } from '../support/encrypted-models.ts';
import { type Row, startEncryptedTables } from '../support/encrypted-tables.ts';
import { thrownBy } from '../support/thrown.ts';

const shop = await startEncryptedTables(models);
await shop.engine.createTables({ restored: Restored });
afterAll(() => shop[Symbol.asyncDispose]());

const tables = shop.tables();
const everything = {
  text: 'canary-text',
  amount: -12.5,
  bytes: Uint8Array.of(0, 255, 7),
  when: new Date('2026-01-02T03:04:05.678Z'),
  address: { city: 'canary-city', lines: ['a', ''] },
  tags: new Set(['canary-b', 'a']),
  settings: { theme: 'canary', nested: [1, null, { a: true }] },
  anything: { ['__proto__']: 1, list: [1n, 'two', null, new Set(['x'])] },
};

let entry = 0;
beforeEach(() => {
  entry++;
});

describe('what is stored', () => {
  it('has an envelope for every encrypted attribute, and no plaintext', async () => {
    const created = await tables.vault.create({ tenant: 't', entry, label: 'seen', ...everything });
    expect(created).toMatchObject({ text: 'canary-text', status: 'new', settings: everything.settings });
    const row = await shop.row('vault', { PK: { S: 'TENANT#t' }, SK: { S: `ENTRY#${entry}` } });
    for (const name of [...Object.keys(everything), 'status']) {
      expect(Object.keys(row[name]?.M ?? {}).sort()).toEqual(['ct', 'edk', 'nonce', 'v']);
      expect(row[name]?.M?.v).toEqual({ N: '2' });
    }
    expect(row.label).toEqual({ S: 'seen' });
    expect(JSON.stringify(row)).not.toContain('canary');
    expect(Buffer.concat(bytesIn(row)).includes('canary')).toBe(false);
  });

  it('reads back as it was, from another cache', async () => {
    const item = { tenant: 't', entry, ...everything };
    const created = await tables.vault.create(item);
    expect(await shop.tables().vault.getOrThrow({ tenant: 't', entry })).toEqual(created);
  });

  it('is left out where there is no value, and asks KMS for nothing then', async () => {
    const before = shop.kms.requests.length;
    await shop.tables().customers.create({ customerId: `empty-${entry}` });
    expect(shop.kms.requests).toHaveLength(before);
    expect(await shop.row('customers', { customerId: { S: `empty-${entry}` } })).not.toHaveProperty('c');
  });
});

describe('every operation', () => {
  const id = () => `c-${entry}`;
  const stored = async () => shop.row('customers', { customerId: { S: id() } });

  it('create, put, update, upsert and delete', async () => {
    const { customers } = tables;
    const created = await customers.create({ customerId: id(), card: 'one', note: null });
    expect(created).toMatchObject({ card: 'one', note: null });
    expect(await customers.put({ ...created, card: 'two' })).toMatchObject({ card: 'two', note: null });
    const updated = await customers.update({ customerId: id() }, (u) => u.set('card', 'three').set('name', 'n'));
    expect(updated).toMatchObject({ card: 'three', name: 'n' });
    expect(await customers.update({ customerId: id() }, { card: 'four' })).toMatchObject({ card: 'four' });
    expect(await customers.upsert({ customerId: id(), card: 'five' })).toMatchObject({ card: 'five', name: 'n' });
    expect(await customers.get({ customerId: id() })).toMatchObject({ card: 'five', note: null });
    expect((await stored()).c?.M?.v).toEqual({ N: '2' });
    expect(await customers.update({ customerId: id() }, (u) => u.remove('card'))).not.toHaveProperty('card');
    expect(await stored()).not.toHaveProperty('c');
    await customers.update({ customerId: id() }, { card: 'six' });
    expect(await customers.delete({ customerId: id() })).toMatchObject({ card: 'six', note: null });
  });

  it('an upsert of a default leaves what is stored', async () => {
    await tables.vault.create({ tenant: 'u', entry, status: 'old' });
    expect(await tables.vault.upsert({ tenant: 'u', entry, label: 'x' })).toMatchObject({ status: 'old', label: 'x' });
  });

  it('the item of a failed condition, of a stale version and of a cancelled transaction', async () => {
    const { customers } = tables;
    await customers.create({ customerId: id(), card: 'kept' });
    const taken = await thrownBy(customers.create({ customerId: id(), card: 'other' }), ConditionFailedError);
    expect(taken.item).toMatchObject({ card: 'kept' });
    const stale = await thrownBy(
      customers.update({ customerId: id() }, { name: 'x' }, { version: 9 }),
      ConditionFailedError,
    );
    expect(stale.message).toMatch(/changed by another writer/);
    expect(stale.item).toMatchObject({ card: 'kept' });
    const kept = await thrownBy(
      customers.delete({ customerId: id() }, { if: (c) => c('name', '=', 'x') }),
      ConditionFailedError,
    );
    expect(kept.item).toMatchObject({ card: 'kept' });
    const canceled = await thrownBy(
      tables.$transactWrite((tx) => [tx.customers.put({ customerId: id(), card: 'new' })]),
      TransactionCanceledError,
    );
    expect(canceled.reasons[0]?.item).toMatchObject({ card: 'kept' });
  });

  it('query, pages, index, scan, count and select', async () => {
    const tenant = `q-${entry}`;
    await tables.vault.batchWrite({
      put: Array.from({ length: 30 }, (_, i) => ({ tenant, entry: i, label: tenant, text: `text ${i}`, amount: i })),
    });
    await tables.visitors.create({ id: tenant, text: 'plain' });
    const fresh = shop.tables().vault;
    const found = await fresh.where('tenant', '=', tenant).all();
    expect(found.map(({ text, amount }) => [text, amount])).toEqual(found.map(({ entry: i }) => [`text ${i}`, i]));
    expect(found).toHaveLength(30);
    const [first] = await fresh.where('label', '=', tenant).index('byLabel').select('text').limit(1).all();
    expect(first?.text).toMatch(/^text /);
    const items: unknown[] = [];
    for await (const item of fresh.where('tenant', '=', tenant).items({ prefetch: true })) items.push(item);
    expect(items).toHaveLength(30);
    expect((await fresh.where('tenant', '=', tenant).page({ size: 7 })).items[6]).toMatchObject({ status: 'new' });
    expect(await fresh.where('tenant', '=', tenant).count()).toBe(30);
    const scanned = await fresh.scan({ segments: 3 }).all();
    expect(scanned.filter((item) => item.tenant === tenant)).toHaveLength(30);
    expect(await fresh.get({ tenant, entry: 3 }, { select: ['text'] })).toEqual({ text: 'text 3' });
    expect(await fresh.get({ tenant, entry: 3 }, { select: ['label'] })).toEqual({ label: tenant });
    expect(await tables.visitors.get({ id: tenant })).toEqual({ id: tenant, text: 'plain' });
  });

  it('batchGet, $batchGet, $batchWrite, $transactWrite and $transactGet', async () => {
    const tenant = `b-${entry}`;
    const [one, none] = await tables.$transactWrite((tx) => [
      tx.vault.create({ tenant, entry: 1, text: 'one' }),
      tx.customers.upsert({ customerId: tenant, card: 'card' }),
      tx.visitors.put({ id: tenant }),
    ]);
    expect([one, none]).toMatchObject([{ text: 'one', status: 'new' }, undefined]);
    await tables.$transactWrite((tx) => [tx.customers.update({ customerId: tenant }, { card: 'changed' })]);
    await tables.$batchWrite((b) => [b.vault.put({ tenant, entry: 2, text: 'two' }), b.visitors.put({ id: 'v' })]);
    const fresh = shop.tables();
    const { items, missing } = await fresh.vault.batchGet([1, 2, 3].map((n) => ({ tenant, entry: n })));
    expect(items.map(({ text }) => text)).toEqual(['one', 'two']);
    expect(missing).toHaveLength(1);
    const { results } = await fresh.$batchGet((b) => [
      b.customers.get({ customerId: tenant }),
      b.visitors.get({ id: 'v' }),
    ]);
    expect(results).toMatchObject([{ card: 'changed' }, { id: 'v' }]);
    const read = await fresh.$transactGet((tx) => [
      tx.vault.get({ tenant, entry: 2 }, { select: ['text'] }),
      tx.visitors.get({ id: tenant }),
      tx.vault.get({ tenant, entry: 9 }),
      tx.customers.get({ customerId: tenant }),
    ]);
    expect(read).toMatchObject([{ text: 'two' }, { id: tenant }, undefined, { card: 'changed' }]);
  });

  it('writes of a model with unique attributes', async () => {
    const { users } = tables;
    const userId = `u-${entry}`;
    await users.create({ userId, email: `${userId}@a`, phone: '1' });
    expect(await users.put({ userId, email: `${userId}@b`, phone: '2' })).toMatchObject({ phone: '2' });
    expect(await users.update({ userId }, { email: `${userId}@c`, phone: '3' })).toMatchObject({ phone: '3' });
    expect(await users.upsert({ userId, email: `${userId}@d`, phone: '4' })).toMatchObject({ phone: '4' });
    expect((await shop.row('users', { userId: { S: userId } })).phone?.M?.v).toEqual({ N: '2' });
    expect(await users.delete({ userId })).toMatchObject({ phone: '4', email: `${userId}@d` });
  });

  it('a stream record', async () => {
    const customerId = `s-${entry}`;
    await tables.customers.create({ customerId, card: 'streamed' });
    const row = await shop.row('customers', { customerId: { S: customerId } });
    const readRecord = createStreamReader({ models, encryption: { keyId: shop.keyId } });
    process.env.AWS_REGION ??= 'us-east-1';
    process.env.AWS_ACCESS_KEY_ID ??= 'local';
    process.env.AWS_SECRET_ACCESS_KEY ??= 'local';
    const change = await readRecord({
      eventName: 'INSERT',
      eventSourceARN: 'arn:aws:dynamodb:us-east-1:0:table/customers/stream/1',
      dynamodb: { SequenceNumber: '1', Keys: { customerId: { S: customerId } }, NewImage: asJson(row) },
    });
    expect(change).toMatchObject({ model: 'customers', newItem: { customerId, card: 'streamed' } });
    expect(() => createStreamReader({ models })).toThrow(/Customer has encrypted attributes \(card, note\)/);
  });
});

describe('a ciphertext that was moved or changed does not open', () => {
  const refusal = async (read: Promise<unknown>) => (await thrownBy(read, StoredItemInvalidError)).problems;
  const keyOf = (n: number): Row => ({ PK: { S: 'TENANT#m' }, SK: { S: `ENTRY#${n}` } });

  it('to another item, attribute, model or table', async () => {
    const from = 1000 + entry;
    await tables.vault.create({ tenant: 'm', entry: from, text: 'mine', settings: { a: 1 } });
    await tables.vault.create({ tenant: 'm', entry: from + 500, text: 'other' });
    const row = await shop.row('vault', keyOf(from));
    const other = await shop.row('vault', keyOf(from + 500));
    await shop.put('vault', { ...other, text: row.text! });
    expect(await refusal(tables.vault.get({ tenant: 'm', entry: from + 500 }))).toEqual([
      { path: 'text', keyword: 'encrypted', message: expect.stringMatching(/does not decrypt/) },
    ]);
    await shop.put('vault', { ...other, anything: row.settings! });
    await refusal(tables.vault.get({ tenant: 'm', entry: from + 500 }));
    await shop.put('customers', {
      customerId: { S: 'm' },
      c: row.text!,
      version: { N: '1' },
      updatedAt: row.when ?? { S: '' },
    });
    expect((await refusal(tables.customers.get({ customerId: 'm' })))[0]?.path).toBe('card');
    await shop.put('vault', { ...other });
    expect(await tables.vault.get({ tenant: 'm', entry: from + 500 })).toMatchObject({ text: 'other' });
    const renamed = createTables({
      client: tables.$client,
      models,
      encryption: { keyId: shop.keyId, boundTable: (name) => `${name}-restored` },
    });
    await refusal(renamed.vault.get({ tenant: 'm', entry: from }));
  });

  it.each(['edk', 'nonce', 'ct'] as const)('with another %s', async (part) => {
    await tables.vault.create({ tenant: 'm', entry, text: 'mine' });
    const row = await shop.row('vault', keyOf(entry));
    const envelope = row.text?.M as Record<string, { B: Uint8Array }>;
    for (const at of [0, -1]) {
      const bytes = Uint8Array.from(envelope[part]!.B);
      bytes[at < 0 ? bytes.length - 1 : 0]! ^= 1;
      await shop.put('vault', { ...row, text: { M: { ...(envelope as object as Row), [part]: { B: bytes } } } });
      const error = await thrownBy(tables.vault.get({ tenant: 'm', entry }), StoredItemInvalidError);
      expect(error.problems[0]).toMatchObject({ path: 'text', keyword: 'encrypted' });
    }
  });

  it('and does not hide the other rows of a read', async () => {
    const tenant = `rows-${entry}`;
    for (const n of [1, 2, 3]) await tables.vault.create({ tenant, entry: n, text: `t${n}` });
    const key = { PK: { S: `TENANT#${tenant}` }, SK: { S: 'ENTRY#2' } };
    await shop.put('vault', { ...(await shop.row('vault', key)), text: { S: 'plain' } });
    const page = await thrownBy(tables.vault.where('tenant', '=', tenant).all(), StoredItemInvalidError);
    expect(page.items).toMatchObject([{ text: 't1' }, { text: 't3' }]);
    expect(page.problems).toMatchObject([{ path: 'text', message: 'is not stored encrypted' }]);
    const keys = [1, 2, 3].map((n) => ({ tenant, entry: n }));
    const batch = await thrownBy(tables.vault.batchGet(keys), StoredItemInvalidError);
    expect(batch.items).toMatchObject([{ text: 't1' }, { text: 't3' }]);
    await refusal(tables.$transactGet((tx) => keys.map((at) => tx.vault.get(at))));
  });
});

describe('data keys', () => {
  const operations = (from: number) => shop.kms.requests.slice(from).map(({ operation }) => operation);

  it('are asked for once by 100 writes at the same time, and once by their reads', async () => {
    const from = shop.kms.requests.length;
    const fresh = shop.tables().vault;
    const keys = Array.from({ length: 100 }, (_, i) => ({ tenant: `k-${entry}`, entry: i }));
    await Promise.all(keys.map((key) => fresh.create({ ...key, text: 'x' })));
    expect(operations(from)).toEqual(['GenerateDataKey']);
    await Promise.all(keys.map((key) => fresh.get(key)));
    expect(operations(from)).toEqual(['GenerateDataKey', 'Decrypt']);
  });

  it('are renewed after as many values as they may encrypt', async () => {
    const from = shop.kms.requests.length;
    const { customers } = shop.tables({ cache: { maxUses: 10 } });
    const writes = Array.from({ length: 25 }, (_, i) => customers.put({ customerId: `k-${entry}-${i}`, card: 'x' }));
    await Promise.all(writes);
    expect(operations(from)).toEqual(Array(3).fill('GenerateDataKey'));
  });
});

describe('changes', () => {
  it('of the key: new values have the new one, old ones stay readable until its key is disabled', async () => {
    const old = shop.kms.createKey();
    const before = shop.tables({ keyId: old });
    const created = await before.customers.create({ customerId: `rot-${entry}`, card: 'kept' });
    const after = shop.tables({ keyId: shop.kms.createKey('alias/new') });
    const read = await after.customers.getOrThrow({ customerId: created.customerId });
    expect(read.card).toBe('kept');
    shop.kms.setEnabled(old, false);
    await expect(shop.tables().customers.get({ customerId: created.customerId })).rejects.toMatchObject({
      code: 'DATA_KEY_UNAVAILABLE',
    });
    await after.customers.put(read);
    expect(await shop.tables().customers.get({ customerId: created.customerId })).toMatchObject({ card: 'kept' });
  });

  it('from a table that was not encrypted', async () => {
    const row = { customerId: { S: `plain-${entry}` }, c: { S: 'plain' }, version: { N: '1' } };
    await shop.put('customers', { ...row, updatedAt: { S: '2026-01-01T00:00:00.000Z' } });
    const key = { customerId: `plain-${entry}` };
    await expect(tables.customers.get(key)).rejects.toThrow('card is not stored encrypted');
    const migrating = shop.tables({ acceptUnencrypted: true });
    await migrating.customers.put(await migrating.customers.getOrThrow(key));
    expect(await tables.customers.get(key)).toMatchObject({ card: 'plain' });
  });

  it('of the table, restored under a new name', async () => {
    await tables.customers.create({ customerId: 'r', card: 'kept' });
    await shop.put('restored', await shop.row('customers', { customerId: { S: 'r' } }));
    const restored = { client: tables.$client, models: { customers: Restored } };
    const { keyId } = shop;
    const unaware = createTables({ ...restored, encryption: { keyId } });
    await thrownBy(unaware.customers.get({ customerId: 'r' }), StoredItemInvalidError);
    const aware = createTables({ ...restored, encryption: { keyId, boundTable: () => 'customers' } });
    expect(await aware.customers.get({ customerId: 'r' })).toMatchObject({ card: 'kept' });
    expect(shop.kms.requests.at(-1)?.encryptionContext).toEqual({
      'tabletheory:table': 'customers',
      'tabletheory:model': 'Customer',
    });
  });
});

function bytesIn(value: unknown): Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(bytesIn) : [];
}

/** A row as Lambda passes it on: bytes in base64. */
function asJson(row: Row): any {
  const toBase64 = (_name: string, value: unknown): unknown =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  return JSON.parse(JSON.stringify(row, toBase64));
}
