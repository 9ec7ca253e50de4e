import { resolve } from 'node:path';
import * as esbuild from 'esbuild';
import { type CompileCacheOptions, makeCompileCache } from './compile-cache.ts';
import { formatTable, kilobytes } from './format-table.ts';
import { type TableTheoryOptions, tableTheory } from './plugin.ts';
import { type PackageSize, sizesByPackage } from './size-report.ts';

/** Options of {@link build}: those of the plugin and of esbuild. */
export interface FunctionBuildOptions extends TableTheoryOptions, Omit<esbuild.BuildOptions, 'write' | 'metafile'> {
  /** Puts V8's compile cache beside the bundle: see the README. Default `false`. */
  readonly compileCache?: boolean | CompileCacheOptions | undefined;
}

/** A file that was built. */
export interface BuiltFile {
  /** Its absolute path. */
  readonly path: string;
  readonly bytes: number;
}

/** What {@link build} made. */
export interface BuildReport {
  readonly files: readonly BuiltFile[];
  /** What each package takes of them, the largest first. */
  readonly packages: readonly PackageSize[];
  readonly metafile: esbuild.Metafile;
}

/** Options for esbuild, with the plugin, of options for {@link build}. */
export function esbuildOptions(options: FunctionBuildOptions): esbuild.BuildOptions {
  const { environment, validators, ajv, credentialProviders, keep, compileCache: _, plugins = [], ...others } = options;
  return { ...others, plugins: [...plugins, tableTheory({ environment, validators, ajv, credentialProviders, keep })] };
}

/**
 * Bundles Lambda functions with {@link tableTheory}, and tells what is in the bundles.
 *
 * @throws Error (esbuild's `BuildFailure`) when the build fails; esbuild has written why.
 *
 * @example
 * import { build, formatReport } from '@tabletheory/esbuild';
 *
 * const report = await build({
 *   entryPoints: ['src/handler.ts'],
 *   outfile: 'dist/handler.mjs',
 *   environment: { CURSOR_SECRET: 'any' },
 * });
 * console.log(formatReport(report));
 */
export async function build(options: FunctionBuildOptions): Promise<BuildReport> {
  const { absWorkingDir = process.cwd(), compileCache = false, environment } = options;
  const { metafile } = await esbuild.build({ logLevel: 'warning', ...esbuildOptions(options), metafile: true });
  const files: BuiltFile[] = [];
  for (const [output, { bytes, entryPoint, exports }] of Object.entries(metafile.outputs)) {
    const path = resolve(absWorkingDir, output);
    if (compileCache !== false && entryPoint !== undefined) {
      const { bundle } = await makeCompileCache(path, exports, {
        environment,
        ...(compileCache !== true && compileCache),
      });
      files.push({ path: bundle, bytes });
    } else {
      files.push({ path, bytes });
    }
  }
  return { files, packages: sizesByPackage(metafile, absWorkingDir), metafile };
}

/** The report as text: each file, and below what each package takes. */
export function formatReport({ files, packages }: BuildReport): string {
  return formatTable([
    ...files.map(({ path, bytes }) => [path, kilobytes(bytes)]),
    ...packages.map(({ name, bytes }) => [`  ${name}`, kilobytes(bytes)]),
  ]);
}
