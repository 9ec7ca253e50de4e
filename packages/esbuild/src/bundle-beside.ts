import { rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { BuildOptions, Metafile, PluginBuild } from 'esbuild';

/** A bundle that is there only to be looked at. */
export interface TemporaryBundle extends AsyncDisposable {
  readonly metafile: Metafile;
  /** The paths of the bundled entry points. */
  readonly files: readonly string[];
}

/**
 * Makes another bundle beside the one that `options` describe, so that what is not bundled is found from there as well.
 *
 * @param tag keeps its file names apart.
 */
export async function bundleBeside(
  esbuild: Pick<PluginBuild['esbuild'], 'build'>,
  options: BuildOptions,
  tag: string,
): Promise<TemporaryBundle> {
  const { absWorkingDir = process.cwd(), outfile, entryNames = '[dir]/[name]' } = options;
  const mark = `.${tag}-${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  const { metafile } = await esbuild.build({
    ...options,
    ...(outfile === undefined
      ? { entryNames: `${entryNames}${mark}` }
      : { outfile: join(dirname(outfile), `${basename(outfile, '.mjs')}${mark}.mjs`) }),
    sourcemap: false,
    write: true,
    metafile: true,
    logLevel: 'silent',
  });
  const outputs = Object.entries(metafile.outputs).filter(([path]) => path.includes(mark));
  const pathOf = ([path]: (typeof outputs)[number]): string => resolve(absWorkingDir, path);
  return {
    metafile,
    files: outputs.filter(([path, { entryPoint }]) => entryPoint !== undefined && !path.endsWith('.map')).map(pathOf),
    async [Symbol.asyncDispose]() {
      await Promise.all(outputs.map((output) => rm(pathOf(output), { force: true })));
    },
  };
}
