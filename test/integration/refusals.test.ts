import { inspect } from 'node:util';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  any,
  binary,
  ConditionFailedError,
  createTables,
  defineModel,
  integer,
  record,
  string,
  TransactionCanceledError,
  unknownAttributesOf,
  version,
} from '@tabletheory/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordOperations } from '../support/recorded-operations.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';

const Box = defineModel({
  name: 'Box',
  table: 'boxes',
  key: { partition: 'id' },
  attributes: { id: string(), counts: record(integer()), free: any(), bytes: binary(), version: version() },
});

const shop = await startTables({ boxes: Box });
const { tables } = shop;
const { boxes } = tables;
afterAll(() => shop[Symbol.asyncDispose]());

// The SDK fails on what DynamoDB says of such an item.
const box = (id: string) => ({
  id,
  counts: { a: 1, ['__proto__']: 2 },
  free: [{ ['__proto__']: { bytes: new Uint8Array([3]) } }],
  bytes: new Uint8Array([0, 255]),
});
const stored = { ...box('b'), version: 1 };

beforeAll(async () => {
  await boxes.create(box('b'));
});

describe('of an item that has a map with the key __proto__', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['create', () => boxes.create(box('b'))],
    ['put', () => boxes.put(box('b'))],
    ['update', () => boxes.update({ id: 'b' }, { bytes: new Uint8Array([1]) }, { version: 7 })],
    ['delete', () => boxes.delete({ id: 'b' }, { if: (c) => c('bytes', 'exists', false) })],
  ])('a refused %s is a ConditionFailedError with the item', async (_what, write) => {
    const error = await thrownBy(write(), ConditionFailedError);
    expect(error.item).toEqual(stored);
    expect(Object.hasOwn((error.item as typeof stored).counts, '__proto__')).toBe(true);
    expect(error.mayBeDone).toBe(false);
    expect(error.cause).not.toHaveProperty('Item');
    expect(JSON.stringify(error.cause)).not.toContain('__proto__');
  });

  test('a cancelled transaction tells its reasons, with the item', async () => {
    const error = await thrownBy(
      tables.$transactWrite((tx) => [
        tx.boxes.create(box('other')),
        tx.boxes.check({ id: 'b' }, (c) => c('counts.a', '>', 1)),
      ]),
      TransactionCanceledError,
    );
    expect(error.reasons).toEqual([{ index: 1, model: 'Box', action: 'check', code: 'ConditionalCheckFailed' }]);
    expect(error.reasons[0]?.item).toEqual(stored);
    expect(await boxes.get({ id: 'other' })).toBeUndefined();
  });

  test('an observer is told of one refused try', async () => {
    const { observe, operations } = recordOperations();
    await thrownBy(tables.$bind({ observe }).boxes.create(box('b')), ConditionFailedError);
    expect(operations.map(({ outcome }) => outcome)).toMatchObject([
      {
        attempts: [{ status: 400, error: 'ConditionalCheckFailedException', throttled: false }],
        error: { code: 'CONDITION_FAILED' },
        requestId: expect.stringMatching(/./),
      },
    ]);
  });
});

test('what a refusal held does not stay with the cause of its error', async () => {
  await boxes.create({ ...box('plain'), counts: {}, free: ['c4n4ry'] });
  const error = await thrownBy(boxes.create({ ...box('plain'), counts: {} }), ConditionFailedError);
  expect((error.item as typeof stored).free).toEqual(['c4n4ry']);
  expect(inspect(error.cause, { showHidden: true, depth: 20 })).not.toMatch(
    /c4n4ry|99, 52, 110, 52, 114, 121|63 34 6e 34/,
  );
});

test('an attribute named __proto__, which the SDK loses, is data', async () => {
  const Item = { id: { S: 'kept' }, ['__proto__']: { S: 'x' } };
  await shop.client.send(new PutItemCommand({ TableName: 'boxes', Item }));
  const Id = defineModel({ name: 'Id', table: 'boxes', key: { partition: 'id' }, attributes: { id: string() } });
  const { ids } = createTables({ client: shop.client, models: { ids: Id } });
  const read = await ids.getOrThrow({ id: 'kept' });
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  expect(Object.entries(unknownAttributesOf(read))).toEqual([['__proto__', 'x']]);
  await ids.put(read);
  expect(Object.entries(unknownAttributesOf(await ids.getOrThrow({ id: 'kept' })))).toEqual([['__proto__', 'x']]);
});

test('the item is read again and again: nothing of it is lost', async () => {
  expect(await boxes.get({ id: 'b' })).toEqual(stored);
});
