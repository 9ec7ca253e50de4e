import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Models } from '@tabletheory/core';
import { type LoadedConfig, UsageError } from './command.ts';
import type { FunctionConfig } from './function-config.ts';
import type { IamConfig } from './iam/iam-config.ts';
import type { InfrastructureConfig } from './infrastructure/infrastructure-config.ts';
import type { ApiConfig } from './openapi/api-config.ts';

/** What `tabletheory.config.ts` exports as its default. */
export interface TableTheoryConfig {
  /** The models, by the names their tables have in the handlers: what `createTables` and `dynamodb()` take. */
  readonly models: Models;
  /** The Lambda functions, by name. */
  readonly functions?: Readonly<Record<string, FunctionConfig>>;
  /** For the policies of all functions. */
  readonly iam?: IamConfig;
  /** The settings of tables, metrics and network in generated infrastructure. */
  readonly infrastructure?: InfrastructureConfig;
  /** The HTTP interface. */
  readonly api?: ApiConfig;
}

/**
 * Types a configuration, and returns it.
 *
 * @example
 * import { defineConfig } from 'tabletheory';
 * import { models } from './src/models.ts';
 *
 * export default defineConfig({
 *   models,
 *   functions: { createOrder: { handler: './src/create-order.ts' } },
 * });
 */
export function defineConfig<const C extends TableTheoryConfig>(config: C): C {
  return config;
}

const NAMES = ['tabletheory.config.ts', 'tabletheory.config.mts', 'tabletheory.config.js', 'tabletheory.config.mjs'];

/** Where a configuration comes from. */
export interface ConfigSource {
  readonly cwd: string;
  /** `--config`: a file like `tabletheory.config.ts`. */
  readonly config?: string | undefined;
  /** `--models`: a module that exports models, in place of a configuration, or of the models of `config`. */
  readonly models?: string | undefined;
}

/**
 * Loads the configuration, with Node's own type stripping.
 *
 * @throws UsageError when there is none, it cannot be loaded, or has no models.
 */
export async function loadConfig({ cwd, config, models }: ConfigSource): Promise<LoadedConfig> {
  const file = config ?? (models === undefined ? NAMES.find((name) => existsSync(resolve(cwd, name))) : undefined);
  if (file === undefined && models === undefined) {
    throw new UsageError(`There is no tabletheory.config.ts in ${cwd}. Write one, or name --config or --models.`);
  }
  const loaded = file === undefined ? {} : await configIn(resolve(cwd, file));
  const own = models === undefined ? loaded.models : await modelsIn(resolve(cwd, models));
  if (own === undefined) throw new UsageError(`${file} has no models. Add them, or name a module with --models.`);
  return { ...loaded, models: own, folder: file === undefined ? cwd : dirname(resolve(cwd, file)) };
}

async function configIn(path: string): Promise<Partial<TableTheoryConfig>> {
  const { default: config } = await load(path);
  if (typeof config !== 'object' || config === null) {
    throw new UsageError(`${path} has no default export. Write: export default defineConfig({ models }).`);
  }
  return config;
}

/** The models of a module: its export `models`, or else each export that is a model, by its name there. */
async function modelsIn(path: string): Promise<Models> {
  const module = await load(path);
  const models = module.models ?? Object.fromEntries(Object.entries(module).filter(([, value]) => isModel(value)));
  if (typeof models !== 'object' || models === null || Object.keys(models).length === 0) {
    throw new UsageError(`${path} exports no models. Export each by its name, or all as models.`);
  }
  return models as Models;
}

function isModel(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'key' in value && 'attributes' in value && 'table' in value;
}

async function load(path: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} could not be loaded: ${reason}`, { cause: error });
  }
}
