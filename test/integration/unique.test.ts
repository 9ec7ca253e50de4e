import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  ConditionFailedError,
  createTables,
  defineModel,
  ItemNotFoundError,
  integer,
  string,
  TransactionCanceledError,
  tableDefinitions,
  UniqueViolationError,
  ValidationFailedError,
  version,
} from '@tabletheory/core';
import { type Engine, startEngine } from '@tabletheory/local';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tablesClient } from '../support/client.ts';

const Account = defineModel({
  name: 'Account',
  table: 'accounts',
  key: { partition: 'accountId' },
  attributes: {
    accountId: string(),
    email: string({ unique: true, sensitive: true }),
    phone: string({ unique: true, optional: true }),
    visits: integer({ default: 0 }),
    version: version(),
  },
});

let engine: Engine;
let client: DynamoDBClient;
let under: DynamoDBClient;
beforeAll(async () => {
  engine = await startEngine();
  await engine.createTables({ accounts: Account });
  client = new DynamoDBClient(engine.clientConfig);
  under = tablesClient(engine.clientConfig);
});
afterAll(async () => {
  client.destroy();
  under.destroy();
  await engine.stop();
});

const tables = () => createTables({ client: under, models: { accounts: Account } });
const { create: definition } = tableDefinitions({ accounts: Account })[0]!;

/** The rows of the table that mark values as taken. */
async function marks(): Promise<number> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: definition.TableName }));
  return Items.filter(({ email }) => email === undefined).length;
}

beforeEach(async () => {
  const { accounts } = tables();
  for (const { accountId } of await accounts.scan().all()) await accounts.delete({ accountId });
  expect(await marks()).toBe(0);
});

describe('a unique attribute', () => {
  it('is taken by a new item, and nothing of a second one is written', async () => {
    const { accounts } = tables();
    const created = await accounts.create({ accountId: 'a', email: 'a@example.com' });
    expect(created).toEqual({ accountId: 'a', email: 'a@example.com', visits: 0, version: 1 });
    const error = await accounts.create({ accountId: 'b', email: 'a@example.com', phone: '1' }).catch((e) => e);
    expect(error).toBeInstanceOf(UniqueViolationError);
    expect(error.attribute).toBe('email');
    expect(error.message).not.toContain('example.com');
    expect(await accounts.get({ accountId: 'b' })).toBeUndefined();
    expect(await marks()).toBe(1);
  });

  it('tells an existing item from a taken value', async () => {
    const { accounts } = tables();
    const existing = await accounts.create({ accountId: 'a', email: 'a@example.com' });
    const error = await accounts.create({ accountId: 'a', email: 'other@example.com' }).catch((e) => e);
    expect(error).toBeInstanceOf(ConditionFailedError);
    expect(error.item).toEqual(existing);
    expect(await marks()).toBe(1);
  });

  it('moves with an update, which returns the updated item, and frees the old value', async () => {
    const { accounts } = tables();
    await accounts.create({ accountId: 'a', email: 'a@example.com', phone: '1' });
    const updated = await accounts.update({ accountId: 'a' }, (u) => u.set('email', 'b@example.com').add('visits', 1));
    expect(updated).toEqual({ accountId: 'a', email: 'b@example.com', phone: '1', visits: 1, version: 2 });
    await accounts.create({ accountId: 'b', email: 'a@example.com' });
    await expect(accounts.update({ accountId: 'b' }, { email: 'b@example.com' })).rejects.toThrow(UniqueViolationError);
    expect(await accounts.get({ accountId: 'b' })).toMatchObject({ email: 'a@example.com', version: 1 });
    await accounts.update({ accountId: 'a' }, { phone: undefined });
    await accounts.update({ accountId: 'b' }, { phone: '1' });
    expect(await marks()).toBe(3);
  });

  it('is left alone by updates of other attributes and of the same value', async () => {
    const { accounts } = tables();
    await accounts.create({ accountId: 'a', email: 'a@example.com' });
    await accounts.update({ accountId: 'a' }, { visits: 5 });
    await accounts.update({ accountId: 'a' }, { email: 'a@example.com' });
    expect(await accounts.get({ accountId: 'a' })).toMatchObject({ visits: 5, version: 3 });
    expect(await marks()).toBe(1);
  });

  it('is freed by a delete, which returns the item', async () => {
    const { accounts } = tables();
    const created = await accounts.create({ accountId: 'a', email: 'a@example.com', phone: '1' });
    expect(await accounts.delete({ accountId: 'a' })).toEqual(created);
    expect(await accounts.delete({ accountId: 'a' })).toBeUndefined();
    expect(await marks()).toBe(0);
    await accounts.create({ accountId: 'b', email: 'a@example.com', phone: '1' });
  });

  it('is kept by put and upsert', async () => {
    const { accounts } = tables();
    const created = await accounts.put({ accountId: 'a', email: 'a@example.com', phone: '1' });
    const replaced = await accounts.put({ accountId: 'a', email: 'b@example.com', version: created.version });
    expect(replaced).toEqual({ accountId: 'a', email: 'b@example.com', visits: 0, version: 2 });
    expect(await marks()).toBe(1);
    expect(await accounts.upsert({ accountId: 'a', email: 'c@example.com' })).toMatchObject({ version: 3 });
    expect(await accounts.upsert({ accountId: 'b', email: 'b@example.com' })).toMatchObject({ version: 1 });
    await expect(accounts.upsert({ accountId: 'b', email: 'c@example.com' })).rejects.toThrow(UniqueViolationError);
    await expect(accounts.put({ accountId: 'c', email: 'c@example.com' })).rejects.toThrow(UniqueViolationError);
    expect(await marks()).toBe(2);
  });

  it('obeys versions and conditions', async () => {
    const { accounts } = tables();
    await accounts.create({ accountId: 'a', email: 'a@example.com' });
    const stale = await accounts.update({ accountId: 'a' }, { email: 'b@example.com' }, { version: 7 }).catch((e) => e);
    expect(stale).toBeInstanceOf(ConditionFailedError);
    expect(stale.item).toMatchObject({ version: 1 });
    await expect(accounts.delete({ accountId: 'a' }, { if: (c) => c('visits', '>', 3) })).rejects.toThrow(
      ConditionFailedError,
    );
    await expect(accounts.update({ accountId: 'z' }, { email: 'z@example.com' })).rejects.toThrow(ItemNotFoundError);
    await expect(accounts.delete({ accountId: 'z' }, { version: 1 })).rejects.toThrow(ItemNotFoundError);
    expect(await marks()).toBe(1);
  });

  it('is won by one of many that take it at once', async () => {
    const { accounts } = tables();
    const takers = Array.from({ length: 10 }, (_, i) =>
      accounts.create({ accountId: `t${i}`, email: 'x@example.com' }),
    );
    const results = await Promise.allSettled(takers);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await accounts.scan().all()).toHaveLength(1);
    expect(await marks()).toBe(1);
  });

  it('is kept by creates in a transaction, which name the attribute; other actions are refused there', async () => {
    const set = tables();
    const [account] = await set.$transactWrite((tx) => [
      tx.accounts.create({ accountId: 'a', email: 'a@example.com' }),
    ]);
    expect(account.email).toBe('a@example.com');
    const error = await set
      .$transactWrite((tx) => [
        tx.accounts.create({ accountId: 'b', email: 'b@example.com' }),
        tx.accounts.create({ accountId: 'c', email: 'a@example.com' }),
      ])
      .catch((e) => e);
    expect(error).toBeInstanceOf(TransactionCanceledError);
    expect(error.reasons).toEqual([
      { index: 1, model: 'Account', action: 'unique', attribute: 'email', code: 'ConditionalCheckFailed' },
    ]);
    await expect(set.$transactWrite((tx) => [tx.accounts.delete({ accountId: 'a' })])).rejects.toThrow(TypeError);
    await set.$transactWrite((tx) => [tx.accounts.update({ accountId: 'a' }, { visits: 1 })]);
    expect(await marks()).toBe(1);
  });

  it('can only be set or removed, and needs a table with text keys', async () => {
    const { accounts } = tables();
    await accounts.create({ accountId: 'a', email: 'a@example.com' });
    await expect(accounts.update({ accountId: 'a' }, (u) => u.setIfNotExists('phone', '1'))).rejects.toThrow(
      ValidationFailedError,
    );
    const Counter = defineModel({
      name: 'Counter',
      table: 'counters',
      key: { partition: 'number' },
      attributes: { number: integer(), label: string({ unique: true }) },
    });
    expect(() => createTables({ client, models: { counters: Counter } })).toThrow(/keys are strings/);
  });
});
