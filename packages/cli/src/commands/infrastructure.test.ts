import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Ran, runIn } from '../test-cli.ts';

const FIXTURES = join(import.meta.dirname, '..', 'infrastructure', 'test-config.ts');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'infrastructure-'));
  mkdirSync(join(folder, 'src'));
  // Handlers that use no table: their policies are empty.
  writeFileSync(join(folder, 'src', 'orders.ts'), 'export const handler = async () => {};\n');
  writeFileSync(join(folder, 'src', 'clean-up.ts'), 'export const run = async () => {};\n');
  writeFileSync(
    join(folder, 'tabletheory.config.ts'),
    `import { config } from ${JSON.stringify(FIXTURES)};\nexport default config;\n`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]): Promise<Ran> => runIn(folder, ...args);

describe('cloudformation', () => {
  it('prints a template with the policies of the functions', async () => {
    const { code, stdout: out, stderr: told } = await run('cloudformation');
    expect([code, told]).toEqual([0, expect.any(String)]);
    const { Resources } = JSON.parse(out);
    expect(Resources).toMatchObject({ ShopOrdersTable: {}, OrdersFunction: {}, ApiStage: {}, Dashboard: {} });
    expect(JSON.stringify(Resources.OrdersRole)).not.toContain('dynamodb:');
  });

  it('writes YAML to a file', async () => {
    const { code, stdout: out } = await run('cloudformation', '--yaml', '--out', 'out/template.yml');
    expect([code, out]).toEqual([0, 'Wrote out/template.yml.\n']);
    const yaml = readFileSync(join(folder, 'out', 'template.yml'), 'utf8');
    expect(parse(yaml)).toEqual(JSON.parse((await run('cloudformation')).stdout));
    expect(yaml).not.toMatch(/: [&*]a\d/);
  });

  it('writes YAML in which text stays text for CloudFormation, which reads YAML 1.1', async () => {
    const environment = { A: 'yes', B: 'on', C: '1_000', D: '12:30', E: '2026-01-31', F: 'n', G: '0x1F' };
    writeFileSync(
      join(folder, 'text.ts'),
      `export default { models: {}, functions: { orders: { handler: './src/orders.ts', environment: ${JSON.stringify(environment)} } } };`,
    );
    const { stdout: out } = await run('cloudformation', '--yaml', '--config', 'text.ts');
    const { Resources } = parse(out, { version: '1.1' });
    expect(Resources.OrdersFunction.Properties.Environment.Variables).toEqual(environment);
  });

  it('tells a file that cannot be written, and a configuration that cannot be used', async () => {
    expect(await run('cloudformation', '--out', 'src')).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^tabletheory: src could not be written: EISDIR.*\n$/),
    });
    const model = (key: string) =>
      `{ name: '${key}', table: 't', key: { partition: '${key}' }, attributes: { ${key}: string() }, indexes: {} }`;
    const core = JSON.stringify(join(import.meta.dirname, '../../../core/src/index.ts'));
    writeFileSync(
      join(folder, 'disagree.ts'),
      `import { string } from ${core}; export const A = ${model('a')}; export const B = ${model('b')};`,
    );
    const { code, stderr: told } = await run('cloudformation', '--models', 'disagree.ts');
    expect([code, told]).toEqual([
      2,
      expect.stringMatching(/^tabletheory: Models a, b share table t but disagree on .*\n$/),
    ]);
  });

  it('takes parts and settings by options', async () => {
    const { stdout: out } = await run(
      'cloudformation',
      '--only',
      'tables',
      '--stream',
      'KEYS_ONLY',
      '--encryption',
      'dynamodb',
    );
    const { Resources } = JSON.parse(out);
    expect(Object.keys(Resources)).toEqual(['ShopOrdersTable', 'SessionsTable']);
    expect(Resources.SessionsTable.Properties.StreamSpecification).toEqual({ StreamViewType: 'KEYS_ONLY' });
    expect(Resources.SessionsTable.Properties).not.toHaveProperty('SSESpecification');
  });

  it('reads the sources of functions only where their policies are needed', async () => {
    const functions = { orders: { handler: './src/none.ts' } };
    const api = { title: 'A', version: '1', routes: { 'GET /a': {} } };
    writeFileSync(join(folder, 'api.ts'), `export default ${JSON.stringify({ models: {}, functions, api })};`);
    expect(await run('cloudformation', '--only', 'api', '--config', 'api.ts')).toMatchObject({ code: 0, stderr: '' });
    expect(await run('cloudformation', '--config', 'api.ts')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('none.ts could not be read'),
    });
  });

  it.each([
    [['--only', 'table'], '--only table: there are tables, functions, api, monitoring.'],
    [['--stream', 'ALL'], '--stream ALL: there are KEYS_ONLY'],
    [['--encryption', 'mine'], '--encryption mine: there are dynamodb, aws, and the ARN of a key.'],
  ])('tells wrong options: %s', async (options, message) => {
    const { code, stderr: told } = await run('cloudformation', ...options);
    expect([code, told]).toEqual([2, expect.stringContaining(message)]);
  });
});

it('cdk writes a class of the given name', async () => {
  const { code, stdout: out } = await run('cdk', '--only', 'tables', '--class', 'Tables');
  expect([code, out]).toEqual([0, expect.stringContaining('export class Tables extends Construct')]);
  for (const name of ['9', 'class', 'Construct', 'Fn']) {
    expect(await run('cdk', '--class', name)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`--class ${name}`),
    });
  }
});

it('terraform writes a configuration, and says what is not in it', async () => {
  const { code, stdout: out, stderr: told } = await run('terraform', '--out', 'main.tf.json', '--json');
  expect([code, told]).toEqual([0, expect.stringContaining('The API is not part of the Terraform output.')]);
  expect(JSON.parse(readFileSync(join(folder, 'main.tf.json'), 'utf8'))).toEqual(JSON.parse(out));
});

it('terraform says that there is nothing to write', async () => {
  expect(await run('terraform', '--only', 'api')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--only api'),
  });
});

describe('apigateway', () => {
  it.each([
    ['openapi', 'openapi'],
    ['models', 'CreateOrderBody'],
    ['cloudformation', 'AWSTemplateFormatVersion'],
  ])('writes %s', async (format, member) => {
    const { code, stdout: out } = await run('apigateway', '--format', format);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toHaveProperty(member);
  });

  it('tells what it cannot do', async () => {
    expect(await run('apigateway', '--format', 'swagger')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there are openapi, models, cloudformation.'),
    });
    writeFileSync(
      join(folder, 'plain.ts'),
      `import { config } from ${JSON.stringify(FIXTURES)};\nexport default { models: config.models };\n`,
    );
    expect(await run('apigateway', '--config', 'plain.ts')).toMatchObject({
      code: 2,
      stderr: 'tabletheory: The configuration has no section api. Add one with title and routes.\n',
    });
  });
});

describe('validators', () => {
  it('writes those of files beside them', async () => {
    writeFileSync(join(folder, 'src', 'create-order.schema.json'), '{ "type": "object", "required": ["sku"] }');
    const { code, stdout: out } = await run('validators', 'src/create-order.schema.json');
    expect([code, out]).toEqual([0, 'Wrote src/create-order.validator.mjs\nWrote src/create-order.validator.d.mts\n']);
  });

  it('writes those of models and routes to a folder, and checks them there', async () => {
    const stale = await run('validators', '--out', 'validators', '--check');
    expect([stale.code, stale.stdout]).toEqual([
      1,
      expect.stringContaining('Stale: validators/order-new.validator.mjs'),
    ]);
    expect((await run('validators', '--out', 'validators')).code).toBe(0);
    expect(existsSync(join(folder, 'validators', 'create-order-body.validator.mjs'))).toBe(true);
    expect(await run('validators', '--out', 'validators', '--check')).toMatchObject({ code: 0 });
    writeFileSync(join(folder, 'validators', 'order-key.validator.mjs'), '');
    expect(await run('validators', '--out', 'validators', '--check', '--json')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('order-key.validator.mjs'),
    });
  });

  it('tells when two would be one file, and what is no schema', async () => {
    mkdirSync(join(folder, 'other'), { recursive: true });
    for (const name of ['src', 'other']) writeFileSync(join(folder, name, 'same.json'), '{}');
    expect(await run('validators', 'src/same.json', 'other/same.json', '--out', 'same')).toMatchObject({
      code: 2,
      stderr: 'tabletheory: Two schemas would be written to same/same.validator.mjs. Rename one of them.\n',
    });
    expect(existsSync(join(folder, 'same'))).toBe(false);
    writeFileSync(join(folder, 'src', 'text.json'), '"a"');
    expect(await run('validators', 'src/text.json')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no JSON Schema'),
    });
  });

  it('tells what it needs', async () => {
    expect(await run('validators')).toMatchObject({ code: 2, stderr: expect.stringContaining('--out') });
    expect(await run('validators', 'src/none.json')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ENOENT'),
    });
  });
});
