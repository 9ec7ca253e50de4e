import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { tableTheory } from './plugin.ts';
import { runWith } from './run-bundle.ts';
import { bundle, testFile } from './test-function.ts';

const needsRequire = `
declare const require: any;
const load = (name: string) => require(name);
export const result = () => load('node:path').basename('/a/b');`;

const resultOf = (file: string) => runWith([file], 'answer((await import(files[0])).result());');

it('CommonJS code that calls require gets one, other code does not', async () => {
  const { file } = await bundle(needsRequire);
  expect(await resultOf(file)).toBe('b');
  const plain = await bundle(`import { basename } from 'node:path';\nexport const result = () => basename('/a/b');`);
  expect(await resultOf(plain.file)).toBe('b');
  expect(await readFile(plain.file, 'utf8')).not.toContain('createRequire');
});

it('it gets one in files that are not written, and with source maps that stay right', async () => {
  const stdin = { contents: needsRequire, resolveDir: import.meta.dirname, loader: 'ts' } as const;
  const { outputFiles } = await build({ stdin, write: false, plugins: [tableTheory()] });
  expect(await resultOf(await testFile('handler.mjs', outputFiles[0]!.text))).toBe('b');
  const mapped = await bundle(needsRequire.replace("load('node:path')", "load('missing-package')"), {
    sourcemap: 'inline',
  });
  const run = runWith([mapped.file], '(await import(files[0])).result();', { flags: ['--enable-source-maps'] });
  await expect(run).rejects.toThrow(/<stdin>:3:\d+/);
});

it('a banner that brings one is left alone', async () => {
  const js = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;
  const { file } = await bundle(needsRequire, { banner: { js } });
  expect(await resultOf(file)).toBe('b');
});
