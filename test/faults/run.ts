// Runs the fault tests at length, on both clients, and prints their figures. Arguments are passed on to vitest;
// FAULT_SEED, FAULT_OPERATIONS and FAULT_KILLS say what is done.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = mkdtempSync(join(tmpdir(), 'fault-figures-'));
const file = join(folder, 'figures.jsonl');

const env = {
  FAULT_SEED: String(Math.trunc(Math.random() * 2 ** 31)),
  FAULT_OPERATIONS: '20000',
  FAULT_KILLS: '40',
  ...process.env,
  FAULT_FIGURES: file,
};
console.log(`FAULT_SEED=${env.FAULT_SEED} repeats this run.`);
const tests = spawn('vitest', ['run', 'test/faults', '--silent=passed-only', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env,
});
const [code] = (await once(tests, 'exit')) as [number | null];
const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
rmSync(folder, { recursive: true });
for (const line of lines.sort()) {
  const { title, client, figures } = JSON.parse(line);
  console.log(`\n${title}, ${client} client`, inspect(figures, { depth: 4, colors: process.stdout.isTTY }));
}
process.exit(code ?? 1);
