import { createTable, createTables, defineModel, string, tableDefinitions } from '@tabletheory/core';
import { useEngine } from '@tabletheory/testkit';
import { describe, expect, it } from 'vitest';
import { leaseModel } from './lease-model.ts';
import { createLeases } from './leases.ts';

const engine = useEngine({ models: {} });

describe('leaseModel', () => {
  it('is a table of its own with a time to live', () => {
    const [definition, ...others] = tableDefinitions({ leases: leaseModel({ table: 'locks', ttlAttribute: 'ttl' }) });
    expect(others).toEqual([]);
    expect(definition?.create).toMatchObject({
      TableName: 'locks',
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
    });
    expect(definition?.timeToLive).toBe('ttl');
  });

  it('lives in a table with other models', async () => {
    const account = defineModel({
      name: 'Account',
      table: 'bank',
      key: {
        partition: { attribute: 'PK', template: 'ACCOUNT#{accountId}' },
        sort: { attribute: 'SK', template: 'PROFILE' },
      },
      attributes: { accountId: string() },
    });
    const models = {
      accounts: account,
      leases: leaseModel({
        table: 'bank',
        key: {
          partition: { attribute: 'PK', template: 'ACCOUNT#{key}' },
          sort: { attribute: 'SK', template: 'LEASE' },
        },
      }),
    };
    await createTable(engine.client(), models);
    const tables = createTables({ client: engine.client(), models });
    await tables.accounts.create({ accountId: 'a-1' });
    const lease = await createLeases({ tables }).acquire('a-1');
    await expect(createLeases({ tables }).acquire('a-1')).rejects.toMatchObject({ code: 'LEASE_HELD' });
    expect(await tables.leases.get({ key: 'a-1' })).toMatchObject({ key: 'a-1', fencingToken: lease.fencingToken });
    expect(await tables.accounts.get({ accountId: 'a-1' })).toEqual({ accountId: 'a-1' });
  });

  it.each([
    ['none', { partition: { attribute: 'PK', template: 'LEASE' } }],
    ['another one', { partition: { attribute: 'PK', template: 'LEASE#{owner}' } }],
    ['two', { partition: { attribute: 'PK', template: '{key}' }, sort: { attribute: 'SK', template: '{owner}' } }],
  ])('refuses a key with %s of its placeholders', (_what, key) => {
    expect(() => leaseModel({ key })).toThrow(
      new TypeError('leaseModel: the templates of key must have the placeholder {key}, once, and no other'),
    );
  });
});
