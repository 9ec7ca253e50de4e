import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type Command, defineCommand, UsageError } from '../command.ts';
import { modelSources, routeSources } from '../validators/sources.ts';
import { standaloneValidator, type ValidatorSource } from '../validators/standalone.ts';

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
      sources.push({ ...(await sourceIn(resolve(cwd, path), out)), isText: values.text === true });
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
        { path: join(source.folder, `${name}.validator.mjs`), text: code },
        { path: join(source.folder, `${name}.validator.d.mts`), text: types },
      ];
    });
    if (values.check) return checked(files, cwd);
    for (const { path, text } of files) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
    const paths = files.map(({ path }) => relative(cwd, path));
    return { text: paths.map((path) => `Wrote ${path}`).join('\n'), json: { files: paths } };
  },
});

async function sourceIn(path: string, out: string | undefined): Promise<Placed> {
  const name = basename(path).replace(/(?:\.schema)?\.json$/, '');
  try {
    const schema = JSON.parse(await readFile(path, 'utf8'));
    return { name, schema, folder: out ?? dirname(path) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be read: ${reason}`, { cause: error });
  }
}

async function checked(files: readonly { readonly path: string; readonly text: string }[], cwd: string) {
  const stale: string[] = [];
  for (const { path, text } of files) {
    const there = await readFile(path, 'utf8').catch(() => undefined);
    if (there !== text) stale.push(relative(cwd, path));
  }
  return {
    text:
      stale.length === 0 ? `${files.length} files are up to date.` : stale.map((path) => `Stale: ${path}`).join('\n'),
    json: { stale },
    exitCode: stale.length === 0 ? (0 as const) : (1 as const),
  };
}
