import type { Attribute, TemplateKey } from '@tabletheory/core';
import { inferAttribute } from './infer-attribute.ts';
import { type KeyPattern, keyPatternOf, prefixesOf, templateOf } from './key-pattern.ts';
import type { EntityKey } from './placeholder-names.ts';
import { Names } from './property-name.ts';
import type { Row, SourceIndex, SourceTable } from './source-table.ts';

/** The keys of a model that are composed, and what they are composed of. */
export interface ComposedParts {
  /** Templates, by the name they are stored under. */
  readonly parts: ReadonlyMap<string, TemplateKey>;
  /** The attributes the primary key is composed of, by property, in the key's order. */
  readonly fromKey: ReadonlyMap<string, Attribute>;
  readonly notes: readonly string[];
}

/** Texts of every row that a placeholder may stand for. */
interface Source {
  readonly property: string;
  readonly texts: readonly string[];
  /** What is in front of it, where it is part of the primary key. */
  readonly prefix?: string;
}

/**
 * Finds the templates of an entity's keys. A key of an index is a template only where everything in it is in each of
 * the rows elsewhere: it is not read back, and must be written again as it was.
 *
 * @param properties the properties of stored attributes.
 */
export function composedParts(
  table: SourceTable,
  key: EntityKey,
  indexes: readonly SourceIndex[],
  properties: ReadonlyMap<string, string>,
  nameAfter: (prefix: string, texts: readonly string[]) => string,
): ComposedParts {
  const { rows, marker } = key.entity;
  const { partition, sort } = table.key;
  const inIndexes = new Set(indexes.flatMap((index) => [...index.partition, ...index.sort]));
  const special = new Set([partition, sort, marker?.attribute, table.timeToLive]);
  const plain = [...properties.keys()].filter((name) => !special.has(name));
  const primary = primaryParts(table, key, plain, inIndexes, properties, nameAfter);
  const parts = new Map(primary.parts);
  const sources = [
    ...primary.sources,
    ...plain.flatMap((name): Source[] => {
      const property = properties.get(name) as string;
      const texts = inIndexes.has(name) || primary.fromKey.has(property) ? undefined : textsOf(rows, name);
      return texts === undefined ? [] : [{ property, texts }];
    }),
  ];
  const several = indexes.flatMap((index) => [index.partition, index.sort].filter(({ length }) => length > 1).flat());
  for (const name of inIndexes) {
    if (special.has(name) || several.includes(name) || primary.fromKey.has(properties.get(name) as string)) continue;
    const template = indexTemplate(rows, name, sources);
    if (template !== undefined) parts.set(name, { attribute: name, template });
  }
  return { parts, fromKey: primary.fromKey, notes: primary.notes };
}

/** The templates of the primary key. Each placeholder is an attribute with the same text in every row, or a new one. */
function primaryParts(
  { key: { partition, sort } }: SourceTable,
  { entity: { rows }, ...patterns }: EntityKey,
  plain: readonly string[],
  inIndexes: ReadonlySet<string>,
  properties: ReadonlyMap<string, string>,
  nameAfter: (prefix: string, texts: readonly string[]) => string,
): ComposedParts & { readonly sources: readonly Source[] } {
  const names = new Names(properties.values());
  const parts = new Map<string, TemplateKey>();
  const fromKey = new Map<string, Attribute>();
  const sources: Source[] = [];
  const notes = new Set<string>();

  const copyOf = (wanted: string, texts: readonly string[], used: ReadonlySet<string>): string | undefined =>
    plain.find((name) => {
      const property = properties.get(name) as string;
      const isAlike = property === wanted || (distinct(texts) > 1 && IDENTIFIER.test(name) && !inIndexes.has(name));
      return isAlike && !used.has(property) && sameTexts(textsOf(rows, name), texts);
    });

  const sourceOf = (prefix: string, texts: readonly string[], used: ReadonlySet<string>): Source => {
    const known = sources.find((source) => source.prefix === prefix && sameTexts(source.texts, texts));
    if (known !== undefined) return known;
    const wanted = nameAfter(prefix, texts);
    const copy = copyOf(wanted, texts, used);
    const property = copy === undefined ? names.take(wanted) : (properties.get(copy) as string);
    const values = copy === undefined ? texts.map((S) => ({ S })) : rows.flatMap((row) => row[copy] ?? []);
    fromKey.set(property, inferAttribute(values, { name: copy === property ? undefined : copy }));
    if (copy !== undefined && !inIndexes.has(copy)) {
      notes.add(`${copy} is stored in the key alone by this model: a put removes the copy of it beside the key.`);
    }
    const source = { property, texts, prefix };
    sources.push(source);
    return source;
  };

  for (const [name, pattern] of [[partition, patterns.partition] as const, [sort, patterns.sort] as const]) {
    if (name === undefined || pattern === undefined) continue;
    const prefixes = prefixesOf(pattern);
    const used = new Set<string>();
    for (const [i, texts] of pattern.texts.entries()) used.add(sourceOf(prefixes[i] as string, texts, used).property);
    parts.set(name, { attribute: name, template: templateOf(pattern, [...used]) });
  }
  return { parts, fromKey, sources, notes: [...notes] };
}

/** The template that composes a key of an index from what the rows hold elsewhere. */
function indexTemplate(rows: readonly Row[], name: string, sources: readonly Source[]): string | undefined {
  const values = rows.flatMap((row) => row[name]?.S ?? []);
  if (values.length === 0 || values.length < rows.length) return undefined;
  const whole = sources.find((source) => isMeant(source) && sameTexts(source.texts, values));
  if (whole !== undefined) return `{${whole.property}}`;
  const pattern = keyPatternOf(values);
  if (pattern === undefined) return undefined;
  const placeholders = placeholdersOf(pattern, sources);
  return placeholders === undefined ? undefined : templateOf(pattern, placeholders);
}

/** What the placeholders of a pattern stand for, where all stand for something. */
function placeholdersOf(pattern: KeyPattern, sources: readonly Source[]): string[] | undefined {
  const prefixes = prefixesOf(pattern);
  const found = pattern.texts.flatMap((texts, i) => {
    const same = sources.filter((source) => sameTexts(source.texts, texts));
    return same.find(({ prefix }) => prefix === prefixes[i]) ?? same.find(isMeant) ?? [];
  });
  const properties = new Set(found.map(({ property }) => property));
  return properties.size === pattern.texts.length ? [...properties] : undefined;
}

/** An attribute's texts, where every row has it as text, or every row as a number. */
function textsOf(rows: readonly Row[], name: string): readonly string[] | undefined {
  const strings = rows.flatMap((row) => row[name]?.S || []);
  const texts = strings.length > 0 ? strings : rows.flatMap((row) => row[name]?.N ?? []);
  return texts.length === rows.length && texts.length > 0 ? texts : undefined;
}

function sameTexts(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a !== undefined && a.length === b.length && a.every((text, i) => text === b[i]);
}

/** Names of attributes that identify something, or tell when it was. */
const IDENTIFIER =
  /^(id|key|code|number|slug|email|date)$|(Id|ID|Key|Code|Number|Slug|Email|Date|At)$|_(id|key|code|number|slug|email|date|at)$/;

/** Whether texts that are the same in every row are so on purpose: few texts are the same by chance. */
function isMeant({ property, texts }: Source): boolean {
  return distinct(texts) > (IDENTIFIER.test(property) ? 1 : 2);
}

function distinct(texts: readonly string[]): number {
  return new Set(texts).size;
}
