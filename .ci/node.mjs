// Runs a command of the repository on a Node this project supports. On Node 22.18 or newer it only starts the
// command; on an older one it gets Node 24 from the npm registry once, into the user's cache, and uses that.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE = '24.21.0';
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major, minor] = process.versions.node.split('.').map(Number);

function fetchedNode() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tabletheory', `node-${NODE}`);
  const bin = join(cache, 'node_modules', name, 'bin');
  if (existsSync(join(bin, 'node')) || existsSync(join(bin, 'node.exe'))) return bin;
  console.error(
    `Node ${process.versions.node} is older than 22.18: getting Node ${NODE} from the npm registry, once, into ${cache}`,
  );
  const install = [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--loglevel=error',
    '--prefix',
    cache,
  ];
  const { status } = spawnSync('npm', [...install, `${name}@${NODE}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
    cwd: homedir(),
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`Could not install ${name}@${NODE}. Install Node 22.18 or newer and run the command again.`);
    process.exit(1);
  }
  return bin;
}

const supported = major > 22 || (major === 22 && minor >= 18);
const bin = supported ? dirname(process.execPath) : fetchedNode();
const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: {
    ...process.env,
    PATH: [bin, join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
    DO_NOT_TRACK: '1',
  },
});
// A terminal sends Ctrl-C to the whole group; the child decides when it has cleaned up, we leave with it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`Could not start ${command}: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
