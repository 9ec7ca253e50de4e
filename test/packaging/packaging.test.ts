import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Installation, peersOf } from './installation.ts';
import { type Package, type PackedPackage, packAll, packages, root, unbuilt } from './packages.ts';
import { run } from './run.ts';

const title = unbuilt.length === 0 ? 'as published' : `not built, run npm run build: ${unbuilt.join(', ')}`;

describe.skipIf(unbuilt.length > 0)(title, () => {
  let folder: string;
  let packed: PackedPackage[];
  let installation: Installation;

  beforeAll(async () => {
    // The real path: diagnostics name it.
    folder = await realpath(await mkdtemp(join(tmpdir(), 'packaging-')));
    packed = await packAll(folder);
    installation = await Installation.of(packed, folder);
  }, 60_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const packedOf = ({ name }: Package) => packed.find((each) => each.name === name)!;

  describe.each(packages)('$name', (each) => {
    test('holds what was built, its documentation and LICENSE, and nothing else', () => {
      const { files } = packedOf(each);
      const needed = ['LICENSE', 'README.md', 'package.json', 'dist/index.mjs', 'dist/index.d.mts'];
      expect(files).toEqual(expect.arrayContaining(needed));
      const others = files.filter((file) => !needed.includes(file));
      expect(others.filter((file) => !/^(dist\/[\w-]+\.(d\.mts|mjs)|docs\/[\w-]+\.md)$/.test(file))).toEqual([]);
    });

    test('says what tools and registries need to know', () => {
      const { manifest } = each;
      expect(manifest).toMatchObject({
        type: 'module',
        license: 'MIT',
        engines: { node: expect.stringMatching(/^>=22(\.\d+)?$/) },
        description: expect.stringMatching(/\.$/),
      });
      // A program, and what is there to be preloaded, do something when they are loaded.
      const programs = Object.values(manifest.bin ?? {});
      expect(manifest.sideEffects).toEqual(programs.length === 0 ? false : expect.arrayContaining(programs));
      const { './package.json': packageJson, ...entries } = manifest.exports ?? {};
      expect(packageJson).toBe('./package.json');
      expect(Object.keys(entries)).toContain('.');
      for (const entry of Object.values(entries)) {
        const [, name] = /^\.\/dist\/([\w-]+)\.mjs$/.exec((entry as { default: string }).default) ?? [];
        // Conditions are tried in order: types have to come first.
        expect(Object.entries(entry as object)).toEqual([
          ['types', `./dist/${name}.d.mts`],
          ['default', `./dist/${name}.mjs`],
        ]);
      }
    });

    test('depends on this version of its siblings, and brings or asks for the peers they need', () => {
      const { dependencies = {}, peerDependencies = {} } = each.manifest;
      for (const sibling of packages.filter(({ name }) => name in dependencies)) {
        expect(dependencies[sibling.name], sibling.name).toBe(sibling.manifest.version);
        for (const peer of peersOf(sibling.manifest)) {
          expect(Object.keys({ ...dependencies, ...peerDependencies }), `a peer of ${sibling.name}`).toContain(peer);
        }
      }
    });

    test('publint finds nothing', async () => {
      const tarball = await readFile(packedOf(each).tarball);
      const { messages } = await publint({ pack: { tarball: toArrayBuffer(tarball) } });
      expect(messages).toEqual([]);
    });

    test('its types resolve as its code does', { timeout: 60_000 }, async () => {
      const attw = join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
      const options = ['--profile', 'esm-only', '--no-color', '--format', 'table-flipped'];
      const { code, stdout, stderr } = await run(process.execPath, [attw, packedOf(each).tarball, ...options], folder);
      expect(code, stdout + stderr).toBe(0);
    });

    test('its README tells to install all it asks for', () => {
      expect(installLine(each)).toEqual(expect.arrayContaining([each.name, ...peersOf(each.manifest)]));
    });

    test('works alone, with what its README installs and nothing else', { timeout: 60_000 }, async () => {
      const sample = join(root, 'test', 'packaging', 'samples', `${basename(each.folder)}.ts`);
      expect(existsSync(sample), `${sample} is missing: write one`).toBe(true);
      const project = await installation.project(each.name, installLine(each), sample);
      const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
      const [types, sampleRun] = await Promise.all([
        run(process.execPath, [tsc, '--pretty', 'false'], project),
        run(process.execPath, ['sample.ts'], project),
      ]);
      expect(ownDiagnostics(types.stdout)).toEqual([]);
      expect(sampleRun.code, sampleRun.stderr).toBe(0);
    });
  });
});

/** The packages that a README tells to install: of several ways, the first. */
function installLine({ folder }: Package): string[] {
  const [, names = ''] = /^npm install (.+)$/m.exec(readFileSync(join(folder, 'README.md'), 'utf8')) ?? [];
  return names.split(' ').filter((name) => !name.startsWith('-'));
}

// Declarations that name an optional peer do not compile without it, unless `skipLibCheck` is set.
const optionalPeers = packages.flatMap(({ manifest }) =>
  Object.keys(manifest.peerDependencies ?? {}).filter((name) => !peersOf(manifest).includes(name)),
);

/** What the compiler has to say of this repository's own declarations; those of others it checks as well. */
function ownDiagnostics(output: string): string[] {
  return output.split(/\n(?! )/).filter((diagnostic) => {
    if (!diagnostic.includes('error TS')) return false;
    const [, missing = ''] = /Cannot find module '(.+?)'/.exec(diagnostic) ?? [];
    const [file = ''] = diagnostic.split('(');
    const isOwn = !file.includes('node_modules') || file.includes('@tabletheory');
    return isOwn && !optionalPeers.includes(missing);
  });
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
