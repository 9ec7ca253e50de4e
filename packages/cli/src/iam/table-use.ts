import type { AnyModel, Models } from '@tabletheory/core';
import { nameOfTable, tableOf } from '../table-name.ts';

/** The actions on items that tables perform, without `dynamodb:`. */
export const ITEM_ACTIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'ConditionCheckItem',
  'DeleteItem',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
] as const;

/** An action on items. */
export type ItemAction = (typeof ITEM_ACTIONS)[number];

/** One thing a function does with a table. */
export interface TableUse {
  readonly action: ItemAction;
  readonly table: string;
  /** The index a read goes through; `undefined` for the table itself. */
  readonly index?: string | undefined;
  /** The models it may be about, by the names their tables have; of a recording, all that share the table. */
  readonly models: readonly string[];
  /** How it is known. */
  readonly foundBy: readonly ('source' | 'recording')[];
  /** Where it stands in the source, as `file:line`. */
  readonly places: readonly string[];
}

/** The name of a model's table. */
export function tableNameOf(model: AnyModel): string {
  return nameOfTable(tableOf(model));
}

/** The models that share a table, by the names of their tables in the handler. */
export function modelsOfTable(models: Models, table: string): string[] {
  return Object.entries(models).flatMap(([name, model]) => (tableNameOf(model) === table ? [name] : []));
}
