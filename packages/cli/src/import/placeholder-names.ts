import type { Entity } from './entities.ts';
import { isWord, type KeyPattern } from './key-pattern.ts';
import { camelCase } from './property-name.ts';

/** The patterns of an entity's primary key; `undefined` for a key that is a plain attribute, or not there. */
export interface EntityKey {
  readonly entity: Entity;
  readonly partition: KeyPattern | undefined;
  readonly sort: KeyPattern | undefined;
}

/**
 * The name for the placeholder after each literal prefix of a table's keys: `ORDER#` is followed by an `orderId`,
 * and so is `o#` where an entity is called `Order`.
 */
export function placeholderNames(keys: readonly EntityKey[]): (prefix: string, texts: readonly string[]) => string {
  const names = new Map<string, string>();
  const sortUses = Map.groupBy(keys, ({ sort }) => sort?.literals[0]);
  for (const { entity, partition, sort } of keys) {
    const literal = partition?.literals[0];
    if (
      literal !== undefined &&
      (sort === undefined || sort.literals[0] === literal || isWord(sort.literals[0] ?? ''))
    ) {
      if (!names.has(literal)) names.set(literal, entity.name);
    }
  }
  for (const { entity, partition, sort } of keys) {
    const literal = sort?.literals[0];
    if (literal === undefined || literal === partition?.literals[0] || names.has(literal)) continue;
    if (sortUses.get(literal)?.length === 1) names.set(literal, entity.name);
  }
  return (prefix, texts) => {
    const word = wordBefore(prefix);
    const entity = word.length > 3 ? undefined : (names.get(prefix.split('{}')[0] as string) ?? shortest(keys, word));
    const isDate = texts.every((text) => /^\d{4}-\d\d-\d\d/.test(text));
    return camelCase(`${entity ?? (word || 'key')} ${isDate ? 'Date' : 'Id'}`);
  };
}

/** The word nearest to the end of a prefix: `order` of `user#{}#order#`. */
function wordBefore(prefix: string): string {
  return prefix.match(/[A-Za-z][A-Za-z0-9]*(?=[^A-Za-z0-9]*$)/)?.[0] ?? '';
}

/** The shortest name of an entity that starts with an abbreviation. */
function shortest(keys: readonly EntityKey[], abbreviation: string): string | undefined {
  if (abbreviation === '') return undefined;
  return keys
    .map(({ entity }) => entity.name)
    .filter((name) => name.toLowerCase().startsWith(abbreviation.toLowerCase()))
    .sort((a, b) => a.length - b.length)[0];
}
