import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { UsageError } from './command.ts';
import { defineConfig, loadConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'tabletheory-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

const model = (name: string): string => `{ name: '${name}', table: 't', key: { partition: 'id' }, attributes: {} }`;

it('returns what it is given', () => {
  const config = { models: {} };
  expect(defineConfig(config)).toBe(config);
});

it('says that there is no configuration', async () => {
  await expect(loadConfig({ cwd: folder })).rejects.toThrow(UsageError);
  await expect(loadConfig({ cwd: folder })).rejects.toThrow(/no tabletheory.config.ts.*--config or --models/);
});

it('loads models that a module exports together, or each by itself', async () => {
  const together = write('together.ts', `export const models = { orders: ${model('Order')} }; export const X = 1;`);
  const single = write('single.ts', `export const Order = ${model('Order')}; export const limit: number = 1;`);
  expect(Object.keys((await loadConfig({ cwd: folder, models: together })).models)).toEqual(['orders']);
  expect(Object.keys((await loadConfig({ cwd: folder, models: single })).models)).toEqual(['Order']);
  const none = write('none.ts', 'export const limit = 1;');
  await expect(loadConfig({ cwd: folder, models: none })).rejects.toThrow(/exports no models/);
});

it('loads a configuration by name, where models may take the place of its own', async () => {
  const config = write(
    'other.config.ts',
    `export default { models: { a: ${model('A')} }, functions: { f: { handler: './f.ts' } } };`,
  );
  const loaded = await loadConfig({ cwd: folder, config });
  expect(loaded).toMatchObject({ folder, models: { a: { name: 'A' } }, functions: { f: { handler: './f.ts' } } });
  const replaced = await loadConfig({ cwd: folder, config, models: 'single.ts' });
  expect(Object.keys(replaced.models)).toEqual(['Order']);
  expect(replaced.functions).toEqual(loaded.functions);
});

it('says what is wrong with a configuration', async () => {
  await expect(loadConfig({ cwd: folder, config: 'absent.ts' })).rejects.toThrow(/absent.ts could not be loaded/);
  const wrong = write('wrong.config.ts', 'export const config = 1;');
  await expect(loadConfig({ cwd: folder, config: wrong })).rejects.toThrow(/has no default export/);
  const empty = write('empty.config.ts', 'export default {};');
  await expect(loadConfig({ cwd: folder, config: empty })).rejects.toThrow(/has no models/);
});

it('finds tabletheory.config.ts, unless models are named', async () => {
  write('tabletheory.config.ts', `export default { models: { b: ${model('B')} }, functions: {} };`);
  expect((await loadConfig({ cwd: folder })).models).toMatchObject({ b: { name: 'B' } });
  const { models, functions } = await loadConfig({ cwd: folder, models: 'single.ts' });
  expect([Object.keys(models), functions]).toEqual([['Order'], undefined]);
});
