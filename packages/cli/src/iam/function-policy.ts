import { resolve } from 'node:path';
import type { AnyModel, Models } from '@tabletheory/core';
import { type LoadedConfig, UsageError } from '../command.ts';
import { readSource, type SourceReading } from '../source/read-source.ts';
import type { UnreadSource } from '../source/table-calls.ts';
import type { IamConfig } from './iam-config.ts';
import { type PolicyDocument, policyFor } from './policy.ts';
import { type RecordedUse, readRecording } from './recording.ts';
import { modelsOfTable, type TableUse, tableNameOf } from './table-use.ts';

/** The policy of a function, and how it was found. */
export interface FunctionPolicy {
  readonly functionName: string;
  readonly policy: PolicyDocument;
  /** What the function does, and by what that was found. */
  readonly uses: readonly TableUse[];
  /** What of the source could not be read. */
  readonly unread: readonly UnreadSource[];
  /** What a reader of the policy should know. */
  readonly notes: readonly string[];
  /** The source files that were read, relative to the configuration. */
  readonly files: readonly string[];
  /** The recordings that were read. */
  readonly recordings: readonly string[];
}

/**
 * The least-privilege policy of a function: from its models, its source and its recordings.
 *
 * @throws UsageError when there is no such function, or its source or a recording cannot be read.
 */
export async function functionPolicy(config: LoadedConfig, functionName: string): Promise<FunctionPolicy> {
  const { functions = {} } = config;
  const known = Object.hasOwn(functions, functionName) ? functions[functionName] : undefined;
  if (known === undefined) {
    const names = Object.keys(functions).join(', ') || 'none';
    throw new UsageError(`There is no function ${functionName} in the configuration. There are: ${names}.`);
  }
  const { folder, models } = config;
  const iam: IamConfig = { ...config.iam, ...known.iam };
  const file = resolve(folder, known.handler);
  const reading = readSource({ file, export: known.export ?? 'handler', models, folder });
  const recordings = iam.recordings ?? [];
  const recorded = recordings.flatMap((recording) => readRecording(resolve(folder, recording)));
  const uses = allUses(models, reading, recorded);
  const { policy, notes } = madePolicy(models, uses, iam, reading);
  return {
    functionName,
    policy,
    uses,
    unread: reading.unread,
    notes: [...notes, ...recordingNotes(models, uses, recorded)],
    files: reading.files,
    recordings,
  };
}

function madePolicy(models: Models, uses: readonly TableUse[], iam: IamConfig, { traces }: SourceReading) {
  try {
    return policyFor({ models, uses, ...iam, traces: iam.xray ?? traces });
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message, { cause: error }) : error;
  }
}

/** What source and recordings tell, each action on each table or index once. */
function allUses(models: Models, { uses }: SourceReading, recorded: readonly RecordedUse[]): TableUse[] {
  const all = new Map<string, TableUse>();
  for (const { action, model, index, place } of uses) {
    const table = tableNameOf(models[model] as AnyModel);
    const key = JSON.stringify([action, table, index]);
    const known = all.get(key);
    all.set(key, {
      action,
      table,
      index,
      models: united(known?.models, model),
      foundBy: ['source'],
      places: united(known?.places, place),
    });
  }
  for (const use of recorded) {
    if ('operation' in use) continue;
    const key = JSON.stringify([use.action, use.table, use.index]);
    const known = all.get(key);
    all.set(key, {
      ...use,
      models: known?.models ?? modelsOfTable(models, use.table),
      foundBy: united(known?.foundBy, 'recording'),
      places: known?.places ?? [],
    });
  }
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use);
}

function united<T extends string>(known: readonly T[] | undefined, one: T): T[] {
  return [...new Set([...(known ?? []), one])].sort();
}

function recordingNotes(models: Models, uses: readonly TableUse[], recorded: readonly RecordedUse[]): string[] {
  const others = new Set(recorded.flatMap((use) => ('operation' in use ? [use.operation] : [])));
  const unknown = new Set(uses.filter(({ models: about }) => about.length === 0).map(({ table }) => table));
  return [
    ...[...others].map((name) => `${name} was recorded. It is no action on items, and the policy does not allow it.`),
    ...[...unknown].map(
      (table) => `Table ${table} was recorded. It is that of none of the ${Object.keys(models).length} models.`,
    ),
  ];
}
