import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AttributeValue, DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { createTables, type Models, tableDefinitions } from '@tabletheory/core';
import { type Engine, startEngine } from '@tabletheory/local';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runIn } from '../test-cli.ts';
import { type ImportedModule, importedModule } from './imported-module.ts';

// A published data model of NoSQL Workbench: one table, two indexes and nine kinds of items, in 19 rows.
const file = fileURLToPath(new URL('../../../../../shared/data/online-shop/AnOnlineShop_14.json', import.meta.url));
const table = 'OnlineShop';

type Row = Record<string, AttributeValue>;

const inOrder = (rows: readonly Row[]): Row[] => {
  const key = ({ PK, SK }: Row): string => `${PK?.S} ${SK?.S}`;
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
};

async function cli(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runIn(import.meta.dirname, ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe.skipIf(!existsSync(file))('an online shop (needs ../shared/data/online-shop)', () => {
  let rows: Row[];
  let source: string;
  let module: ImportedModule;
  let models: Models;
  const engines: { engine: Engine; client: DynamoDBClient }[] = [];

  const start = async (): Promise<DynamoDBClient> => {
    const engine = await startEngine({ models });
    const client = new DynamoDBClient(engine.clientConfig);
    engines.push({ engine, client });
    return client;
  };
  const stored = async (client: DynamoDBClient): Promise<Row[]> => {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
    return inOrder(Items);
  };
  const load = async (client: DynamoDBClient): Promise<void> => {
    for (const Item of rows) await client.send(new PutItemCommand({ TableName: table, Item }));
  };

  beforeAll(async () => {
    rows = inOrder(JSON.parse(readFileSync(file, 'utf8')).DataModel[0].TableData);
    source = await cli('import', file);
    module = await importedModule(source);
    models = (await module.load()).models;
  });
  afterAll(async () => {
    await module[Symbol.asyncDispose]();
    for (const { engine, client } of engines) {
      client.destroy();
      await engine.stop();
    }
  });

  test('imports as models that type-check', { timeout: 120_000 }, async () => {
    expect(await module.typeCheck()).toEqual({ succeeded: true, output: '' });
    expect(Object.keys(models)).toEqual([
      'customers',
      'products',
      'warehouses',
      'warehouseItems',
      'orderItems',
      'orders',
      'invoices',
      'shipments',
      'shipmentItems',
    ]);
  });

  test('has every row read by one model, and by one only', async () => {
    const client = await start();
    await load(client);
    const tables = createTables({ client, models });
    const counts: Record<string, number> = {};
    for (const name of Object.keys(models)) {
      const items: any[] = await (tables as any)[name].scan().all();
      for (const { entityType } of items) expect(`${entityType}s`).toBe(name);
      counts[name] = items.length;
    }
    const expected = Map.groupBy(rows, (row) => `${row.EntityType?.S}s`);
    expect(counts).toEqual(Object.fromEntries([...expected].map(([name, of]) => [name, of.length])));
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(19);
  });

  test('has the same rows when the models write it', async () => {
    const [original, copy] = [await start(), await start()];
    await load(original);
    const [from, to] = [createTables({ client: original, models }), createTables({ client: copy, models })];
    for (const name of Object.keys(models)) {
      for (const item of await (from as any)[name].scan().all()) await (to as any)[name].create(item);
    }
    expect(await stored(copy)).toEqual(rows);
  });

  test('has keys and indexes that answer questions', async () => {
    const client = await start();
    await load(client);
    const tables = createTables({ client, models }) as any;
    expect(await tables.customers.get({ customerId: '12345' })).toMatchObject({ name: 'Samaneh' });
    const items = await tables.orderItems.where('orderId', '=', '12345').all();
    expect(items.map(({ productId }: any) => productId)).toEqual(['12345', '99887']);
    const sold = tables.orderItems.where('productId', '=', '99887').where('gsi1Sk', 'beginsWith', '2020-06');
    expect((await sold.all()).map(({ orderId }: any) => orderId)).toEqual(['12345']);
    const invoices = await tables.invoices.where('invoiceId', '=', '55443').all();
    expect(invoices[0].detail.payments.map(({ amount }: any) => amount)).toEqual([100, 300]);
  });

  test('is the same table, with the same indexes, as the data model says', () => {
    const [definition, ...others] = tableDefinitions(models);
    expect(others).toEqual([]);
    expect(definition?.create).toMatchObject({
      TableName: table,
      KeySchema: [{ AttributeName: 'PK' }, { AttributeName: 'SK' }],
    });
    expect(definition?.create.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)?.sort()).toEqual([
      'GSI1',
      'GSI2',
    ]);
  });

  test('exports as a DMS document that imports as the same models', async () => {
    const text = await cli('export', '--models', module.file);
    await using document = await importedModule(text);
    const again = await cli('import', document.file);
    const withoutOrder = (code: string): string[] => code.split('\n').slice(1).sort();
    expect(withoutOrder(again)).toEqual(withoutOrder(source));
  });
});
