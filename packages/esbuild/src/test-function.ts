import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type BuildReport, build, type FunctionBuildOptions } from './build.ts';

/** A folder that is there until the test has finished. */
export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tabletheory-esbuild-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A bundle of a function made of source text, which imports as a file of this package does. */
export async function bundle(
  source: string,
  options: Omit<FunctionBuildOptions, 'outdir' | 'entryPoints'> = {},
): Promise<BuildReport & { readonly file: string }> {
  const file = options.outfile ?? join(await testFolder(), 'handler.mjs');
  const report = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: 'ts' },
    logLevel: 'silent',
    ...options,
    outfile: file,
  });
  return { ...report, file };
}

/** A file of the given text, in a folder of its own. */
export async function testFile(name: string, text: string): Promise<string> {
  const file = join(await testFolder(), name);
  await writeFile(file, text);
  return file;
}
