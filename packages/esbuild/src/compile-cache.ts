import { chmod, cp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type RunOptions, runWith } from './run-bundle.ts';

/** Options of the compile cache. */
export interface CompileCacheOptions {
  /**
   * The ids of the users the function runs as: Node keeps a cache for each. Default 993, which is Lambda's; AWS does
   * not document it. Add `process.getuid()` to use the cache on this machine.
   */
  readonly uids?: readonly number[] | undefined;
  /**
   * The Node program that makes the cache. Only the same build of Node can use it: take the one from the image
   * `public.ecr.aws/lambda/nodejs`. Default: the one that runs the build.
   */
  readonly node?: string | undefined;
}

/** Lambda's runtime starts Node with `--expose-gc`, and V8 takes no cache that was made with other flags. */
const FLAGS: readonly (readonly string[])[] = [[], ['--expose-gc']];

/** Files in the compile cache's place. */
export interface CompileCache {
  /** The folder with the cache. */
  readonly folder: string;
  /** The module with the function's code; the one of the given name loads it. */
  readonly bundle: string;
}

/**
 * Puts V8's compile cache of a bundle beside it. The bundle is renamed to `<name>.bundle.mjs`; in its place comes a
 * module that switches the cache on and loads it. Both are only read, so they may lie in a read-only folder. Where the
 * cache does not fit (another build of Node, other flags, another user or kind of processor) it is ignored.
 *
 * @param exports the names the bundle exports.
 * @throws Error when the function does not start, or Node is older than 24.12: its caches cannot be moved to another
 * folder.
 */
export async function makeCompileCache(
  file: string,
  exports: readonly string[],
  { uids = [993], node, environment }: CompileCacheOptions & RunOptions,
): Promise<CompileCache> {
  const version = await runWith<string>([], 'answer(process.versions.node);', { node });
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 24 || (major === 24 && minor < 12)) {
    throw new Error(`Node ${version} cannot make a compile cache that may be moved: that takes 24.12 or newer`);
  }
  const name = basename(file, '.mjs');
  const folder = join(dirname(file), `${name}.cache`);
  const bundle = join(dirname(file), `${name}.bundle.mjs`);
  await rm(folder, { recursive: true, force: true });
  await rename(file, bundle);
  await writeFile(file, loader(name, exports));
  for (const flags of FLAGS)
    await runWith([file], 'await import(files[0]);\nanswer(true);', { node, flags, environment });
  for (const own of await readdir(folder)) {
    const withoutUid = own.replace(/-\d+$/, '');
    for (const uid of uids) await copyReadable(join(folder, own), join(folder, `${withoutUid}-${uid}`));
    if (!uids.some((uid) => own === `${withoutUid}-${uid}`)) await rm(join(folder, own), { recursive: true });
  }
  return { folder, bundle };
}

/** Node makes the files readable for their owner alone. */
async function copyReadable(from: string, to: string): Promise<void> {
  if (from !== to) await cp(from, to, { recursive: true });
  await chmod(to, 0o755);
  for (const file of await readdir(to)) await chmod(join(to, file), 0o644);
}

function loader(name: string, exports: readonly string[]): string {
  const named = exports.filter((each) => each !== 'default');
  return `try {
  process.getBuiltinModule('node:module').enableCompileCache({ directory: import.meta.dirname + ${JSON.stringify(`/${name}.cache`)}, portable: true });
} catch {
  // Before 24.12 Node cannot use a cache that was moved.
}
const bundle = await import(${JSON.stringify(`./${name}.bundle.mjs`)});
export const { ${named.join(', ')} } = bundle;
${exports.includes('default') ? 'export default bundle.default;\n' : ''}`;
}
