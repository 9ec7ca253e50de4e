import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { type Ran, runIn } from '../test-cli.ts';

const example = join(import.meta.dirname, '../../../../examples/orders-api');
const ORDERS = ['--models', 'src/models.ts', '--source', 'src/handler.ts'];
const folder = mkdtempSync(join(tmpdir(), 'tabletheory-iam-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]): Promise<Ran> => runIn(example, 'iam', ...args);

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const table = 'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders';
const policy = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'OrdersTable',
      Effect: 'Allow',
      Action: [
        'dynamodb:BatchGetItem',
        'dynamodb:BatchWriteItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ],
      Resource: [table],
    },
    { Sid: 'OrdersIndex', Effect: 'Allow', Action: ['dynamodb:Query'], Resource: [`${table}/index/byStatus`] },
    {
      Sid: 'Traces',
      Effect: 'Allow',
      Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      Resource: ['*'],
    },
  ],
};

it('prints the policy of the example, and tells what was found', async () => {
  const { code, stdout, stderr } = await run(...ORDERS);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(policy);
  expect(stderr).toMatch(/^handler: 7 uses of tables, found in 15 source files\.\n/);
  expect(stderr).toMatch(/PutItem +orders +orders +source only +src\/routes\/create-order.ts:41\n/);
});

it('says what was found by source, by recording, and by both', async () => {
  const recording = file(
    'run.ndjson',
    [
      '{"action":"GetItem","table":"orders"}',
      '{"action":"Query","table":"orders"}',
      '{"action":"PutItem","table":"elsewhere"}',
      '{"operation":"CreateTable"}',
      '',
    ].join('\n'),
  );
  const { stdout, stderr } = await run(...ORDERS, '--recording', recording, '--json');
  const { uses, notes, recordings } = JSON.parse(stdout);
  const foundBy = Object.fromEntries(
    uses.map((use: any) => [`${use.action} ${use.table}${use.index ? `/${use.index}` : ''}`, use.foundBy]),
  );
  expect(foundBy).toMatchObject({
    'GetItem orders': ['recording', 'source'],
    'PutItem orders': ['source'],
    'Query orders/byStatus': ['source'],
    'Query orders': ['recording'],
    'PutItem elsewhere': ['recording'],
  });
  expect(recordings).toEqual([recording]);
  expect(notes).toEqual([
    'CreateTable was recorded. It is no action on items, and the policy does not allow it.',
    'Table elsewhere was recorded. It is that of none of the 3 models.',
  ]);
  expect(stderr).toMatch(/GetItem +orders +orders +source and recording/);
  expect(stderr).toMatch(/found in 15 source files and 1 recording\./);
});

it('limits by leading keys', async () => {
  const { stdout } = await run(...ORDERS, '--leading-key', 'customerId=${aws:PrincipalTag/customer}');
  const [products, orders] = JSON.parse(stdout).Statement;
  expect(products).toMatchObject({
    Action: ['dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem'],
    Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['PRODUCT#*'] } },
  });
  expect(orders.Condition).toEqual({
    'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['CUSTOMER#${aws:PrincipalTag/customer}'] },
  });
});

it('prints CloudFormation and CDK, with the place put in', async () => {
  const template = JSON.parse((await run(...ORDERS, '--format', 'cloudformation')).stdout);
  expect(template.Resources.HandlerPolicy.Properties.PolicyDocument.Statement[0].Resource).toEqual([
    { 'Fn::Sub': table },
  ]);
  const { stdout } = await run(
    ...ORDERS,
    '--format',
    'cdk',
    '--region',
    'eu-west-1',
    '--account',
    '1',
    '--partition',
    'aws',
  );
  expect(stdout).toContain("resources: ['arn:aws:dynamodb:eu-west-1:1:table/orders'],");
});

it('checks a policy', async () => {
  const good = file('good.json', policy);
  expect(await run(...ORDERS, '--check', good)).toEqual({
    code: 0,
    stdout: `handler: ${good} allows what it needs, and nothing else.\n`,
    stderr: '',
  });
  const [first, second] = policy.Statement;
  const bad = file('bad.json', { ...policy, Statement: [{ ...first, Action: ['dynamodb:*'] }, second] });
  const { code, stdout } = await run(...ORDERS, '--check', bad);
  expect(code).toBe(1);
  expect(stdout).toBe(`handler: ${bad} is not what it needs.
Missing:
  xray:PutTelemetryRecords on * is not allowed
  xray:PutTraceSegments on * is not allowed
Too wide:
  OrdersTable: dynamodb:* also allows dynamodb:AssociateTableReplica, dynamodb:ConditionCheckItem, dynamodb:CreateBackup and 69 more
  OrdersTable: dynamodb:Query on table/orders is not needed
`);
  const { stdout: json } = await run(...ORDERS, '--check', bad, '--json');
  expect(JSON.parse(json)).toMatchObject({ functionName: 'handler', ok: false });
});

it('takes functions of a configuration', async () => {
  const models = JSON.stringify(join(example, 'src/models.ts'));
  const handler = JSON.stringify(join(example, 'src/handler.ts'));
  const config = file(
    'tabletheory.config.ts',
    `import { models } from ${models};
     export default { models, functions: { orders: { handler: ${handler}, iam: { xray: false } }, idle: { handler: './idle.ts' } } };`,
  );
  file('idle.ts', 'export const handler = async () => {};');
  const { stdout } = await run('orders', '--config', config);
  expect(JSON.parse(stdout).Statement).toEqual(policy.Statement.slice(0, 2));
  expect((await run('idle', '--config', config)).stdout).toContain('"Statement": []');
  expect(await run('--config', config)).toMatchObject({ code: 2, stderr: expect.stringContaining('orders, idle') });
  expect(await run('other', '--config', config)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/no function other/),
  });
});

it('takes the present key of encrypted attributes and earlier ones, and checks for both', async () => {
  const core = JSON.stringify(join(import.meta.dirname, '../../../core/src/index.ts'));
  file('put.ts', 'export const handler = async (event, { tables }) => tables.cards.put(event);');
  const key = (id: string): string => `arn:aws:kms:eu-west-1:123456789012:key/${id}`;
  const config = file(
    'cards.ts',
    `import { defineModel, string } from ${core};
     const attributes = { id: string(), number: string({ encrypted: true }) };
     export default {
       models: { cards: defineModel({ name: 'Card', table: 'cards', key: { partition: 'id' }, attributes }) },
       functions: { put: { handler: './put.ts', iam: { kmsKey: ['${key('new')}', '${key('old')}'] } } },
     };`,
  );
  const { stdout: configured } = await run('--config', config);
  expect(JSON.parse(configured).Statement.slice(1)).toMatchObject([
    { Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: [key('new')] },
    { Action: ['kms:Decrypt'], Resource: [key('old')] },
  ]);
  const flags = ['--kms-key', key('newer'), '--kms-key', key('new')];
  const { stdout: flagged } = await run('--config', config, ...flags);
  expect(flagged).toBe(
    configured.replace(key('old'), 'last').replaceAll(key('new'), key('newer')).replace('last', key('new')),
  );
  expect(await run('--config', config, '--check', file('keys.json', configured))).toMatchObject({ code: 0 });
  expect((await run('--config', config, ...flags, '--check', file('keys.json', configured))).stdout).toContain(`Missing:
  kms:Decrypt on key/newer is not allowed
  kms:GenerateDataKey on key/newer is not allowed
Too wide:
  EncryptedAttributes: kms:GenerateDataKey on key/new is not needed
  EncryptedBefore: kms:Decrypt on key/old is not needed
`);
});

it('says which table has no name', async () => {
  const unnamed = file(
    'unnamed.ts',
    "export const A = { name: 'A', table: () => process.env.NO_SUCH_TABLE, key: { partition: 'id' }, attributes: {}, indexes: {} };",
  );
  const handler = file('get.ts', 'export const handler = async (event, { tables }) => tables.A.get(event);');
  expect(await run('--models', unnamed, '--source', handler)).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'tabletheory: Model A: its table function returned no name. Give it what it reads, such as an environment variable.\n',
  });
});

it('refuses options that cannot be', async () => {
  expect(await run('constructor', '--models', 'src/models.ts')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('There is no function constructor'),
  });
  expect(await run(...ORDERS, '--leading-key', 'customerId')).toMatchObject({ code: 2 });
  expect(await run(...ORDERS, '--check', join(folder, 'absent.json'))).toMatchObject({ code: 2 });
  expect(await run('--models', 'src/models.ts')).toMatchObject({ code: 2 });
  expect(await run('--models', 'src/models.ts', '--source', 'src/absent.ts')).toMatchObject({ code: 2 });
});

it('exits with 0, 1 and 2 as a program', async () => {
  const main = join(import.meta.dirname, '../main.ts');
  const spawned = async (...args: string[]): Promise<number> => {
    const { code = 0 } = await promisify(execFile)(process.execPath, [main, 'iam', ...args], { cwd: example }).catch(
      (error) => error,
    );
    return code;
  };
  expect(await spawned(...ORDERS, '--check', file('good.json', policy))).toBe(0);
  expect(await spawned(...ORDERS, '--check', file('none.json', { Statement: [] }))).toBe(1);
  expect(await spawned(...ORDERS, '--check')).toBe(2);
});
