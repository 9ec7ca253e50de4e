import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type AnyModel, createTables, defineModel, integer, string } from '@tabletheory/core';
import { type Engine, startEngine } from '@tabletheory/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordRequests } from '../record-requests.ts';
import { allActions, methodActions } from './model-actions.ts';

const Note = defineModel({
  name: 'Note',
  table: 'notes',
  key: { partition: 'id' },
  attributes: { id: string(), text: string({ optional: true }) },
});
const Member = defineModel({
  name: 'Member',
  table: 'members',
  key: { partition: 'id' },
  attributes: { id: string(), email: string({ unique: true }), visits: integer({ default: 0 }) },
});

const folder = mkdtempSync(join(tmpdir(), 'tabletheory-actions-'));
let engine: Engine;
let client: DynamoDBClient;

beforeAll(async () => {
  engine = await startEngine({ models: { notes: Note, members: Member } });
  client = new DynamoDBClient(engine.clientConfig);
}, 60_000);
afterAll(async () => {
  client.destroy();
  await engine.stop();
  rmSync(folder, { recursive: true });
});

/** The actions that a call asks DynamoDB for. */
async function recorded(call: () => Promise<unknown>): Promise<string[]> {
  const file = join(folder, `${crypto.randomUUID()}.ndjson`);
  const recording = recordRequests(file);
  await call();
  recording.stop();
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return [...new Set(lines.map((line) => JSON.parse(line).action))].sort();
}

function expected(model: AnyModel, method: string, changed?: string[]): string[] {
  return [...new Set(methodActions(model, 'direct', method, changed))].sort();
}

it('names what the methods of a table ask for', async () => {
  const { notes } = createTables({ client, models: { notes: Note } });
  const key = { id: 'n' };
  const item = { ...key, text: 'a' };
  const calls = {
    create: () => notes.create(item),
    get: () => notes.get(key),
    getOrThrow: () => notes.getOrThrow(key),
    put: () => notes.put(item),
    upsert: () => notes.upsert(item),
    update: () => notes.update(key, { text: 'b' }),
    batchGet: () => notes.batchGet([key]),
    batchWrite: () => notes.batchWrite({ put: [item] }),
    delete: () => notes.delete(key),
  };
  for (const [method, call] of Object.entries(calls)) {
    expect([method, await recorded(call)]).toEqual([method, expected(Note, method)]);
  }
});

it('names what they ask for with unique attributes', async () => {
  const { members } = createTables({ client, models: { members: Member } });
  const key = { id: 'm' };
  expect(await recorded(() => members.create({ ...key, email: 'a' }))).toEqual(expected(Member, 'create'));
  expect(await recorded(() => members.put({ ...key, email: 'b' }))).toEqual(expected(Member, 'put'));
  expect(await recorded(() => members.upsert({ ...key, email: 'c' }))).toEqual(expected(Member, 'upsert'));
  expect(await recorded(() => members.update(key, { email: 'd' }))).toEqual(expected(Member, 'update'));
  expect(await recorded(() => members.update(key, { visits: 1 }))).toEqual(expected(Member, 'update', ['visits']));
  expect(await recorded(() => members.delete(key))).toEqual(expected(Member, 'delete'));
});

it('names what transactions and batches ask for', async () => {
  const tables = createTables({ client, models: { notes: Note } });
  const key = (id: string) => ({ id });
  await tables.notes.create(key('3'));
  await tables.notes.create(key('5'));
  const written = await recorded(() =>
    tables.$transactWrite((tx) => [
      tx.notes.create(key('1')),
      tx.notes.put(key('2')),
      tx.notes.update(key('3'), { text: 'a' }),
      tx.notes.upsert({ ...key('4'), text: 'a' }),
      tx.notes.check(key('5'), (c) => c('id', 'exists', true)),
      tx.notes.delete(key('6')),
    ]),
  );
  expect(written).toEqual([...allActions('transactWrite')].sort());
  expect(await recorded(() => tables.$transactGet((tx) => [tx.notes.get(key('1'))]))).toEqual(
    allActions('transactGet'),
  );
  expect(await recorded(() => tables.$batchGet((b) => [b.notes.get(key('1'))]))).toEqual(allActions('batchGet'));
  expect(await recorded(() => tables.$batchWrite((b) => [b.notes.delete(key('1'))]))).toEqual(allActions('batchWrite'));
});

it('knows no other methods', () => {
  expect(methodActions(Note, 'direct', 'constructor')).toBeUndefined();
  expect(methodActions(Note, 'transactGet', 'delete')).toBeUndefined();
});
