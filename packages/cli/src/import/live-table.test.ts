import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import {
  createTables,
  date,
  defineModel,
  integer,
  list,
  map,
  string,
  stringSet,
  tableDefinitions,
  ttl,
} from '@tabletheory/core';
import { type Engine, startEngine } from '@tabletheory/local';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ran, runIn } from '../test-cli.ts';
import { importedModule } from './imported-module.ts';
import { inferModels } from './infer-models.ts';
import { liveTable } from './live-table.ts';

const partition = { attribute: 'PK', template: 'ACCOUNT#{accountId}' } as const;
const Account = defineModel({
  name: 'Account',
  table: 'bank',
  key: { partition, sort: { attribute: 'SK', template: 'PROFILE' } },
  attributes: { accountId: string(), owner: string(), openedAt: date(), labels: stringSet({ optional: true }) },
});
const Payment = defineModel({
  name: 'Payment',
  table: 'bank',
  key: { partition, sort: { attribute: 'SK', template: 'PAYMENT#{paymentId}' } },
  attributes: {
    accountId: string(),
    paymentId: string(),
    payee: string(),
    amount: integer(),
    lines: list(map({ sku: string(), note: string({ optional: true }) })),
    expiresAt: ttl({ optional: true }),
  },
  indexes: {
    byPayee: {
      partition: { attribute: 'GSI1PK', template: 'PAYEE#{payee}' },
      sort: { attribute: 'GSI1SK', template: 'PAYMENT#{paymentId}' },
      projection: ['amount'],
    },
  },
});
const models = { accounts: Account, payments: Payment };

let engine: Engine;
let client: DynamoDBClient;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'));
  engine = await startEngine({ models });
  client = new DynamoDBClient(engine.clientConfig);
  const { accounts, payments } = createTables({ client, models });
  for (const i of [1, 2, 3]) {
    const labels = i === 1 ? {} : { labels: new Set(['x']) };
    await accounts.create({ accountId: `a-${i}`, owner: `O${i}`, openedAt: new Date(i), ...labels });
    const lines = [{ sku: 's' }, { sku: 't', note: 'n' }];
    const payment = { accountId: `a-${i}`, paymentId: `p-${i}0`, payee: `shop ${i}`, amount: i * 10, lines };
    await payments.create(i === 2 ? payment : { ...payment, expiresAt: new Date(4e12) });
  }
});
afterAll(async () => {
  client?.destroy();
  await engine?.stop();
  await rm(folder, { recursive: true, force: true });
});

const cli = (...args: string[]): Promise<Ran> => runIn(folder, ...args);

/** The engine keeps tables apart by access key, where it is one that others use too. */
const isOwnEngine = process.env.AWS_ENDPOINT_URL_DYNAMODB === undefined;

const isOf =
  (...expected: string[]) =>
  (names: string[]): boolean =>
    [...names].sort().join() === expected.join();

describe('tabletheory import --table', () => {
  test.runIf(isOwnEngine)('writes models that read the table', { timeout: 120_000 }, async () => {
    const out = ['--out', 'models.ts'];
    const result = await cli('import', '--table', 'bank', '--endpoint', engine.endpoint, ...out);
    expect(result).toEqual({ code: 0, stdout: 'Wrote 2 models to models.ts.\n', stderr: '' });
    const source = await readFile(join(folder, 'models.ts'), 'utf8');
    await using module = await importedModule(source);
    expect(await module.typeCheck()).toEqual({ succeeded: true, output: '' });
    const imported = (await module.load()).models;
    const tables = createTables({ client, models: imported }) as any;
    expect(await tables.profiles.get({ accountId: 'a-1' })).toEqual({
      accountId: 'a-1',
      owner: 'O1',
      openedAt: new Date(1),
    });
    const { items } = await tables.payments.where('payee', '=', 'shop 3').index('byPayee').page({ size: 5 });
    expect(items).toHaveLength(1);
    expect(tableDefinitions(imported).map(({ timeToLive }) => timeToLive)).toEqual(['expiresAt']);
    const again = await cli('import', '--table', 'bank', '--endpoint', engine.endpoint, ...out);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') });
    expect((await cli('import', '--table', 'bank', '--endpoint', engine.endpoint, '--force', ...out)).code).toBe(0);
  });

  test('describes a table as it was created', async () => {
    const source = await liveTable(client, 'bank', 1_000);
    const { models: imported } = inferModels(source);
    const definition = tableDefinitions(Object.fromEntries(imported.map(({ model }) => [model.name, model])));
    const original = tableDefinitions(models);
    const byName = (of: readonly { AttributeName?: string | undefined }[] = []) =>
      of.map(({ AttributeName }) => AttributeName).sort();
    expect(definition[0]?.create.KeySchema).toEqual(original[0]?.create.KeySchema);
    const [index] = original[0]?.create.GlobalSecondaryIndexes ?? [];
    const projection = { ProjectionType: 'INCLUDE', NonKeyAttributes: expect.toSatisfy(isOf('amount', 'payee')) };
    expect(definition[0]?.create.GlobalSecondaryIndexes).toEqual([{ ...index, Projection: projection }]);
    expect(byName(definition[0]?.create.AttributeDefinitions)).toEqual(
      byName(original[0]?.create.AttributeDefinitions),
    );
    expect(source.rows).toHaveLength(6);
  });

  test('reads no more rows than asked for', async () => {
    expect((await liveTable(client, 'bank', 4)).rows).toHaveLength(4);
  });

  test('says when there is no such table', async () => {
    await expect(liveTable(client, 'nothing', 1)).rejects.toThrow('There is no table nothing');
  });
});

describe('tabletheory import, called in a wrong way', () => {
  test.each([
    ['without a source', []],
    ['with two sources', ['a.json', '--table', 'b']],
    ['with two files', ['a.json', 'b.json']],
    ['with no sample', ['--table', 'a', '--sample', '0']],
    ['with an endpoint that is no URL', ['--table', 'a', '--endpoint', 'here']],
    ['with plain HTTP to elsewhere', ['--table', 'a', '--endpoint', 'http://db.example.com']],
    ['with a file that is not there', ['missing.json']],
  ])('%s, ends with 2 and says what to do', async (_what, args) => {
    const { code, stdout, stderr } = await cli('import', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^tabletheory: .+\n$/);
  });

  test.each([
    ['--sample', '5'],
    ['--region', 'eu-west-1'],
    ['--endpoint', 'http://localhost:8000'],
  ])('with %s and a file, says that it is for tables', async (option, value) => {
    const key = { PartitionKey: { AttributeName: 'id', AttributeType: 'S' } };
    await writeFile(
      join(folder, 'model.json'),
      JSON.stringify({ DataModel: [{ TableName: 'a', KeyAttributes: key }] }),
    );
    expect(await cli('import', 'model.json')).toMatchObject({ code: 0 });
    expect(await cli('import', 'model.json', option, value)).toEqual({
      code: 2,
      stdout: '',
      stderr: `tabletheory: ${option} is for a table that is read. Leave it out for a file, or name --table.\n`,
    });
  });

  test('with an attribute of kinds and a DMS document, which names its models, says so', async () => {
    const key = { partition: { attribute: 'id', type: 'S' } };
    const attributes = [{ attribute: 'id', type: 'S', required: true, roles: ['pk'] }];
    const document = { dms_version: '0.1', models: [{ name: 'A', table: { name: 'a' }, keys: key, attributes }] };
    await writeFile(join(folder, 'models.dms.json'), JSON.stringify(document));
    expect(await cli('import', 'models.dms.json')).toMatchObject({ code: 0 });
    expect(await cli('import', 'models.dms.json', '--entity-attribute', 'kind')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'tabletheory: A DMS document names its models itself. Leave out --entity-attribute.\n',
    });
  });

  test('with a broken file, says where and nothing of what is in it', async () => {
    const lines = ['{', ' "DataModel": [{', '  "TableData": [{ "name": { "S": "Ada Lovelace } }]', ' }]', '}'];
    await writeFile(join(folder, 'broken.json'), lines.join('\n'));
    const { code, stderr } = await cli('import', 'broken.json');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/broken\.json, line \d+, column \d+: /)]);
    expect(stderr).not.toContain('Ada');
  });

  test('without the permission, says so in one line', async () => {
    const server = createServer((request, response) => {
      request.resume();
      response
        .writeHead(400, { 'content-type': 'application/x-amz-json-1.0' })
        .end(
          '{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"not authorized to perform: dynamodb:DescribeTable"}',
        );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, stdout, stderr } = await cli('import', '--table', 'bank', '--endpoint', endpoint);
    await new Promise((resolve) => server.close(resolve));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe('tabletheory: AccessDeniedException: not authorized to perform: dynamodb:DescribeTable\n');
  });

  test('to a folder that is not there, makes it, as export does', async () => {
    const key = { PartitionKey: { AttributeName: 'id', AttributeType: 'S' } };
    await writeFile(
      join(folder, 'shop.json'),
      JSON.stringify({ DataModel: [{ TableName: 'shop', KeyAttributes: key }] }, null, '\t'),
    );
    expect(await cli('import', 'shop.json', '-o', 'made/models.ts')).toMatchObject({
      code: 0,
      stdout: 'Wrote 1 model to made/models.ts.\n',
    });
    await using module = await importedModule(await readFile(join(folder, 'made/models.ts'), 'utf8'));
    expect(await cli('export', '--models', module.file, '-o', 'exported/shop.dms.yml')).toMatchObject({
      code: 0,
      stdout: 'Wrote 1 model to exported/shop.dms.yml.\n',
    });
  });

  test.each([
    ['of another kind', '{"a":1}'],
    ['that holds no object', '1'],
    ['without tables', '{"DataModel":[]}'],
    ['with a table without a key', '{"DataModel":[{"TableName":"a"}]}'],
    [
      'with an index without a name',
      '{"DataModel":[{"TableName":"a","KeyAttributes":{"PartitionKey":{"AttributeName":"b","AttributeType":"S"}},"GlobalSecondaryIndexes":[{}]}]}',
    ],
  ])('with a file %s, ends with 2', async (_what, text) => {
    await writeFile(join(folder, 'source.json'), text);
    expect(await cli('import', 'source.json')).toMatchObject({ code: 2, stdout: '' });
  });
});

// What is not any(), with numbers as DynamoDB writes them, so that what comes back can be compared.
const value: fc.Arbitrary<AttributeValue> = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc
      .oneof(
        fc.string(),
        fc.date({ noInvalidDate: true }).map((at) => at.toISOString()),
      )
      .map((S) => ({ S })),
    fc
      .oneof(
        fc.integer().map(String),
        fc.bigInt({ min: 10n ** 20n, max: 10n ** 37n }).map((n) => `${n - (n % 10n) + 1n}`),
        fc.constant('0.1234567890123456789'),
      )
      .map((N) => ({ N })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true as const }),
    fc.uint8Array({ minLength: 1 }).map((B) => ({ B })),
    fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }).map((SS) => ({ SS: SS.sort() })),
    fc.array(tie('value'), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(fc.string({ minLength: 1 }), tie('value'), { maxKeys: 3, noNullPrototype: true }).map((M) => ({ M })),
  ),
})).value;
const keys = fc.tuple(fc.constantFrom('USER#', 'ORG#', ''), fc.constantFrom('PROFILE', 'ORDER#', 'LINE#7#', ''));
const row = fc.record({
  key: keys,
  kind: fc.constantFrom('user', 'order'),
  others: fc.dictionary(fc.constantFrom('a', 'B', 'c-d', 'userId', 'orderId', 'GSI1PK'), value, {
    maxKeys: 5,
    noNullPrototype: true,
  }),
});

describe('any rows', () => {
  test('are read by the models that are made of them, and written back as they were', {
    timeout: 120_000,
  }, async () => {
    let run = 0;
    let written = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), fc.boolean(), async (given, isMarked) => {
        const table = `rows-${run++}`;
        const rows = given.map(({ key: [hash, range], kind, others }, i) => ({
          ...others,
          PK: { S: `${hash}${i}` },
          SK: { S: range === 'PROFILE' ? range : `${range}s${i}` },
          ...(isMarked ? { entityType: { S: kind } } : {}),
        }));
        await client.send(new CreateTableCommand(definitionOf(table)));
        const put = (name: string) =>
          client.send(
            new BatchWriteItemCommand({ RequestItems: { [name]: rows.map((Item) => ({ PutRequest: { Item } })) } }),
          );
        await put(table);
        const source = await liveTable(client, table, 100);
        const stored = new Map(source.rows.map((of) => [of.PK?.S, of]));
        const { models: imported } = inferModels(source);
        for (const { model, notes } of imported) {
          // Where the keys do not tell its rows from others, those are read too.
          if (notes.some((note) => note.includes('do not tell it from'))) continue;
          const tables = createTables({ client, models: { model } });
          const found = await tables.model.scan().all();
          expect(found.length).toBeGreaterThan(0);
          for (const item of found) await tables.model.put(item);
          written += found.length;
          if (notes.some((note) => note.includes('removes the copy'))) await put(table);
        }
        const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
        expect(new Map(Items.map((of) => [of.PK?.S, of]))).toEqual(stored);
      }),
      { numRuns: 60 },
    );
    expect(written).toBeGreaterThan(60);
  });
});

function definitionOf(TableName: string): ConstructorParameters<typeof CreateTableCommand>[0] {
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'PK', KeyType: 'HASH' },
      { AttributeName: 'SK', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'PK', AttributeType: 'S' },
      { AttributeName: 'SK', AttributeType: 'S' },
    ],
  };
}
