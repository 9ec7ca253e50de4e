import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** A module with the lean client alone. */
const client = {
  stdin: { contents: `export { createLeanClient } from './lean.ts'`, resolveDir: import.meta.dirname, loader: 'ts' },
} as const;

describe('the module of the lean client', () => {
  it('is small, and brings nothing but itself', async () => {
    const result = await build({
      stdin: {
        contents: `export { createLeanClient } from './lean.ts'`,
        resolveDir: import.meta.dirname,
        loader: 'ts',
      },
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      write: false,
      metafile: true,
    });
    expect(Object.keys(result.metafile.inputs).filter((path) => path.includes('node_modules'))).toEqual([]);
    const [{ text } = { text: '' }] = result.outputFiles;
    expect(text).not.toMatch(/\b(fetch\(|Intl\.|zlib)/);
    expect(text.length).toBeLessThan(23_000);
  });

  it('loads HTTP and TLS at the first request', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lean-'));
    const outfile = join(directory, 'lean.mjs');
    try {
      await build({
        ...client,
        bundle: true,
        platform: 'node',
        format: 'esm',
        outfile,
      });
      const script = `
        const before = new Set(process.moduleLoadList);
        const { createLeanClient } = await import(${JSON.stringify(outfile)});
        createLeanClient({ region: 'eu-west-1' });
        console.log(process.moduleLoadList.filter((name) => !before.has(name)).join());`;
      const loaded = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
      expect(loaded).not.toMatch(/NativeModule (_http|https?|tls|_tls|net|zlib|crypto|internal\/deps\/undici)/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
