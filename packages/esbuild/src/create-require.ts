import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { PluginBuild } from 'esbuild';

/** What is left of a call to `require` that esbuild could not resolve: an ES module has no such function. */
const UNRESOLVED = 'Dynamic require of "';

const CREATE_REQUIRE = 'const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);\n';

/** Gives bundles a `require` where CommonJS code in them, such as that of pino's transports, still uses it. */
export function createRequireWhereNeeded(build: PluginBuild): void {
  const { initialOptions } = build;
  if (initialOptions.banner?.js?.includes('createRequire')) return;
  if (initialOptions.sourcemap) {
    // A line put before the others later would not be in the map.
    initialOptions.banner = { ...initialOptions.banner, js: (initialOptions.banner?.js ?? '') + CREATE_REQUIRE };
    return;
  }
  build.onEnd(async ({ metafile, outputFiles, errors }) => {
    if (errors.length > 0) return;
    for (const file of outputFiles ?? []) {
      if (needsRequire(file.path, file.text)) file.contents = new TextEncoder().encode(withRequire(file.text));
    }
    if (initialOptions.write === false) return;
    for (const output of Object.keys(metafile?.outputs ?? {})) {
      const path = resolve(initialOptions.absWorkingDir ?? process.cwd(), output);
      const text = await readFile(path, 'utf8');
      if (needsRequire(path, text)) await writeFile(path, withRequire(text));
    }
  });
}

function needsRequire(path: string, text: string): boolean {
  return !path.endsWith('.map') && text.includes(UNRESOLVED);
}

function withRequire(text: string): string {
  const [hashbang = ''] = /^#!.*\n/.exec(text) ?? [];
  return hashbang + CREATE_REQUIRE + text.slice(hashbang.length);
}
