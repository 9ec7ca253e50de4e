import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type Command, type CommandResult, defineCommand, UsageError } from '../command.ts';
import { readJson } from '../read-text.ts';
import { modelSources, routeSources } from '../validators/sources.ts';
import { standaloneValidator, type ValidatorSource } from '../validators/standalone.ts';
import { writeText } from '../written.ts';

/** A validator, and the folder it is written to. */
interface Placed extends ValidatorSource {
  readonly folder: string;
}

/** `tabletheory validators`. */
export const validators: Command = defineCommand({
  name: 'validators',
  summary: 'Validators of JSON Schemas as modules that need no ajv',
  positionals: '[schema.json …]',
  details: `Writes two files for each schema, <name>.validator.mjs and <name>.validator.d.mts, for functions that are
bundled without @tabletheory/esbuild. @tabletheory/validator takes the function: validator({ body: validate }).

  tabletheory validators src/create-order.schema.json    beside each file
  tabletheory validators --out src/validators            of all models and routes of the configuration
  tabletheory validators --out src/validators --check    fails when what is there is not what would be written`,
  options: {
    out: { type: 'string', short: 'o', value: 'folder', description: 'Write to this folder' },
    text: {
      type: 'boolean',
      description: 'The named schemas are of query strings, paths or headers: text becomes the types they name',
    },
    check: { type: 'boolean', description: 'Write nothing, and fail when a file is missing or different' },
  },
  async run({ values, positionals, cwd, config }) {
    const out = values.out === undefined ? undefined : resolve(cwd, values.out);
    const sources: Placed[] = [];
    for (const path of positionals) {
      sources.push({ ...sourceIn(resolve(cwd, path), out), isText: values.text === true });
    }
    if (positionals.length === 0) {
      if (out === undefined) throw new UsageError('Name files with schemas, or --out for those of the configuration.');
      const { models, api } = await config();
      const all = [...modelSources(models), ...(api === undefined ? [] : routeSources(api))];
      sources.push(...all.map((source) => ({ ...source, folder: out })));
    }
    const files = sources.flatMap((source) => {
      const { name, code, types } = standaloneValidator(source);
      return [
        { path: relative(cwd, join(source.folder, `${name}.validator.mjs`)), text: code },
        { path: relative(cwd, join(source.folder, `${name}.validator.d.mts`)), text: types },
      ];
    });
    const paths = files.map(({ path }) => path);
    const twice = paths.find((path, i) => paths.indexOf(path) !== i);
    if (twice !== undefined) throw new UsageError(`Two schemas would be written to ${twice}. Rename one of them.`);
    if (values.check) return checked(files, cwd);
    for (const { path, text } of files) await writeText(path, text, cwd);
    return { text: paths.map((path) => `Wrote ${path}`).join('\n'), json: { files: paths } };
  },
});

function sourceIn(path: string, out: string | undefined): Placed {
  const name = basename(path).replace(/(?:\.schema)?\.json$/, '');
  const schema = readJson(path);
  if (typeof schema !== 'object' || schema === null)
    throw new UsageError(`${path} is no JSON Schema: write an object.`);
  return { name, schema, folder: out ?? dirname(path) };
}

async function checked(
  files: readonly { readonly path: string; readonly text: string }[],
  cwd: string,
): Promise<CommandResult> {
  const stale: string[] = [];
  for (const { path, text } of files) {
    const there = await readFile(resolve(cwd, path), 'utf8').catch(() => undefined);
    if (there !== text) stale.push(path);
  }
  if (stale.length === 0) return { text: `${files.length} files are up to date.`, json: { stale } };
  const advice = 'Run the same command without --check to write them.';
  return { text: [...stale.map((path) => `Stale: ${path}`), advice].join('\n'), json: { stale }, exitCode: 1 };
}
