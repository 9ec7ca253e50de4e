import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { commands } from './commands/index.ts';
import { type Ran, runIn } from './test-cli.ts';

const run = (...args: string[]): Promise<Ran> => runIn(tmpdir(), ...args);

it('helps', async () => {
  const { code, stdout } = await run('--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^tabletheory: infrastructure from your DynamoDB models.*\n\nUsage: tabletheory <command> \[options\]/,
  );
  for (const { name, summary } of commands) expect(stdout).toContain(`  ${name.padEnd(30)}${summary.split(' ')[0]}`);
  expect(stdout).toContain('Exit codes: 0 done, 1 a check failed or the work could not be done, 2 wrong usage.');
  expect(await run('-h')).toEqual({ code: 0, stdout, stderr: '' });
  expect(await run('help')).toEqual({ code: 0, stdout, stderr: '' });
  expect(await run('--version')).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
});

it('helps with a command', async () => {
  const { code, stdout } = await run('iam', '--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(/Usage: tabletheory iam \[function\] \[options\]/);
  expect(stdout).toMatch(/ {6}--recording <file> … {4,}A recording of a test run\n/);
  expect(stdout).toMatch(/Options of every command:\n {6}--config <file>/);
  expect((await run('help', 'iam')).stdout).toBe(stdout);
});

it.each(commands.map(({ name }) => name))('keeps the help of %s within 120 columns', async (name) => {
  const { stdout } = await run(name, '--help');
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
});

it.each([
  [[], /^tabletheory: infrastructure/],
  [['nothing'], /There is no command nothing\. There are: iam,/],
  [['iam', '--nothing'], /'--nothing'.*See tabletheory iam --help/],
  [['iam', '--format', 'xml', '--models', 'm.ts'], /--format xml: there are json, cloudformation, cdk\./],
  [['iam'], /There is no tabletheory.config.ts/],
])('exits with 2 for wrong usage: %j', async (args, message) => {
  const { code, stdout, stderr } = await run(...args);
  expect(stderr).toMatch(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

it('runs as a program', async () => {
  const main = join(import.meta.dirname, 'main.ts');
  const spawned = promisify(execFile);
  const { stdout } = await spawned(process.execPath, [main, '--version']);
  expect(stdout).toBe(`${packageJson.version}\n`);
  const failed = await spawned(process.execPath, [main, 'nothing']).catch((error) => error);
  expect(failed).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('no command nothing') });
});

it('prints nothing but the result on stdout, whatever a configuration prints', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tabletheory-cli-'));
  const models = join(folder, 'models.ts');
  const model = "{ name: 'A', table: 'a', key: { partition: 'id' }, attributes: {}, indexes: {} }";
  await writeFile(models, `console.log('loaded'); export const models = { a: ${model} };`);
  await writeFile(join(folder, 'handler.ts'), 'export const handler = async () => {};');
  const args = ['iam', '--json', '--models', models, '--source', join(folder, 'handler.ts')];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'main.ts'),
    ...args,
  ]);
  await rm(folder, { recursive: true });
  expect(JSON.parse(stdout)).toMatchObject({ functionName: 'handler' });
  expect(stderr).toContain('loaded');
});
