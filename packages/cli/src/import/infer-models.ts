import {
  type Attribute,
  type Attributes,
  defineModel,
  type IndexDefinition,
  string,
  type TemplateKey,
  ttl,
} from '@tabletheory/core';
import { composedParts } from './composed-parts.ts';
import { type Entity, entitiesOf } from './entities.ts';
import type { ImportedModel, ImportedModels } from './imported-models.ts';
import { declaredAttribute, inferAttribute } from './infer-attribute.ts';
import { fitsPattern, keyPatternOf } from './key-pattern.ts';
import { type EntityKey, placeholderNames } from './placeholder-names.ts';
import { camelCase, Names } from './property-name.ts';
import type { Row, SourceIndex, SourceTable } from './source-table.ts';

/** The rows that keep the values of unique attributes are the table layer's own. */
const UNIQUE_MARK = 'tabletheory#unique#';

/**
 * The models of a table: one for each kind of item in its rows, with what all of these have in common.
 *
 * A sample shows no more than it has: an attribute is optional where a row lacks it, and constraints, roles such as
 * `createdAt()` and defaults are left to the reader.
 *
 * @param marker the attribute that names the kind of an item, where it is known.
 */
export function inferModels(source: SourceTable, marker?: string): ImportedModels {
  const own = source.rows.filter((row) => !row[source.key.partition]?.S?.startsWith(UNIQUE_MARK));
  const table = { ...source, rows: own };
  const keys = entitiesOf(table, marker).map((entity): EntityKey => {
    const pattern = (name: string | undefined) => (name === undefined ? undefined : patternOf(table, name, entity));
    return { entity, partition: pattern(table.key.partition), sort: pattern(table.key.sort) };
  });
  const nameAfter = placeholderNames(keys);
  const models = keys.map((key) => modelOf(table, key, keys, nameAfter));
  const indexed = new Set(models.flatMap(({ model }) => Object.keys(model.indexes)));
  const left = table.indexes.filter(({ name }) => !indexed.has(name));
  return {
    models,
    notes: left.map(({ name }) => `No row of the sample of ${table.name} is in its index ${name}: no model has it.`),
  };
}

function patternOf(table: SourceTable, name: string, entity: Entity): EntityKey['partition'] {
  if (table.keyTypes.get(name) !== 'S') return undefined;
  return keyPatternOf(entity.rows.map((row) => row[name]?.S as string));
}

function modelOf(
  table: SourceTable,
  key: EntityKey,
  all: readonly EntityKey[],
  nameAfter: ReturnType<typeof placeholderNames>,
): ImportedModel {
  const { entity } = key;
  const indexes = table.indexes.filter((index) => isIn(table, key, index));
  const properties = propertiesOf(table, entity.rows);
  const { parts, fromKey, notes } = composedParts(table, key, indexes, properties, nameAfter);
  const attributes: Record<string, Attribute> = Object.fromEntries(fromKey);
  for (const [name, property] of properties) {
    if (parts.has(name) || fromKey.has(property)) continue;
    attributes[property] = attributeOf(table, entity, name, property);
  }
  const plain = (name: string): string => properties.get(name) as string;
  const part = (name: string): string | TemplateKey => parts.get(name) ?? plain(name);
  // A key of several attributes is made of plain ones.
  const partOf = ([name, ...others]: readonly string[]): IndexDefinition<Attributes>['partition'] =>
    others.length === 0 ? part(name as string) : [name as string, ...others].map(plain);
  const indexOf = ({ local, partition, sort, projection }: SourceIndex): IndexDefinition<Attributes> => ({
    ...(local ? { type: 'local' } : {}),
    partition: partOf(partition),
    ...(sort.length === 0 ? {} : { sort: partOf(sort) }),
    ...(projection === undefined ? {} : { projection: projection.flatMap((name) => projected(name) ?? []) }),
  });
  const projected = (name: string): string | undefined => (parts.has(name) ? undefined : properties.get(name));
  const { partition, sort } = table.key;
  const model = defineModel({
    name: entity.name,
    table: table.name,
    key: { partition: part(partition), ...(sort === undefined ? {} : { sort: part(sort) }) },
    attributes,
    indexes: Object.fromEntries(indexes.map((index) => [index.name, indexOf(index)])),
  });
  return { model, notes: [...notes, ...likeOthers(table, key, all)] };
}

/** The properties of the attributes that rows have, or without rows those that are declared, by their stored names. */
function propertiesOf(table: SourceTable, rows: readonly Row[]): ReadonlyMap<string, string> {
  const names = new Names();
  const { partition, sort = partition } = table.key;
  const inRows = new Set(rows.flatMap((row) => Object.keys(row)));
  const declared = [...table.declared.keys(), ...table.keyTypes.keys()];
  // What is declared comes first, in its order; a sample's order is that of its rows.
  const known = rows.length === 0 ? declared : declared.filter((name) => inRows.has(name));
  const stored = new Set([partition, sort, ...known, ...inRows]);
  return new Map([...stored].map((name) => [name, names.take(camelCase(name))]));
}

/** Whether an entity has rows in an index; without any rows it may have. */
function isIn(table: SourceTable, { entity, ...key }: EntityKey, { partition, sort }: SourceIndex): boolean {
  const composed = [key.partition && table.key.partition, key.sort && table.key.sort];
  // A key of several attributes is made of plain ones.
  if ([partition, sort].some((names) => names.length > 1 && names.some((name) => composed.includes(name))))
    return false;
  const inKey = (name: string): boolean => name === table.key.partition || name === table.key.sort;
  const { rows } = entity;
  return rows.length === 0 || [...partition, ...sort].every((name) => inKey(name) || rows.some((row) => row[name]));
}

function attributeOf(table: SourceTable, { rows, marker }: Entity, attribute: string, property: string): Attribute {
  const name = attribute === property ? undefined : attribute;
  const named = name === undefined ? {} : { name };
  if (attribute === marker?.attribute) {
    return string({ ...named, enum: [marker.value], default: marker.value, readOnly: true }) as Attribute;
  }
  const values = rows.flatMap((row) => row[attribute] ?? []);
  const inKey = attribute === table.key.partition || attribute === table.key.sort;
  const optional = !inKey && values.length < Math.max(rows.length, 1);
  if (attribute === table.timeToLive && values.every(({ N }) => N !== undefined && /^\d+$/.test(N))) {
    return ttl(optional ? { ...named, optional } : named) as Attribute;
  }
  const declared = table.keyTypes.get(attribute) ?? table.declared.get(attribute);
  if (values.length === 0) return declaredAttribute(declared ?? '', { name, optional });
  return inferAttribute(values, { name, optional });
}

/** What to know where the keys do not tell an entity's rows from those of others. */
function likeOthers(table: SourceTable, key: EntityKey, all: readonly EntityKey[]): string[] {
  const fits = (row: Row): boolean =>
    (
      [
        [table.key.partition, key.partition],
        [table.key.sort, key.sort],
      ] as const
    ).every(
      ([name, pattern]) => name === undefined || pattern === undefined || fitsPattern(pattern, row[name]?.S ?? ''),
    );
  const like = all.filter(({ entity }) => entity !== key.entity && entity.rows.some(fits));
  if (like.length === 0) return [];
  const names = like.map(({ entity }) => entity.name).join(', ');
  const by = key.entity.marker === undefined ? '' : ` Compare ${key.entity.marker.attribute} where that matters.`;
  return [`The keys do not tell it from ${names}: reads of it meet their items too.${by}`];
}
