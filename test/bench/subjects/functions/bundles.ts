import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build as tableTheoryBuild } from '@tabletheory/esbuild';
import { build } from 'esbuild';
import { precompiledSchema } from './precompiled-schema.ts';

/** A function that was bundled. */
export interface Bundle {
  /** The folder that holds nothing but its `handler.mjs`. */
  readonly folder: string;
  readonly file: string;
  /** Kilobytes of 1,000 bytes, without what a compile cache adds. */
  readonly size: number;
}

// Loaded on demand, and by nothing that is measured.
const EXTERNAL = ['@aws-sdk/credential-providers'];

/** Bundles with this project's plugin, and puts a compile cache beside it if that is wanted. */
export async function pluginBundle(source: string, folder: string, isCached = false): Promise<Bundle> {
  const outfile = prepared(folder);
  await tableTheoryBuild({
    entryPoints: [join(import.meta.dirname, source)],
    outfile,
    environment: { AWS_REGION: 'us-east-1' },
    // For the user that runs this.
    compileCache: isCached && { uids: [process.getuid?.() ?? 0] },
    // The packages as they are published, not their sources.
    tsconfigRaw: {},
  });
  return bundleOf(folder);
}

/** Bundles with esbuild alone: one minified ES module, with a `require` for those that ask for it. */
export async function plainBundle(source: string, folder: string): Promise<Bundle> {
  await build({
    entryPoints: [join(import.meta.dirname, source)],
    outfile: prepared(folder),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    external: EXTERNAL,
    plugins: [precompiledSchema],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    tsconfigRaw: {},
    logLevel: 'warning',
  });
  return bundleOf(folder);
}

function prepared(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return join(folder, 'handler.mjs');
}

function bundleOf(folder: string): Bundle {
  const file = join(folder, 'handler.mjs');
  return { folder, file, size: statSync(file).size / 1000 };
}
