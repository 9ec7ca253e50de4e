import type { BuildOptions, OnLoadResult, PluginBuild } from 'esbuild';
import { bundleBeside } from './bundle-beside.ts';
import { packageOf } from './package-of.ts';
import { KEY_OF, precompileSchema, type WantedSchema } from './precompile-schema.ts';
import { type RunOptions, runWith } from './run-bundle.ts';

const NAMESPACE = 'tabletheory-validator';
const PACKAGE = '@tabletheory/validator';

/** Where `@tabletheory/validator` looks for code. */
const LOOKUP = `globalThis[Symbol.for('@tabletheory/validator/precompiled')]`;

/** Options of {@link precompileValidators}. */
export interface PrecompileOptions extends RunOptions {
  /** Leaves ajv in the bundle all the same. */
  readonly keepAjv: boolean;
  /** The options of the bundle in which the function shows its schemas. */
  readonly bundle: BuildOptions;
}

interface PrecompiledSchema extends WantedSchema {
  readonly code: string;
}

interface Schemas {
  readonly compiled: readonly PrecompiledSchema[];
  /** Whether there are others, which ajv has to compile when the function starts. */
  readonly needAjv: boolean;
}

/**
 * Compiles the JSON Schemas that `@tabletheory/validator` is given, whether they are imported from a file, written
 * inline or a model's. To see them, a first bundle of the function is started once. When all are compiled, ajv is left
 * out.
 */
export function precompileValidators(build: PluginBuild, options: PrecompileOptions): void {
  let collecting: Promise<Schemas> | undefined;
  const collect = (): Promise<Schemas> => {
    collecting ??= collectSchemas(build, options);
    return collecting;
  };
  build.onStart(() => {
    collecting = undefined;
  });

  // The code is put in its place before the package that looks for it is used.
  build.onResolve(
    { filter: new RegExp(`^${PACKAGE}$`) },
    ({ path, importer, resolveDir, kind, namespace, pluginData }) => {
      if (pluginData === NAMESPACE) return undefined;
      if (namespace !== NAMESPACE) return { path, namespace: NAMESPACE, pluginData: { resolveDir } };
      return build.resolve(path, { importer, resolveDir, kind, pluginData: NAMESPACE });
    },
  );
  build.onResolve({ filter: /^(?:schemas|schema-\d+)$/, namespace: NAMESPACE }, ({ path }) => ({
    path,
    namespace: NAMESPACE,
  }));
  build.onResolve({ filter: /^ajv(?:\/dist\/2020\.js)?$/ }, async ({ importer }) => {
    if (options.keepAjv || packageOf(importer) !== PACKAGE) return undefined;
    // A failure is told once, by the module with the schemas.
    const { needAjv } = await collect().catch(() => ({ needAjv: true }));
    return needAjv ? undefined : { path: 'ajv', namespace: NAMESPACE };
  });
  build.onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path, pluginData }): Promise<OnLoadResult> => {
    if (path === 'ajv') return { contents: NO_AJV };
    if (path === PACKAGE) return { contents: `import 'schemas';\nexport * from '${PACKAGE}';`, ...pluginData };
    const { compiled } = await collect();
    if (path === 'schemas') return { contents: lookup(compiled), resolveDir: import.meta.dirname };
    return { contents: compiled[Number(path.replace('schema-', ''))]?.code ?? '', resolveDir: import.meta.dirname };
  });
}

async function collectSchemas(build: PluginBuild, options: PrecompileOptions): Promise<Schemas> {
  await using bundle = await bundleBeside(build.esbuild, { ...options.bundle, minify: false }, 'schemas');
  const wanted = await runWith<WantedSchema[]>(bundle.files, COLLECT, options).catch((error: Error) => {
    throw new Error(
      `The function did not start, which is needed to see its JSON Schemas. Give the variables it reads in the option environment, or leave the schemas to ajv with validators: false.\n${error.message}`,
    );
  });
  const compiled = wanted.flatMap((each) => {
    const code = precompileSchema(each);
    return code === undefined ? [] : [{ ...each, code }];
  });
  return { compiled, needAjv: compiled.length < wanted.length };
}

const COLLECT = `
const keyOf = ${KEY_OF};
const wanted = new Map();
${LOOKUP} = (schema, options) => {
  const each = { schema: keyOf(schema), options: keyOf(options) };
  wanted.set(each.schema + each.options, each);
  // Validators, so that nobody waits for ajv before asking for the next.
  return { verdict: () => () => true, listing: () => () => true };
};
for (const file of files) await import(file);
answer([...wanted.values()]);
`;

/** The options of ajv are the same for most schemas: each text of them is there once. */
function lookup(wanted: readonly WantedSchema[]): string {
  const options = [...new Set(wanted.map((each) => each.options))];
  const entries = wanted.map(
    (each, i) =>
      `[${JSON.stringify(each.schema)} + options[${options.indexOf(each.options)}], () => require('schema-${i}')]`,
  );
  return `
const keyOf = ${KEY_OF};
const options = ${JSON.stringify(options)};
const schemas = new Map([${entries.join(',\n')}]);
${LOOKUP} = (schema, options) => schemas.get(keyOf(schema) + keyOf(options))?.();
`;
}

const NO_AJV = `
export class Ajv {
  constructor() {
    throw new Error('it was not there when the function was bundled, and @tabletheory/esbuild left ajv out. Make the middleware when the function starts, or keep ajv with the option ajv: true');
  }
}
export const Ajv2020 = Ajv;
`;
