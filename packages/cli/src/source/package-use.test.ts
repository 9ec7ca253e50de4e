import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { createTables, defineModel, string } from '@tabletheory/core';
import { idempotency, idempotencyModel } from '@tabletheory/idempotency';
import { createLeases, leaseModel } from '@tabletheory/lease';
import { type Engine, startEngine } from '@tabletheory/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRecording } from '../iam/recording.ts';
import { recordRequests } from '../record-requests.ts';
import { COMPLETION, packageUse } from './package-use.ts';
import { readSource } from './read-source.ts';
import { Values } from './value.ts';

const Order = defineModel({
  name: 'Order',
  table: 'orders',
  key: { partition: 'orderId' },
  attributes: { orderId: string() },
});
const models = { orders: Order, leases: leaseModel(), idempotency: idempotencyModel() };

const folder = mkdtempSync(join(tmpdir(), 'tabletheory-packages-'));
let engine: Engine;
let client: DynamoDBClient;
beforeAll(async () => {
  engine = await startEngine({ models });
  client = new DynamoDBClient(engine.clientConfig);
}, 60_000);
afterAll(async () => {
  client?.destroy();
  await engine?.stop();
  rmSync(folder, { recursive: true });
});

/** The actions that work asks DynamoDB for. */
async function recorded(work: () => Promise<unknown>): Promise<string[]> {
  const file = join(folder, `${crypto.randomUUID()}.ndjson`);
  const recording = recordRequests(file);
  await work();
  recording.stop();
  return readRecording(file)
    .map((use) => ('action' in use ? use.action : use.operation))
    .sort();
}

const actionsOf = (importedFrom: string, importedAs: string) =>
  packageUse({ values: new Values(), importedFrom, importedAs })?.actions;

function read(text: string, of: Partial<typeof models> = models) {
  const file = join(folder, 'handler.ts');
  writeFileSync(file, text);
  const { uses, unread } = readSource({ file, export: 'handler', models: of as typeof models, folder });
  const found = uses.map(({ action, model, place }) => `${action} ${model} ${place}`);
  return { uses: found.sort(), unread: unread.map(({ reason }) => reason) };
}

it('knows what leases ask of their table, whatever else is in the set', () => {
  const handler = `import { createLeases as make } from '@tabletheory/lease';
    export const handler = async (event, { tables }) => {
      const leases = make({ tables, duration: 10_000 });
      await leases.withLease('report', async () => tables.orders.get(event));
    };`;
  expect(read(handler)).toEqual({
    uses: ['GetItem orders handler.ts:4', 'PutItem leases handler.ts:3', 'UpdateItem leases handler.ts:3'],
    unread: [],
  });
});

it('knows what the middleware asks of its table, though it is given none', () => {
  const handler = `import middy from '@middy/core';
    import { idempotency, keyFromHeader } from '@tabletheory/idempotency';
    export const handler = middy()
      .use(idempotency({ key: keyFromHeader() }))
      .handler(async (event, { tables, idempotency }) => {
        await tables.$transactWrite((tx) => [
          tx.orders.create(event), idempotency.complete(tx.idempotency, 'done'),
        ]);
      });`;
  expect(read(handler)).toEqual({
    uses: [
      'DeleteItem idempotency handler.ts:4',
      'PutItem idempotency handler.ts:4',
      'PutItem orders handler.ts:7',
      'UpdateItem idempotency handler.ts:4',
      'UpdateItem idempotency handler.ts:7',
    ],
    unread: [],
  });
});

it('takes functions of the same name that are not theirs for what they are', () => {
  const handler = `import { createLeases } from './leases.js';
    export const handler = async (event, { tables }) => createLeases({ tables });`;
  expect(read(handler).unread).toEqual(['The set of tables is given to createLeases, which is not read.']);
});

it('says when the model they need is not configured', () => {
  const handler = `import { createLeases } from '@tabletheory/lease';
    export const handler = async (event, { tables }) => createLeases({ tables });`;
  expect(read(handler, { orders: Order })).toEqual({
    uses: [],
    unread: ['createLeases uses the table leases, which is none of the configured models.'],
  });
});

it('names what leases really ask for', async () => {
  const leases = createLeases({ tables: createTables({ client, models }) });
  const asked = await recorded(async () => {
    await leases.withLease('report', async () => {});
    const lease = await leases.acquire('report');
    await lease.refresh();
    await lease.release();
  });
  expect(asked).toEqual(actionsOf('@tabletheory/lease', 'createLeases'));
});

it('names what the middleware really asks for', async () => {
  const tables = createTables({ client, models });
  const chain = middy<{ readonly key: string; readonly fails?: boolean }>()
    .use(idempotency({ key: ({ key }: { key: string }) => key, tables }))
    .handler(async ({ fails }) => {
      if (fails) throw new Error('failed');
      return 'done';
    });
  const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 10_000 } as never;
  const asked = await recorded(async () => {
    await chain({ key: 'a' }, context);
    expect(await chain({ key: 'a' }, context)).toBe('done');
    await expect(chain({ key: 'b', fails: true }, context)).rejects.toThrow('failed');
  });
  expect(asked).toEqual(actionsOf('@tabletheory/idempotency', 'idempotency'));
  const completing = middy<{ readonly key: string }>()
    .use(idempotency({ key: ({ key }: { key: string }) => key, tables }))
    .handler(async (_event, { idempotency: attempt }) =>
      recorded(() => tables.$transactWrite((tx) => [attempt.complete(tx.idempotency, 'done')])),
    );
  expect(await completing({ key: 'c' }, context)).toEqual(COMPLETION.actions);
});
