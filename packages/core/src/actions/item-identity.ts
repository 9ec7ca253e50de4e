import type { AttributeValue, StoredItem } from '../codec/attribute-value.ts';
import { namesOf } from '../codec/key-codec.ts';
import { canonicalDecimal } from '../codec/numbers.ts';
import type { CompiledModel } from '../compiled-model.ts';

/** What tells stored items, or their keys, apart across tables: equal for equal keys, however they are written. */
export type Identity = string;

/** Tells the identity of stored items, and of keys, of the tables of some models. */
export function identities(models: readonly CompiledModel[]): (table: string, stored: StoredItem) => Identity {
  const keyNames = new Map(models.map((model) => [model.table, namesOf(model.key)]));
  return (table, stored) => {
    const names = keyNames.get(table) ?? [];
    return JSON.stringify([table, ...names.map((name) => keyText(stored[name]))]);
  };
}

function keyText(value: AttributeValue | undefined): string {
  if (value?.S !== undefined) return `S${value.S}`;
  if (value?.N !== undefined) return `N${canonicalDecimal(value.N)}`;
  return `B${value?.B ?? ''}`;
}
