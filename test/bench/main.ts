// Runs benchmarks, prints them as tables, and keeps them as JSON and as charts.
//   npm run bench -- [names…] [--check] [--quick] [--ric]
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark, BenchmarkOptions } from './benchmark.ts';
import { build } from './benchmarks/build.ts';
import { codec } from './benchmarks/codec.ts';
import { cold } from './benchmarks/cold.ts';
import { requests } from './benchmarks/requests.ts';
import { scale } from './benchmarks/scale.ts';
import { tls } from './benchmarks/tls.ts';
import { warm } from './benchmarks/warm.ts';
import { budgets } from './budgets.ts';
import { thisMachine, versionsOf } from './measure/machine.ts';
import { FULL_EFFORT, QUICK_EFFORT } from './measure/paired.ts';
import { checkBudgets } from './report/budget-check.ts';
import { writeChart } from './report/chart.ts';
import { budgetLines, resultLines } from './report/table.ts';
import { type Result, writeResult } from './result.ts';

const BENCHMARKS: readonly Benchmark[] = [codec, build, requests, tls, scale, warm, cold];

const USAGE = `npm run bench -- [names…] [--check] [--quick] [--ric]

  names    ${BENCHMARKS.map(({ name }) => name).join(', ')}; all when none is given
  --check  exit with 1 where a budget is broken
  --quick  few short rounds, to try it out: nothing is kept, and nothing can be concluded
  --ric    cold starts under aws-lambda-ric on Node 22 and 24 as well; npm run test:e2e installs both`;

async function measure(benchmark: Benchmark, options: BenchmarkOptions): Promise<Result> {
  const found = await benchmark.run(options);
  return {
    name: benchmark.name,
    title: benchmark.title,
    method: benchmark.method,
    measuredAt: new Date().toISOString(),
    machine: thisMachine(),
    versions: versionsOf(benchmark.packages),
    ...found,
  };
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      check: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      ric: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((given) => !BENCHMARKS.some(({ name }) => name === given));
  if (values.help || unknown.length > 0) {
    console.log(unknown.length > 0 ? `There is no benchmark ${unknown.join(', ')}.\n\n${USAGE}` : USAGE);
    return unknown.length > 0 ? 1 : 0;
  }
  const unbuilt = ['core', 'middy', 'esbuild', 'local'].filter((name) => !existsSync(distOf(name)));
  if (unbuilt.length > 0) {
    console.log(
      `Not built: ${unbuilt
        .map(distOf)
        .map((file) => relative(process.cwd(), file))
        .join(', ')}. Run npm run build first.`,
    );
    return 1;
  }
  const chosen = BENCHMARKS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  const results: Result[] = [];
  for (const benchmark of chosen) {
    console.log(`\nMeasuring ${benchmark.name}…`);
    const result = await measure(benchmark, { effort: values.quick ? QUICK_EFFORT : FULL_EFFORT, ric: values.ric });
    results.push(result);
    console.log(resultLines(result).join('\n'));
    if (values.quick) continue;
    console.log(
      `kept in ${[writeResult(result), writeChart(result)].map((file) => relative(process.cwd(), file)).join(' and ')}`,
    );
  }
  const verdicts = checkBudgets(budgets, results);
  console.log(budgetLines(verdicts).join('\n'));
  return values.check && verdicts.some(({ holds }) => !holds) ? 1 : 0;
}

function distOf(name: string): string {
  return join(import.meta.dirname, '..', '..', 'packages', name, 'dist', 'index.mjs');
}

process.exitCode = await main();
