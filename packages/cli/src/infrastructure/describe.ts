import { basename } from 'node:path';
import { type Models, type TableDefinition, tableDefinitions } from '@tabletheory/core';
import { UsageError } from '../command.ts';
import type { TableTheoryConfig } from '../config.ts';
import type { FunctionConfig } from '../function-config.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { logicalIds } from '../logical-id.ts';
import type { ApiConfig } from '../openapi/api-config.ts';
import { nameOfTable } from '../table-name.ts';
import type { InfrastructureConfig, MetricsSettings, TableSettings } from './infrastructure-config.ts';
import { tableOperations } from './operations.ts';

/** What is to be there, whatever writes it down. */
export interface Infrastructure {
  readonly tables: readonly TableDescription[];
  readonly functions: readonly FunctionDescription[];
  readonly metrics: MetricsSettings | undefined;
  readonly vpc: boolean;
  readonly api: ApiConfig | undefined;
}

/** A table. */
export interface TableDescription extends TableDefinition {
  /** Its name in a template. */
  readonly id: string;
  /** What the names of all that belongs to it begin with, different from those of other tables. */
  readonly stem: string;
  readonly name: string;
  /** What models name it by: its name, or its ARN where it belongs to another account or region. */
  readonly given: string;
  readonly settings: Required<Omit<TableSettings, 'stream'>> & Pick<TableSettings, 'stream'>;
}

/** A function. */
export interface FunctionDescription {
  /** Its name in a template. */
  readonly id: string;
  /** What the names of all that belongs to it begin with, different from those of other functions. */
  readonly stem: string;
  readonly name: string;
  readonly service: string;
  readonly entry: string;
  readonly memorySize: number;
  readonly timeout: number;
  readonly tracing: boolean;
  readonly logFormat: 'JSON' | 'Text';
  readonly logRetention: number;
  readonly architecture: 'arm64' | 'x86_64';
  readonly runtime: string;
  readonly environment: Readonly<Record<string, string | { readonly parameter: string }>>;
  /** What it may do, beside writing its log. */
  readonly policy: PolicyDocument | undefined;
  /** The DynamoDB operations its policy lets it do, by table; `undefined` when there is no policy. */
  readonly operations: ReadonlyMap<string, readonly string[]> | undefined;
}

/** The parts of the infrastructure that can be written alone, in their order in a template. */
export const PARTS = ['tables', 'functions', 'api', 'monitoring'] as const;

/** A part of the infrastructure. */
export type Part = (typeof PARTS)[number];

const TABLE_DEFAULTS = {
  billing: 'on-demand',
  encryption: 'dynamodb',
  pointInTimeRecovery: true,
  deletionProtection: true,
  retain: true,
} as const;

/**
 * The infrastructure of a configuration.
 *
 * @param policies the policies of the functions, by name. A function without one may write logs and traces only.
 * @throws UsageError when models that share a table disagree on it, or the configuration names a table that no model
 *   has.
 *
 * @example
 * const template = cloudFormationTemplate(describeInfrastructure({ models: { orders: Order } }));
 */
export function describeInfrastructure(
  config: TableTheoryConfig,
  policies: Readonly<Record<string, PolicyDocument>> = {},
): Infrastructure {
  const { models, functions = {}, infrastructure = {}, api } = config;
  const tables = describeTables(definitionsOf(models), infrastructure);
  const tableNames = tables.map(({ name }) => name);
  const stems = logicalIds(Object.keys(functions));
  return {
    tables,
    functions: Object.entries(functions).map(([name, settings]) =>
      describeFunction(name, stems.get(name) as string, settings, policies[name], infrastructure.metrics, tableNames),
    ),
    metrics: infrastructure.metrics,
    vpc: infrastructure.vpc ?? false,
    api,
  };
}

function definitionsOf(models: Models): TableDefinition[] {
  try {
    return tableDefinitions(models);
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message, { cause: error }) : error;
  }
}

function describeTables(
  definitions: readonly TableDefinition[],
  { tables, table = {} }: InfrastructureConfig,
): TableDescription[] {
  const names = definitions.map(({ create }) => nameOfTable(create.TableName as string));
  const stranger = Object.keys(table).find((name) => !names.includes(name));
  if (stranger !== undefined) {
    throw new UsageError(`infrastructure.table.${stranger}: no model has that table. There are: ${names.join(', ')}.`);
  }
  const stems = logicalIds(names);
  return definitions.map((definition, i) => {
    const name = names[i] as string;
    const stem = stems.get(name) as string;
    return {
      ...definition,
      name,
      id: `${stem}Table`,
      stem,
      given: definition.create.TableName as string,
      settings: { ...TABLE_DEFAULTS, ...tables, ...table[name] },
    };
  });
}

/** The tables that are made: those of another account or region are there. */
export function ownTables(tables: readonly TableDescription[]): TableDescription[] {
  return tables.filter(({ name, given }) => given === name);
}

function describeFunction(
  name: string,
  stem: string,
  config: FunctionConfig,
  policy: PolicyDocument | undefined,
  metrics: MetricsSettings | undefined,
  tables: readonly string[],
): FunctionDescription {
  const { handler, service = name, environment = {} } = config;
  return {
    id: `${stem}Function`,
    stem,
    name,
    service,
    entry: config.entry ?? `${basename(handler).replace(/\.[^.]+$/, '')}.${config.export ?? 'handler'}`,
    memorySize: config.memorySize ?? 512,
    timeout: config.timeout ?? 10,
    tracing: config.tracing ?? true,
    logFormat: config.logFormat ?? 'JSON',
    logRetention: config.logRetention ?? 30,
    architecture: config.architecture ?? 'arm64',
    runtime: config.runtime ?? 'nodejs24.x',
    environment: {
      // So that the middlewares record under the names the dashboard and the alarms look for.
      ...(metrics && { POWERTOOLS_METRICS_NAMESPACE: metrics.namespace, POWERTOOLS_SERVICE_NAME: service }),
      ...environment,
    },
    policy,
    operations: policy && tableOperations(policy, tables),
  };
}
