import { isWord, prefixOf } from './key-pattern.ts';
import { camelCase, modelIdentifier, Names, singularOf } from './property-name.ts';
import type { Row, SourceTable } from './source-table.ts';

/** Rows of one kind, to become a model. */
export interface Entity {
  /** The model's name. */
  readonly name: string;
  readonly rows: readonly Row[];
  /** The attribute that says which kind a row is, and what it says of these. */
  readonly marker?: { readonly attribute: string; readonly value: string };
}

// Names that libraries and people give to the attribute that holds an item's kind, in camel case.
const MARKERS = ['entityType', 'entity', 'edbE', 'et', 'typename', 'itemType', 'recordType', 'objectType', 'rowType'];
// These are as often about something else: they must divide the rows by their keys as well.
const WEAK_MARKERS = ['type', 'kind', 'model'];

/** More kinds than this are none: the prefix is data. */
const MOST_ENTITIES = 50;

/**
 * Divides a table's rows into entities: by an attribute that names the kind, else by the prefixes of their keys. Rows
 * of a table that holds one kind are one entity.
 *
 * @param marker the attribute to divide by, where the caller knows it.
 */
export function entitiesOf(table: SourceTable, marker?: string): Entity[] {
  const names = new Names();
  const attribute = marker ?? markerOf(table);
  const byMarker = Map.groupBy(table.rows, (row) => (attribute === undefined ? undefined : row[attribute]?.S));
  const unmarked = byMarker.get(undefined) ?? [];
  byMarker.delete(undefined);
  const marked = [...byMarker].map(([value, rows]): Entity => {
    return {
      name: names.take(modelIdentifier(value as string)),
      rows,
      marker: { attribute: attribute as string, value: value as string },
    };
  });
  if (unmarked.length === 0 && marked.length > 0) return marked;
  const rest = byKeyPrefix(table, unmarked) ?? new Map([[singularOf(table.name), unmarked]]);
  return [...marked, ...[...rest].map(([name, rows]): Entity => ({ name: names.take(modelIdentifier(name)), rows }))];
}

function markerOf(table: SourceTable): string | undefined {
  const attributes = new Set(table.rows.flatMap((row) => Object.keys(row)));
  const candidates = [...attributes].filter(
    (name) => !table.keyTypes.has(name) && table.rows.every((row) => row[name]?.S),
  );
  const named = (names: readonly string[]) => candidates.find((name) => names.includes(camelCase(name)));
  return named(MARKERS) ?? [named(WEAK_MARKERS)].find((name) => name !== undefined && dividesByKeys(table, name));
}

/** Whether rows with different values have keys of different shapes, and there is more than one. */
function dividesByKeys(table: SourceTable, attribute: string): boolean {
  const shapes = Map.groupBy(table.rows, (row) => row[attribute]?.S);
  const texts = [...shapes.values()].map((rows) =>
    [...new Set(rows.map((row) => shapeOf(table, row).join(' ')))].join(),
  );
  return texts.length > 1 && new Set(texts).size === texts.length;
}

/** The literals a row's key starts with: an empty text for a key without one. */
function shapeOf({ key }: SourceTable, row: Row): [partition: string, sort: string] {
  const partition = prefixOf(row[key.partition]?.S ?? '') ?? '';
  const text = key.sort === undefined ? '' : (row[key.sort]?.S ?? '');
  return [partition, prefixOf(text) ?? (isWord(text) ? text : '')];
}

/** Rows by the prefixes of their keys, named by the prefix that tells them apart. */
function byKeyPrefix(table: SourceTable, rows: readonly Row[]): Map<string, readonly Row[]> | undefined {
  const groups = Map.groupBy(rows, (row) => shapeOf(table, row).join('\n'));
  const shapes = [...groups.keys()].map((shape) => shape.split('\n') as [string, string]);
  const composed = [0, 1].some((side) => shapes.every((shape) => shape[side]?.match(/[#|~:]$/)));
  if (!composed || groups.size < 2 || groups.size > MOST_ENTITIES) return undefined;
  return new Map(
    [...groups].map(([shape, sharing]) => {
      const [partition, sort] = shape.split('\n') as [string, string];
      const only = shapes.filter((other) => other[1] === sort).length === 1;
      return [sort !== '' && only ? sort : `${partition} ${partition === sort ? '' : sort}`, sharing];
    }),
  );
}
