import type { AnyModel, IndexDefinition } from '@tabletheory/core';
import { isTemplate, templateParts } from '../key-fields.ts';

/** A composed key: its template, and the attributes in it. */
export interface ComposedKey {
  readonly template: string;
  readonly fields: readonly string[];
}

/** The composed keys of a model, by the names they are stored under: that of the table first. */
export function composedKeys(model: AnyModel): Map<string, ComposedKey> {
  const parts = [model.key, ...indexesOf(model)].flatMap(({ partition, sort }) => [partition, sort]);
  return new Map(
    parts.filter(isTemplate).map(({ attribute, template }) => [attribute, { template, fields: fieldsOf(template) }]),
  );
}

/** The attributes that are stored in a composed primary key alone: no key has them as they are. */
export function onlyInKey(model: AnyModel): Set<string> {
  const parts = [model.key, ...indexesOf(model)].flatMap(({ partition, sort }) => [partition, sort]);
  const plain = new Set(parts.filter((part) => !isTemplate(part)).flat());
  const composed = [model.key.partition, model.key.sort]
    .filter(isTemplate)
    .flatMap(({ template }) => fieldsOf(template));
  return new Set(composed.filter((field) => !plain.has(field)));
}

function indexesOf(model: AnyModel): IndexDefinition<any>[] {
  return Object.values(model.indexes as Readonly<Record<string, IndexDefinition<any>>>);
}

function fieldsOf(template: string): string[] {
  return templateParts(template).placeholders;
}
