import { describe, expect, it } from 'vitest';
import type { DynamoCommand } from '../command/command.ts';
import { createTables, defineModel, string } from '../index.ts';

const User = defineModel({
  name: 'User',
  table: 'users',
  key: { partition: 'id' },
  attributes: { id: string(), email: string({ unique: true, optional: true }), name: string({ optional: true }) },
});

const row = (email: string) => ({ id: { S: '1' }, email: { S: email } });

/** What DynamoDB throws when it cancels a transaction, with a reason for each of its writes. */
const canceled =
  (...codes: string[]) =>
  () =>
    Object.assign(new Error('canceled'), {
      name: 'TransactionCanceledException',
      CancellationReasons: codes.map((Code) => ({ Code })),
    });

/** Users in a table that answers as the lists say: what is read, and what becomes of transactions. */
function usersIn(reads: readonly unknown[], transactions: readonly unknown[] = []) {
  const asked: { name: string; input: any }[] = [];
  const next = { GetItem: 0, TransactWriteItems: 0 };
  const send = async ({ name, input }: DynamoCommand) => {
    asked.push({ name, input });
    const answers = name === 'GetItem' ? reads : transactions;
    const at = next[name as 'GetItem']++;
    const answer = answers[Math.min(at, answers.length - 1)];
    if (typeof answer === 'function') throw answer();
    return { ...(name === 'GetItem' && answer !== undefined ? { Item: answer } : {}), $metadata: {} };
  };
  const client = { config: {}, send } as never;
  const writes = () =>
    asked.filter(({ name }) => name === 'TransactWriteItems').map(({ input }) => input.TransactItems);
  return { users: createTables({ client, models: { users: User } }).users, asked, writes };
}

const refusedItem = canceled('ConditionalCheckFailed', 'None', 'None');

describe('a change of a unique value', () => {
  it.each<[what: string, change: (users: any) => Promise<unknown>, write: 'Put' | 'Update' | 'Delete']>([
    ['put', (users) => users.put({ id: '1', email: 'b' }, { if: (c: any) => c('name', '=', 'x') }), 'Put'],
    ['upsert', (users) => users.upsert({ id: '1', email: 'b' }, { if: (c: any) => c('name', '=', 'x') }), 'Update'],
    ['update', (users) => users.update({ id: '1' }, { email: 'b' }, { if: (c: any) => c('name', '=', 'x') }), 'Update'],
    ['delete', (users) => users.delete({ id: '1' }, { if: (c: any) => c('name', '=', 'x') }), 'Delete'],
  ])(
    'by %s is made on the condition that was given, and that the value is the one that was read',
    async (_what, change, write) => {
      const { users, asked, writes } = usersIn([row('a')]);
      await change(users);
      expect(asked[0]).toMatchObject({ name: 'GetItem', input: { ConsistentRead: true } });
      const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = writes()[0][0][write];
      const readable = ConditionExpression.replace(/#\d+/g, (name: string) => ExpressionAttributeNames[name]).replace(
        /:\d+/g,
        (name: string) => ExpressionAttributeValues[name].S,
      );
      expect(readable).toContain('name = x');
      expect(readable).toContain('email = a');
    },
  );

  it('is made again from what another writer has made of it', async () => {
    const { users, writes } = usersIn([row('a'), row('z'), row('z'), row('b')], [refusedItem, undefined]);
    expect(await users.update({ id: '1' }, { email: 'b' })).toEqual({ id: '1', email: 'b' });
    const freed = writes().map((items) => JSON.stringify(items.find((item: any) => item.Delete)?.Delete.Key));
    expect(freed[0]).toContain('a');
    expect(freed[1]).toContain('z');
  });

  it('does not meet its condition where nobody else has changed the value', async () => {
    const { users, writes } = usersIn([row('a')], [refusedItem]);
    await expect(users.put({ id: '1', email: 'b' })).rejects.toMatchObject({
      code: 'CONDITION_FAILED',
      message: 'User does not meet the condition of the write',
      operation: 'TransactWriteItems',
      model: 'User',
    });
    expect(writes()).toHaveLength(1);
  });

  it('is given up where others go on changing the value', async () => {
    let reads = 0;
    const changing = new Proxy([row('a')], {
      get: (target, name) =>
        name === 'length' ? 1_000 : /^\d+$/.test(String(name)) ? row(`${reads++}`) : Reflect.get(target, name),
    });
    const { users, writes } = usersIn(changing, [refusedItem]);
    await expect(users.put({ id: '1', email: 'b' })).rejects.toMatchObject({ code: 'CONDITION_FAILED' });
    expect(writes().length).toBeGreaterThan(1);
    expect(writes().length).toBeLessThan(20);
  });

  it('is refused where another item has the value, unless the item itself was refused', async () => {
    const { users } = usersIn([row('a')], [canceled('None', 'None', 'ConditionalCheckFailed')]);
    const taken = users.put({ id: '1', email: 'b' });
    await expect(taken).rejects.toMatchObject({ code: 'UNIQUE_VIOLATION', attribute: 'email' });
    const both = usersIn([row('a')], [canceled('ConditionalCheckFailed', 'ConditionalCheckFailed', 'None')]);
    await expect(both.users.put({ id: '1', email: 'b' })).rejects.toMatchObject({ code: 'CONDITION_FAILED' });
  });

  it('of no item is refused, or deletes nothing', async () => {
    const { users, writes } = usersIn([undefined]);
    const details = { code: 'ITEM_NOT_FOUND', message: 'User not found', model: 'User' };
    await expect(users.update({ id: '1' }, { email: 'b' })).rejects.toMatchObject({
      ...details,
      operation: 'UpdateItem',
    });
    expect(await users.delete({ id: '1' })).toBeUndefined();
    expect(writes()).toEqual([]);
  });

  it('was done, whatever becomes of reading it back', async () => {
    const failed = () => Object.assign(new Error(), { name: 'InternalServerError', $fault: 'server' });
    const { users } = usersIn([row('a'), failed]);
    await expect(users.update({ id: '1' }, { email: 'b' })).rejects.toMatchObject({
      code: 'SERVICE_FAILED',
      mayBeDone: true,
    });
    const gone = usersIn([row('a'), undefined]);
    await expect(gone.users.update({ id: '1' }, { email: 'b' })).rejects.toMatchObject({
      code: 'ITEM_NOT_FOUND',
      message: 'User was deleted by another writer',
      operation: 'GetItem',
      mayBeDone: true,
    });
  });
});
