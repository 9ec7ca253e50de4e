import { existsSync } from 'node:fs';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Manifest, type PackedPackage, root } from './packages.ts';
import { run } from './run.ts';

/**
 * Packed packages, each unpacked into a folder of its own with links to what its package.json declares and to nothing
 * else: there no import works by the luck of what lies beside it. Packages of others are linked from the repository.
 */
export class Installation {
  readonly #folder: string;
  readonly #packed: ReadonlyMap<string, PackedPackage>;

  private constructor(folder: string, packed: readonly PackedPackage[]) {
    this.#folder = folder;
    this.#packed = new Map(packed.map((each) => [each.name, each]));
  }

  static async of(packed: readonly PackedPackage[], folder: string): Promise<Installation> {
    const installation = new Installation(folder, packed);
    await Promise.all(packed.map((each) => installation.#unpack(each)));
    return installation;
  }

  /** Makes a project that has installed some packages and nothing else, with a sample of their use in `sample.ts`. */
  async project(name: string, installed: readonly string[], sample: string): Promise<string> {
    const project = join(this.#folder, 'projects', name);
    const modules = join(project, 'node_modules');
    for (const each of [...installed, '@types/node']) await this.#link(each, modules);
    await writeFile(join(project, 'package.json'), '{"type":"module"}');
    const compilerOptions = {
      target: 'es2024',
      module: 'nodenext',
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
    };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['sample.ts'] }));
    await copyFile(sample, join(project, 'sample.ts'));
    return project;
  }

  async #unpack({ name, manifest, tarball }: PackedPackage): Promise<void> {
    const modules = join(this.#folder, 'store', name, 'node_modules');
    await mkdir(join(modules, name), { recursive: true });
    await run('tar', ['-xzf', tarball, '-C', join(modules, name), '--strip-components=1'], root);
    const optional = Object.keys(manifest.optionalDependencies ?? {}).filter((each) => existsSync(this.#homeOf(each)));
    const needed = [...Object.keys(manifest.dependencies ?? {}), ...peersOf(manifest), ...optional];
    for (const each of needed) await this.#link(each, modules);
  }

  async #link(name: string, modules: string): Promise<void> {
    const link = join(modules, name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(this.#homeOf(name), link, 'junction');
  }

  #homeOf(name: string): string {
    if (this.#packed.has(name)) return join(this.#folder, 'store', name, 'node_modules', name);
    return join(root, 'node_modules', name);
  }
}

/** The peers a package cannot do without. */
export function peersOf({ peerDependencies = {}, peerDependenciesMeta = {} }: Manifest): string[] {
  return Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
}
