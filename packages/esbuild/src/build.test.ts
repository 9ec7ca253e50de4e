import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { build, formatReport } from './build.ts';
import { tableTheory } from './plugin.ts';
import { runWith } from './run-bundle.ts';
import { bundle, testFolder } from './test-function.ts';

describe('build', () => {
  it('makes one minified ES module without a source map, and reports the bytes of each package', async () => {
    const report = await bundle(`
      import middy from '@middy/core';
      export const handler = middy().handler(async () => 'a long enough text');`);
    const code = await readFile(report.file, 'utf8');
    expect(code.trim().split('\n').length).toBeLessThan(5);
    expect(code).not.toContain('sourceMappingURL');
    expect(report.files).toEqual([{ path: report.file, bytes: (await stat(report.file)).size }]);
    const packages = new Map(report.packages.map(({ name, bytes }) => [name, bytes]));
    expect(packages.get('@middy/core')).toBeGreaterThan(1_000);
    const sum = report.packages.reduce((bytes, each) => bytes + each.bytes, 0);
    expect(sum).toBeLessThanOrEqual(code.length);
    expect(sum).toBeGreaterThan(code.length * 0.9);
    expect(report.packages.map(({ bytes }) => bytes)).toEqual([...packages.values()].toSorted((a, b) => b - a));
    expect(formatReport(report)).toMatch(/handler\.mjs +\d+\.\d kB\n {2}@middy\/core +\d+\.\d kB\n/);
  });

  it('names several functions .mjs, and writes source maps on demand', async () => {
    const folder = await testFolder();
    for (const name of ['orders', 'customers']) {
      await writeFile(join(folder, `${name}.ts`), `export const handler = () => '${name}' as string;`);
    }
    const report = await build({
      absWorkingDir: folder,
      entryPoints: ['orders.ts', 'customers.ts'],
      outdir: 'dist',
      sourcemap: true,
    });
    expect((await readdir(join(folder, 'dist'))).toSorted()).toEqual([
      'customers.mjs',
      'customers.mjs.map',
      'orders.mjs',
      'orders.mjs.map',
    ]);
    expect(report.packages).toMatchObject([{ name: '(application)' }]);
  });

  it('leaves nothing else behind, with a validator in the bundle as well', async () => {
    const { file } = await bundle(`
      import { validator } from '@tabletheory/validator';
      export const handler = validator({ body: { type: 'object' } });`);
    expect(await readdir(join(file, '..'))).toEqual(['handler.mjs']);
  });

  it('takes options of esbuild', async () => {
    const { file } = await bundle(`declare const NAME: string;\nexport const name = NAME;`, {
      define: { NAME: '"orders"' },
      minify: false,
    });
    expect(await runWith([file], 'answer((await import(files[0])).name);')).toBe('orders');
    expect(await readFile(file, 'utf8')).toContain('var name = "orders";');
  });

  it.each([
    [{ format: 'cjs' }, '@tabletheory/esbuild: option format of esbuild must be "esm" or left out'],
    [{ platform: 'browser' }, '@tabletheory/esbuild: option platform of esbuild must be "node" or left out'],
    [{ bundle: false }, '@tabletheory/esbuild: option bundle of esbuild must be true or left out'],
  ] as const)('refuses %o', async (options, message) => {
    await expect(bundle('export const handler = 1;', options)).rejects.toThrow(message);
  });
});

it('the plugin works in a build of its own', async () => {
  const stdin = { contents: `import { join } from 'node:path';\nexport const result = join('a', 'b');` };
  const outfile = join(await testFolder(), 'handler.mjs');
  await esbuild({ stdin, outfile, plugins: [tableTheory()] });
  expect(await runWith([outfile], 'answer((await import(files[0])).result);')).toBe(join('a', 'b'));
});
