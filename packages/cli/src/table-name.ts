import type { AnyModel } from '@tabletheory/core';
import { UsageError } from './command.ts';

/** The name in the ARN of a table. */
const TABLE_IN_ARN = /^arn:.*:table\/([^/]+)/;

/** The name of a table that is given by its name or its ARN. */
export function nameOfTable(given: string): string {
  return TABLE_IN_ARN.exec(given)?.[1] ?? given;
}

/**
 * The table of a model, by its name or its ARN.
 *
 * @throws UsageError when the model finds none.
 */
export function tableOf({ name, table }: Pick<AnyModel, 'name' | 'table'>): string {
  const given = typeof table === 'function' ? table() : table;
  if (given) return given;
  throw new UsageError(
    `Model ${name}: its table function returned no name. Give it what it reads, such as an environment variable.`,
  );
}
