import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import type { Samples } from '../measure/paired.ts';
import { spread } from '../measure/statistics.ts';
import * as names from '../names.ts';
import { comparedRows, type Row } from '../result.ts';
import { probedColdStart, timeToFirstResponse } from '../subjects/cold/cold-start.ts';
import { lambdaRuntimes } from '../subjects/cold/lambda-runtimes.ts';
import { type Bundle, plainBundle, pluginBundle } from '../subjects/functions/bundles.ts';
import { startTlsServer } from '../subjects/tls/start-server.ts';

type Bundles = ReadonlyMap<string, Bundle>;
type Environment = Readonly<Record<string, string>>;

/** A function, and the variables that it is started with. */
interface Start {
  readonly bundle: Bundle;
  readonly environment: Environment;
}

/** Cold starts are few and each is long: more rounds than elsewhere do not help, and fewer do not do. */
const roundsOf = (rounds: number): number => (rounds < 10 ? 3 : 21);

export const cold: Benchmark = {
  name: 'cold',
  title: 'Cold start',
  method: [
    'A function that validates an order, puts it into a table, adds a metric and writes a line, unsampled by X-Ray: with all middlewares of the preset, and with Middy, Powertools logger, tracer and metrics, @middy/validator and DocumentClient. The preset is bundled by @tabletheory/esbuild, also with its compile cache, which is off by default; the others by esbuild, minified. @middy/validator compiles its schema as the function starts, and in a variant beforehand, as its documentation recommends.',
    'Each cold start is a new process under the local Lambda runtime, with requests over TLS to a stub in another process; the subjects alternate, and each round begins with another. CPU time, with all threads, in milliseconds: init is the import of the bundle and all that it starts, prewarming included; the first request comes after it. Not prewarmed, the first request opens the connection, as in the Powertools stack.',
    'Memory is what init adds to the resident set, in MB of 1,000,000 bytes. Bundles are in KB of 1,000 bytes. From start to first response is time on the clock, as a caller waits, and everything else CPU time.',
    'The data layer alone: import, construct, one put and one query of ten rows with a stubbed network, in a process with nothing else.',
    'The empty handler shows what of the figures is Node and the runtime client.',
  ],
  packages: [
    '@tabletheory/middy',
    '@tabletheory/esbuild',
    'esbuild',
    '@middy/core',
    '@aws-lambda-powertools/logger',
    '@aws-lambda-powertools/tracer',
    '@aws-lambda-powertools/metrics',
    '@middy/validator',
    '@aws-sdk/client-dynamodb',
    '@aws-sdk/lib-dynamodb',
  ],
  run: async ({ effort, ric }) => {
    const rounds = roundsOf(effort.rounds);
    const folder = mkdtempSync(join(tmpdir(), 'tabletheory-bench-'));
    try {
      const functions = await functionBundles(folder);
      const dataLayers = await dataLayerBundles(folder);
      using server = await startTlsServer();
      const environment = { ...server.environment, AWS_ENDPOINT_URL_DYNAMODB: server.endpoint };
      const samples = await coldStarts(startsOf(functions, environment), { rounds, ric });
      const rows = [
        ...rowsOf(samples, names.POWERTOOLS),
        ...rowsOf(await firstUses(dataLayers, rounds), names.DOCUMENT_CLIENT),
        ...sizeRows('bundle', sized(functions), names.POWERTOOLS),
        ...sizeRows('bundle of the data layer', sized(dataLayers), names.DOCUMENT_CLIENT),
      ];
      return { rows, rounds };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function functionBundles(folder: string): Promise<Bundles> {
  return new Map([
    [names.PRESET_LEAN, await pluginBundle('preset-lean.ts', join(folder, 'preset-lean'))],
    [names.PRESET_OFFICIAL, await pluginBundle('preset-official.ts', join(folder, 'preset-official'))],
    [names.PRESET_LEAN_CACHED, await pluginBundle('preset-lean.ts', join(folder, 'preset-lean-cached'), true)],
    [
      names.PRESET_OFFICIAL_CACHED,
      await pluginBundle('preset-official.ts', join(folder, 'preset-official-cached'), true),
    ],
    [names.POWERTOOLS, await plainBundle('powertools.ts', join(folder, 'powertools'))],
    [
      names.POWERTOOLS_PRECOMPILED,
      await plainBundle('powertools-precompiled.ts', join(folder, 'powertools-precompiled')),
    ],
    [names.EMPTY, await plainBundle('empty.ts', join(folder, 'empty'))],
  ]);
}

async function dataLayerBundles(folder: string): Promise<Bundles> {
  return new Map([
    [names.LEAN, await pluginBundle('data-lean.ts', join(folder, 'data-lean'))],
    [names.OFFICIAL, await pluginBundle('data-official.ts', join(folder, 'data-official'))],
    [names.LEAN_CACHED, await pluginBundle('data-lean.ts', join(folder, 'data-lean-cached'), true)],
    [names.OFFICIAL_CACHED, await pluginBundle('data-official.ts', join(folder, 'data-official-cached'), true)],
    [names.DOCUMENT_CLIENT, await plainBundle('data-document-client.ts', join(folder, 'data-document-client'))],
  ]);
}

/** Measurements, one a round, by subject and group. */
class Table {
  readonly samples = new Map<string, Map<string, number[]>>();

  add(subject: string, group: string, value: number): void {
    const groups = this.samples.get(subject) ?? new Map<string, number[]>();
    const values = groups.get(group) ?? [];
    values.push(value);
    this.samples.set(subject, groups.set(group, values));
  }
}

/** Each function, and the preset also without prewarming: its first request then opens the connection. */
function startsOf(functions: Bundles, environment: Environment): Map<string, Start> {
  const starts = new Map([...functions].map(([subject, bundle]) => [subject, { bundle, environment }]));
  const unwarmed = { ...environment, WARM_UP: 'false' };
  starts.set(names.PRESET_LEAN_UNWARMED, { ...(starts.get(names.PRESET_LEAN) as Start), environment: unwarmed });
  starts.set(names.PRESET_OFFICIAL_UNWARMED, {
    ...(starts.get(names.PRESET_OFFICIAL) as Start),
    environment: unwarmed,
  });
  return starts;
}

async function coldStarts(
  starts: ReadonlyMap<string, Start>,
  { rounds, ric }: { readonly rounds: number; readonly ric: boolean },
): Promise<Samples> {
  const table = new Table();
  const runtimes = Object.entries(ric ? lambdaRuntimes() : {});
  for (let round = 0; round < rounds; round++) {
    for (const [subject, { bundle, environment }] of turned([...starts], round)) {
      const { init, request, memory, sinceStart } = await probedColdStart(bundle, environment);
      table.add(subject, 'init', init);
      table.add(subject, 'first request', request);
      table.add(subject, 'init + first request', init + request);
      table.add(subject, 'process start to first response, CPU', sinceStart);
      table.add(subject, 'memory added by init', memory);
      table.add(subject, START_TO_RESPONSE, await timeToFirstResponse(bundle, environment));
      for (const [version, runtime] of runtimes) {
        const group = `${START_TO_RESPONSE}, aws-lambda-ric, ${version}`;
        table.add(subject, group, await timeToFirstResponse(bundle, environment, runtime));
      }
    }
  }
  return table.samples;
}

const START_TO_RESPONSE = 'process start to first response, clock';

/** First uses of the data layers, in processes of their own. */
async function firstUses(bundles: Bundles, rounds: number): Promise<Samples> {
  const table = new Table();
  const program = join(import.meta.dirname, '..', 'subjects', 'cold', 'first-use.mjs');
  const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  for (let round = 0; round < rounds; round++) {
    for (const [subject, { file }] of turned([...bundles], round)) {
      const env = { AWS_REGION: 'us-east-1', ...credentials };
      const printed = execFileSync(process.execPath, [program, file], { env, encoding: 'utf8' });
      table.add(subject, 'first use of the data layer', Number(printed));
    }
  }
  return table.samples;
}

function rowsOf(samples: Samples, against: string): Row[] {
  const rows = comparedRows(samples, { unit: 'ms', against: () => against, ours: names.isOurs });
  return rows.map((row) => (row.group === 'memory added by init' ? { ...row, unit: 'MB' } : row));
}

/** Those whose size is a figure of its own: a compile cache adds nothing to the bundle. */
function sized(bundles: Bundles): Bundles {
  return new Map([...bundles].filter(([subject]) => subject !== names.EMPTY && !subject.endsWith('compile cache')));
}

function sizeRows(group: string, bundles: Bundles, against: string): Row[] {
  const base = (bundles.get(against) as Bundle).size;
  return [...bundles].map(([subject, { size }]) => ({
    group,
    subject,
    ours: names.isOurs(subject),
    unit: 'KB',
    value: spread([size]),
    ratio: spread([size / base]),
    against,
  }));
}

function turned<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
