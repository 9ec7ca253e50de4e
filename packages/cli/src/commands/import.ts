import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type Command, defineCommand, UsageError } from '../command.ts';
import { counted } from '../counted.ts';
import { dmsDocument, parseYaml } from '../import/dms-document.ts';
import { dmsModels } from '../import/dms-models.ts';
import type { ImportedModels } from '../import/imported-models.ts';
import { inferModels } from '../import/infer-models.ts';
import { modelSource } from '../import/model-source.ts';
import type { TablePlace } from '../import/table-client.ts';
import { type WorkbenchFile, workbenchTables } from '../import/workbench.ts';
import { readText } from '../read-text.ts';
import { OUT_OPTION, written } from '../written.ts';

const SAMPLE = 1_000;

const TABLE_OPTIONS = ['endpoint', 'region', 'sample'] as const;

/** `tabletheory import`. */
export const importModels: Command = defineCommand({
  name: 'import',
  summary: 'Models from a live table, a NoSQL Workbench file or a DMS document',
  positionals: '[file]',
  details: `Writes the TypeScript source of models, from one of:

  tabletheory import --table orders --out src/models.ts
      a table: its description, and a sample of its rows
  tabletheory import shop.json --out src/models.ts
      a data model of NoSQL Workbench, with its sample data
  tabletheory import models.dms.yml --out src/models.ts
      a document of TableTheory's DMS v0.1, in YAML or JSON

In a table that holds several kinds of items, each becomes a model with templates for its keys. The kinds are told by
an attribute that names them, such as EntityType, or by the prefixes of the keys, such as ORDER#.

Reading a table needs dynamodb:DescribeTable, dynamodb:DescribeTimeToLive and dynamodb:Scan.`,
  options: {
    table: { type: 'string', value: 'name', description: 'The table to read' },
    endpoint: {
      type: 'string',
      value: 'url',
      description: 'With --table: the endpoint of DynamoDB; plain HTTP on this machine only',
    },
    region: {
      type: 'string',
      value: 'region',
      description: 'With --table: the region. Default: that of the environment',
    },
    sample: { type: 'string', value: 'n', description: `With --table: rows to read at most. Default: ${SAMPLE}` },
    'entity-attribute': { type: 'string', value: 'name', description: 'The attribute that names the kind of an item' },
    out: OUT_OPTION,
    force: { type: 'boolean', description: 'Write over the file of --out' },
  },
  async run({ values, positionals, cwd, env, tell }) {
    const [file, another] = positionals;
    const { table, out } = values;
    if ((file === undefined) === (table === undefined) || another !== undefined) {
      throw new UsageError('Name one source: a file, or --table. See tabletheory import --help.');
    }
    const stray = file === undefined ? undefined : TABLE_OPTIONS.find((option) => values[option] !== undefined);
    if (stray !== undefined) {
      throw new UsageError(`--${stray} is for a table that is read. Leave it out for a file, or name --table.`);
    }
    if (out !== undefined && existsSync(resolve(cwd, out)) && !values.force) {
      throw new UsageError(`${out} exists. Name another file for --out, or add --force to write over it.`);
    }
    const marker = values['entity-attribute'];
    const imported =
      file === undefined
        ? await fromTable(table as string, sampleSize(values.sample), marker, values, env)
        : fromFile(resolve(cwd, file), marker);
    const source = modelSource(imported, file === undefined ? `the table ${table}` : basename(file));
    for (const note of imported.notes) tell(note);
    for (const { model, notes } of imported.models) for (const note of notes) tell(`${model.name}: ${note}`);
    const json = {
      models: imported.models.map(({ model: { name, table: of }, notes }) => ({ name, table: of, notes })),
      notes: imported.notes,
      source,
    };
    return written(source, { out, cwd, json, what: counted(imported.models.length, 'model') });
  },
});

function sampleSize(text: string | undefined): number {
  if (text === undefined) return SAMPLE;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError('--sample must be a whole number of rows, 1 or more.');
}

async function fromTable(
  table: string,
  sample: number,
  marker: string | undefined,
  place: TablePlace,
  env: NodeJS.ProcessEnv,
): Promise<ImportedModels> {
  // The SDK takes its time to load, and only this needs it.
  const [{ tableClient }, { liveTable }] = await Promise.all([
    import('../import/table-client.ts'),
    import('../import/live-table.ts'),
  ]);
  const client = tableClient(place, env);
  try {
    return inferModels(await liveTable(client, table, sample), marker);
  } finally {
    client.destroy();
  }
}

/** JSON is YAML too: what a file is shows in what it holds. */
function fromFile(path: string, marker: string | undefined): ImportedModels {
  const parsed = parseYaml(readText(path), path);
  if (typeof parsed !== 'object' || parsed === null)
    throw new UsageError(`${path} is no data model and no DMS document.`);
  if ('dms_version' in parsed) {
    if (marker === undefined) return dmsModels(dmsDocument(parsed));
    throw new UsageError('A DMS document names its models itself. Leave out --entity-attribute.');
  }
  if (!('DataModel' in parsed)) {
    throw new UsageError(`${path} has neither DataModel, of NoSQL Workbench, nor dms_version, of a DMS document.`);
  }
  const tables = workbenchTables(parsed as WorkbenchFile).map((table) => inferModels(table, marker));
  return { models: tables.flatMap(({ models }) => models), notes: tables.flatMap(({ notes }) => notes) };
}
