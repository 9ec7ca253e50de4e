import type { BuildOptions } from 'esbuild';

/** What the options of esbuild are where they are not given: one minified ES module for Node 22 and later. */
const defaults: BuildOptions = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // Of packages that have both, the ES modules: what is not used of them is left out.
  mainFields: ['module', 'main'],
  metafile: true,
};

/**
 * Fills the defaults in.
 *
 * @throws TypeError when the options ask for something other than one ES module for Node per entry point.
 */
export function applyDefaults(options: BuildOptions): void {
  for (const [name, value] of Object.entries(defaults)) (options as Record<string, unknown>)[name] ??= value;
  // Without a package.json beside it, Node takes only `.mjs` for an ES module.
  if (options.outdir !== undefined) options.outExtension ??= { '.js': '.mjs' };
  const fixed = { bundle: true, format: 'esm', platform: 'node', metafile: true };
  for (const [name, value] of Object.entries(fixed)) {
    if (options[name as keyof BuildOptions] === value) continue;
    throw new TypeError(`@tabletheory/esbuild: option ${name} of esbuild must be ${JSON.stringify(value)} or left out`);
  }
}
