import { basename } from 'node:path';
import { type TableDefinition, tableDefinitions } from '@tabletheory/core';
import { UsageError } from '../command.ts';
import type { TableTheoryConfig } from '../config.ts';
import type { FunctionConfig } from '../function-config.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import type { ApiConfig } from '../openapi/api-config.ts';
import type { InfrastructureConfig, MetricsSettings, TableSettings } from './infrastructure-config.ts';
import { logicalIds } from './logical-id.ts';
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
  readonly id: string;
  readonly name: string;
  readonly settings: Required<Omit<TableSettings, 'stream'>> & Pick<TableSettings, 'stream'>;
}

/** A function. */
export interface FunctionDescription {
  readonly id: string;
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

/** The parts of the infrastructure that can be written alone. */
export type Part = 'tables' | 'functions' | 'monitoring' | 'api';

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
 * @throws TypeError when models that share a table disagree on it.
 * @throws UsageError when the configuration names a table or a function that is not there.
 *
 * @example
 * const template = cloudFormationTemplate(describeInfrastructure({ models: { orders: Order } }));
 */
export function describeInfrastructure(
  config: TableTheoryConfig,
  policies: Readonly<Record<string, PolicyDocument>> = {},
): Infrastructure {
  const { models, functions = {}, infrastructure = {}, api } = config;
  const tables = describeTables(tableDefinitions(models), infrastructure);
  const tableNames = tables.map(({ name }) => name);
  const ids = logicalIds(Object.keys(functions), 'Function');
  return {
    tables,
    functions: Object.entries(functions).map(([name, settings]) =>
      describeFunction(name, ids.get(name) as string, settings, policies[name], infrastructure.metrics, tableNames),
    ),
    metrics: infrastructure.metrics,
    vpc: infrastructure.vpc ?? false,
    api,
  };
}

function describeTables(
  definitions: readonly TableDefinition[],
  { tables, table = {} }: InfrastructureConfig,
): TableDescription[] {
  const names = definitions.map(({ create }) => create.TableName as string);
  const stranger = Object.keys(table).find((name) => !names.includes(name));
  if (stranger !== undefined) {
    throw new UsageError(`infrastructure.table.${stranger}: no model has that table. There are: ${names.join(', ')}.`);
  }
  const ids = logicalIds(names, 'Table');
  return definitions.map((definition, i) => {
    const name = names[i] as string;
    return {
      ...definition,
      name,
      id: ids.get(name) as string,
      settings: { ...TABLE_DEFAULTS, ...tables, ...table[name] },
    };
  });
}

function describeFunction(
  name: string,
  id: string,
  config: FunctionConfig,
  policy: PolicyDocument | undefined,
  metrics: MetricsSettings | undefined,
  tables: readonly string[],
): FunctionDescription {
  const { handler, service = name, environment = {} } = config;
  return {
    id,
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
