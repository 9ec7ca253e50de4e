// Runs every property of the repository many times over, and tells what was run.
//   npm run test:fuzz                                      10,000 runs of each
//   FUZZ_RUNS=100000 npm run test:fuzz -- packages/core    more of some
//   FUZZ_SEED=-1234 npm run test:fuzz -- cursor.test.ts    as a failure was reported
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SHARES } from './runs.ts';

interface Told {
  readonly path: string;
  readonly name: string;
  readonly failed: boolean;
  readonly runs: number;
  readonly seed: number;
  readonly ms: number;
}

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const runs = process.env.FUZZ_RUNS ?? '10000';
const chosen = process.argv.slice(2);

const files = globSync('{packages/*/src,test}/**/*.test.ts', { cwd: root })
  .filter((file) => readFileSync(join(root, file), 'utf8').includes("from 'fast-check'"))
  .filter((file) => chosen.length === 0 || chosen.some((part) => file.includes(part)))
  .sort();
if (files.length === 0) {
  console.error(`No file with properties has ${chosen.join(' or ')} in its name`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
const report = join(folder, 'report.jsonl');
writeFileSync(report, '');
const startedAt = performance.now();
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    ...['--config', 'test/fuzz/vitest.config.ts', '--reporter', 'dot'],
    ...files,
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, FUZZ_RUNS: runs, FUZZ_REPORT: report } },
);
const seconds = (performance.now() - startedAt) / 1000;
const told: Told[] = readFileSync(report, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line));
rmSync(folder, { recursive: true });

const sum = (all: readonly Told[], of: (one: Told) => number): number => all.reduce((total, one) => total + of(one), 0);
const row = (cells: readonly (string | number)[]): string =>
  cells.map((cell, i) => (i === 0 ? String(cell).padEnd(60) : String(cell).padStart(12))).join('');

console.log(row(['file', 'properties', 'runs', 'failures', 'seconds']));
for (const [path, all] of Map.groupBy(told, ({ path }) => relative(root, path))) {
  const failures = all.filter(({ failed }) => failed).length;
  console.log(
    row([path, all.length, sum(all, (one) => one.runs), failures, (sum(all, (one) => one.ms) / 1000).toFixed(1)]),
  );
}
for (const [place, share] of Object.entries(SHARES)) {
  console.log(`Of ${runs} runs, properties in ${place} have ${share * 100} %.`);
}
const failed = told.filter(({ failed }) => failed);
for (const { path, name, seed } of failed) console.log(`FAILED ${relative(root, path)}: ${name}; FUZZ_SEED=${seed}`);
console.log(
  `${told.length} properties, ${sum(told, (one) => one.runs)} runs, ${failed.length} failures, ${seconds.toFixed(0)} s`,
);
process.exit(status ?? 1);
