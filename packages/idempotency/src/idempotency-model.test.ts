import {
  createTable,
  createTables,
  defineModel,
  sensitiveAttributesOf,
  string,
  tableDefinitions,
} from '@tabletheory/core';
import { useEngine } from '@tabletheory/testkit';
import { describe, expect, it } from 'vitest';
import { idempotencyModel } from './idempotency-model.ts';
import { call, chain } from './test-chain.ts';

const engine = useEngine({ models: {} });

describe('idempotencyModel', () => {
  it('is a table of its own with a time to live', () => {
    const [definition, ...others] = tableDefinitions({
      records: idempotencyModel({ table: 'once', ttlAttribute: 'ttl' }),
    });
    expect(others).toEqual([]);
    expect(definition?.create).toMatchObject({
      TableName: 'once',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    });
    expect(definition?.timeToLive).toBe('ttl');
  });

  it('keeps responses out of logs', () => {
    expect(sensitiveAttributesOf(idempotencyModel())).toEqual(['response']);
  });

  it('lives in a table with other models', async () => {
    const partition = { attribute: 'PK', template: 'ACCOUNT#{accountId}' } as const;
    const account = defineModel({
      name: 'Account',
      table: 'bank',
      key: { partition, sort: { attribute: 'SK', template: 'PROFILE' } },
      attributes: { accountId: string() },
    });
    const models = {
      accounts: account,
      idempotency: idempotencyModel({
        table: 'bank',
        key: { partition: { attribute: 'PK', template: 'ONCE#{id}' }, sort: { attribute: 'SK', template: 'ONCE' } },
      }),
    };
    await createTable(engine.client(), models);
    const tables = createTables({ client: engine.client(), models });
    let runs = 0;
    const handler = chain(tables as never, async (_event, { idempotency }) => {
      runs++;
      await tables.$transactWrite((tx) => [
        tx.accounts.create({ accountId: 'a-1' }),
        idempotency.complete(tx.idempotency, 'done'),
      ]);
      return 'done';
    });
    expect(await call(handler, { key: 'a' })).toBe('done');
    expect(await call(handler, { key: 'a' })).toBe('done');
    expect(runs).toBe(1);
  });

  it.each([
    ['none', { partition: { attribute: 'PK', template: 'ONCE' } }],
    ['another one', { partition: { attribute: 'PK', template: 'ONCE#{attempt}' } }],
    ['two', { partition: { attribute: 'PK', template: '{id}' }, sort: { attribute: 'SK', template: '{attempt}' } }],
  ])('refuses a key with %s of its placeholders', (_what, key) => {
    expect(() => idempotencyModel({ key })).toThrow(TypeError);
    expect(() => idempotencyModel({ key })).toThrow('must have the placeholder {id}, once, and no other');
  });
});
