import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.ts';

/** The repository. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url));

/** The parts of a package.json that say what a package needs. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly sideEffects?: boolean | readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A package of this repository that is published. */
export interface Package {
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

/** A package as npm publishes it. */
export interface PackedPackage extends Package {
  /** The path of the tarball. */
  readonly tarball: string;
  /** The files in it. */
  readonly files: readonly string[];
}

/** The packages to publish: all that export something. */
export const packages: readonly Package[] = readdirSync(join(root, 'packages'))
  .map((name) => join(root, 'packages', name))
  .filter((folder) => exportsSomething(join(folder, 'src', 'index.ts')))
  .map((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    return { name: manifest.name, folder, manifest };
  })
  .filter(({ manifest }) => manifest.private !== true);

function exportsSomething(index: string): boolean {
  return existsSync(index) && readFileSync(index, 'utf8').includes(' from ');
}

/** The names of those that have not been built. */
export const unbuilt: readonly string[] = packages
  .filter(({ folder }) => !existsSync(join(folder, 'dist', 'index.mjs')))
  .map(({ name }) => name);

/** Packs every package into a folder. */
export async function packAll(destination: string): Promise<PackedPackage[]> {
  const folders = packages.map(({ folder }) => folder);
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', destination, ...folders], root);
  const packed: { name: string; filename: string; files: { path: string }[] }[] = JSON.parse(stdout);
  return packages.map((each) => {
    const { filename, files } = packed.find(({ name }) => name === each.name)!;
    return { ...each, tarball: join(destination, filename), files: files.map(({ path }) => path) };
  });
}
