import * as esbuild from 'esbuild';
import { esbuildOptions, type FunctionBuildOptions } from './build.ts';
import { bundleBeside } from './bundle-beside.ts';
import { formatTable, kilobytes } from './format-table.ts';
import { markPackages } from './mark-packages.ts';
import { type RunOptions, runWith } from './run-bundle.ts';
import { sizesByPackage } from './size-report.ts';

/** What one package costs when the function starts. */
export interface PackageCost {
  readonly name: string;
  /** Bytes, minified. */
  readonly bytes: number;
  /** Milliseconds of CPU time to run its modules, without the packages it imports. 0 where it is loaded later. */
  readonly cpu: number;
  /** Bytes of resident memory that its modules added. */
  readonly memory: number;
}

/** What the start of a function costs. */
export interface Explanation {
  /** The package that takes most CPU time first. */
  readonly packages: readonly PackageCost[];
  /** Of all entry points, minified, as they are bundled. */
  readonly bytes: number;
  /** Milliseconds of CPU time to import the bundle, with reading and compiling it. */
  readonly cpu: number;
  /** Bytes of resident memory that importing the bundle added. */
  readonly memory: number;
}

/** Options of {@link explain}. */
export interface ExplainOptions extends Omit<FunctionBuildOptions, 'compileCache'> {
  /** How often the function is started for each figure, which is the median. Default 7. */
  readonly runs?: number | undefined;
  /** The Node program to start it with. Default: the one that runs the build. */
  readonly node?: string | undefined;
}

type Costs = Readonly<Record<string, number>>;

/**
 * Tells what is in a bundle and what each package in it costs when the function starts, by starting it several times
 * in processes of their own. The figures are this machine's: compare them with each other.
 *
 * @throws Error when the function does not start.
 *
 * @example
 * import { explain, formatExplanation } from '@tabletheory/esbuild';
 *
 * console.log(formatExplanation(await explain({ entryPoints: ['src/handler.ts'], outfile: 'dist/handler.mjs' })));
 */
export async function explain(options: ExplainOptions): Promise<Explanation> {
  const { runs = 7, node, environment, ...others } = options;
  const { absWorkingDir = process.cwd() } = options;
  const bundled = esbuildOptions({ ...others, environment });
  const run: RunOptions = { node, environment };
  await using bundle = await bundleBeside(esbuild, { minify: true, ...bundled }, 'explained');
  const marked = { ...bundled, minify: false, plugins: [...(bundled.plugins ?? []), markPackages] };
  await using markedBundle = await bundleBeside(esbuild, marked, 'marked');
  const total = await medians(runs, () => runWith<Costs>(bundle.files, TOTAL, run));
  const cpu = await medians(runs, () => runWith<Costs>(markedBundle.files, byPackage(CPU_MICROSECONDS), run));
  const memory = await medians(runs, () => runWith<Costs>(markedBundle.files, byPackage(RESIDENT_BYTES), run));
  return {
    packages: sizesByPackage(bundle.metafile, absWorkingDir)
      .map(({ name, bytes }) => ({ name, bytes, cpu: (cpu[name] ?? 0) / 1000, memory: memory[name] ?? 0 }))
      .sort((a, b) => b.cpu - a.cpu),
    bytes: Object.values(bundle.metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0),
    cpu: (total.cpu ?? 0) / 1000,
    memory: total.memory ?? 0,
  };
}

const CPU_MICROSECONDS = '(({ user, system }) => user + system)(process.cpuUsage())';
const RESIDENT_BYTES = 'process.memoryUsage.rss()';

const TOTAL = `
const read = () => ({ cpu: ${CPU_MICROSECONDS}, memory: ${RESIDENT_BYTES} });
const before = read();
for (const file of files) await import(file);
const after = read();
answer({ cpu: after.cpu - before.cpu, memory: after.memory - before.memory });
`;

/** What was spent since the last mark belongs to the package whose module was running. */
function byPackage(read: string): string {
  return `
const costs = {};
const running = [];
let last = ${read};
const charge = () => {
  const now = ${read};
  const name = running.at(-1);
  if (name !== undefined) costs[name] = (costs[name] ?? 0) + now - last;
  last = now;
};
globalThis.enterPackage = (name) => { charge(); running.push(name); };
globalThis.leavePackage = () => { charge(); running.pop(); };
for (const file of files) await import(file);
answer(costs);
`;
}

async function medians(runs: number, measure: () => Promise<Costs>): Promise<Costs> {
  const measured: Costs[] = [];
  for (let i = 0; i < runs; i++) measured.push(await measure());
  const names = new Set(measured.flatMap(Object.keys));
  return Object.fromEntries([...names].map((name) => [name, median(measured.map((costs) => costs[name] ?? 0))]));
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** The explanation as a table. */
export function formatExplanation({ packages, bytes, cpu, memory }: Explanation): string {
  const row = (name: string, size: number, time: number, added: number): string[] => [
    name,
    kilobytes(size),
    time === 0 ? '' : `${time.toFixed(1)} ms`,
    time === 0 ? '' : `${(added / 2 ** 20).toFixed(1)} MB`,
  ];
  return formatTable([
    ['package', 'size', 'CPU', 'memory'],
    ...packages.map((each) => row(each.name, each.bytes, each.cpu, each.memory)),
    row('the whole bundle, with compiling it', bytes, cpu, memory),
  ]);
}
