import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runCli } from '../cli.ts';

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

/** Runs the command line in the folder. */
async function run(...args: string[]) {
  const out: string[] = [];
  const told: string[] = [];
  const code = await runCli(args, {
    cwd: folder,
    env: {},
    version: '0.0.0',
    stdout: (text) => void out.push(text),
    stderr: (text) => void told.push(text),
  });
  return { code, out: out.join(''), told: told.join('') };
}

describe('cloudformation', () => {
  it('prints a template with the policies of the functions', async () => {
    const { code, out, told } = await run('cloudformation');
    expect([code, told]).toEqual([0, expect.any(String)]);
    const { Resources } = JSON.parse(out);
    expect(Resources).toMatchObject({ ShopOrdersTable: {}, OrdersFunction: {}, ApiStage: {}, Dashboard: {} });
    expect(JSON.stringify(Resources.OrdersRole)).not.toContain('dynamodb:');
  });

  it('writes YAML to a file', async () => {
    const { code, out } = await run('cloudformation', '--yaml', '--out', 'out/template.yml');
    expect([code, out]).toEqual([0, 'Wrote out/template.yml.\n']);
    const yaml = readFileSync(join(folder, 'out', 'template.yml'), 'utf8');
    expect(parse(yaml)).toEqual(JSON.parse((await run('cloudformation')).out));
    expect(yaml).not.toMatch(/: [&*]a\d/);
  });

  it('takes parts and settings by options', async () => {
    const { out } = await run(
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

  it.each([
    [['--only', 'table'], '--only table: there are tables, functions, api, monitoring.'],
    [['--stream', 'ALL'], '--stream ALL: there are KEYS_ONLY'],
    [['--encryption', 'mine'], '--encryption mine: it is dynamodb, aws, or the ARN of a key.'],
  ])('tells wrong options: %s', async (options, message) => {
    const { code, told } = await run('cloudformation', ...options);
    expect([code, told]).toEqual([2, expect.stringContaining(message)]);
  });
});

it('cdk writes a class of the given name', async () => {
  const { code, out } = await run('cdk', '--only', 'tables', '--class', 'Tables');
  expect([code, out]).toEqual([0, expect.stringContaining('export class Tables extends Construct')]);
  expect(await run('cdk', '--class', '9')).toMatchObject({ code: 2 });
});

it('terraform writes a configuration, and says what is not in it', async () => {
  const { code, out, told } = await run('terraform', '--out', 'main.tf.json', '--json');
  expect([code, told]).toEqual([0, expect.stringContaining('The API is not part of the Terraform output.')]);
  expect(JSON.parse(readFileSync(join(folder, 'main.tf.json'), 'utf8'))).toEqual(JSON.parse(out));
});

describe('apigateway', () => {
  it.each([
    ['openapi', 'openapi'],
    ['models', 'CreateOrderBody'],
    ['cloudformation', 'AWSTemplateFormatVersion'],
  ])('writes %s', async (format, member) => {
    const { code, out } = await run('apigateway', '--format', format);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toHaveProperty(member);
  });

  it('tells what it cannot do', async () => {
    expect(await run('apigateway', '--format', 'swagger')).toMatchObject({
      code: 2,
      told: expect.stringContaining('there are openapi, models, cloudformation.'),
    });
    writeFileSync(
      join(folder, 'plain.ts'),
      `import { config } from ${JSON.stringify(FIXTURES)};\nexport default { models: config.models };\n`,
    );
    expect(await run('apigateway', '--config', 'plain.ts')).toMatchObject({
      code: 2,
      told: 'tabletheory: The configuration has no section api.\n',
    });
  });
});

describe('validators', () => {
  it('writes those of files beside them', async () => {
    writeFileSync(join(folder, 'src', 'create-order.schema.json'), '{ "type": "object", "required": ["sku"] }');
    const { code, out } = await run('validators', 'src/create-order.schema.json');
    expect([code, out]).toEqual([0, 'Wrote src/create-order.validator.mjs\nWrote src/create-order.validator.d.mts\n']);
  });

  it('writes those of models and routes to a folder, and checks them there', async () => {
    const stale = await run('validators', '--out', 'validators', '--check');
    expect([stale.code, stale.out]).toEqual([1, expect.stringContaining('Stale: validators/order-new.validator.mjs')]);
    expect((await run('validators', '--out', 'validators')).code).toBe(0);
    expect(existsSync(join(folder, 'validators', 'create-order-body.validator.mjs'))).toBe(true);
    expect(await run('validators', '--out', 'validators', '--check')).toMatchObject({ code: 0 });
    writeFileSync(join(folder, 'validators', 'order-key.validator.mjs'), '');
    expect(await run('validators', '--out', 'validators', '--check', '--json')).toMatchObject({
      code: 1,
      out: expect.stringContaining('order-key.validator.mjs'),
    });
  });

  it('tells what it needs', async () => {
    expect(await run('validators')).toMatchObject({ code: 2, told: expect.stringContaining('--out') });
    expect(await run('validators', 'src/none.json')).toMatchObject({
      code: 2,
      told: expect.stringContaining('ENOENT'),
    });
  });
});
