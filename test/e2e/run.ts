// Runs the end-to-end tests under Lambda's own runtime client. It is native and takes minutes to build, so it is
// no dependency of the repository: it is installed once into the user's cache. Arguments are passed on to vitest.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUNTIME_CLIENT = { name: 'aws-lambda-ric', version: '4.0.2' };
/** The versions of Node that Lambda's runtimes have. */
const NODE_VERSIONS = ['24.21.0', '22.23.3'];
const BUILD_TOOLS = ['cmake', 'make', 'g++', 'python3', 'tar', 'xz'];

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tabletheory');

interface Installable {
  readonly name: string;
  readonly version: string;
  /** The cache folder, without the version. */
  readonly folder: string;
  /** The file that is there once the installation is complete. */
  readonly complete: string;
}

/** The folder of a package in the cache, after installing it where it is not there yet; `undefined` where npm fails. */
function installed({ name, version, folder, complete }: Installable, takes: string): string | undefined {
  const prefix = join(cache, `${folder}-${version}`);
  const home = join(prefix, 'node_modules', name);
  if (existsSync(join(home, complete))) return home;
  console.log(`Installing ${name}@${version}, once, into ${prefix} (${takes}).`);
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', ['install', ...quiet, '--prefix', prefix, `${name}@${version}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd: homedir(),
  });
  return status === 0 && existsSync(join(home, complete)) ? home : undefined;
}

/** Why the runtime client cannot be built here, or nothing. */
function obstacle(): string | undefined {
  if (process.platform !== 'linux') return `it builds on Linux only, and this is ${process.platform}`;
  const missing = BUILD_TOOLS.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
  return missing.length === 0 ? undefined : `building it needs ${missing.join(', ')}`;
}

/** The programs of the Node versions to test with; the one that runs this stands for its release. */
function nodePrograms(): string[] {
  const release = (version: string) => version.split('.')[0];
  return NODE_VERSIONS.flatMap((version) => {
    if (release(version) === release(process.versions.node)) return [process.execPath];
    const name = `node-linux-${process.arch}`;
    const home = installed({ name, version, folder: 'node', complete: 'bin/node' }, 'seconds');
    if (home !== undefined) return [join(home, 'bin', 'node')];
    console.log(`Testing without Node ${version}, which could not be installed.`);
    return [];
  });
}

async function main(): Promise<number> {
  const complete = 'rapid-client.node';
  const client = { ...RUNTIME_CLIENT, folder: RUNTIME_CLIENT.name, complete };
  const isThere = existsSync(join(cache, `${client.folder}-${client.version}`, 'node_modules', client.name, complete));
  const reason = isThere ? undefined : obstacle();
  if (reason !== undefined) {
    console.log(`Skipped the end-to-end tests: they need ${client.name}, and ${reason}.`);
    return 0;
  }
  const runtimeClient = installed(client, 'it is compiled, which takes some minutes');
  if (runtimeClient === undefined) {
    console.log(`Skipped the end-to-end tests: ${client.name} could not be built here; what npm said is above.`);
    return 0;
  }
  console.log(`End-to-end tests under ${client.name} ${client.version}, ${runtimeClient}`);
  const vitest = ['run', '--config', 'test/e2e/vitest.config.ts', ...process.argv.slice(2)];
  const tests = spawn('vitest', vitest, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, E2E_RUNTIME_CLIENT: runtimeClient, E2E_NODES: nodePrograms().join(':') },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => tests.kill(signal));
  const [code] = (await once(tests, 'exit')) as [number | null];
  return code ?? 1;
}

process.exitCode = await main();
