import {
  type Attribute,
  type Attributes,
  defineModel,
  type IndexDefinition,
  type TemplateKey,
} from '@tabletheory/core';
import { UsageError } from '../command.ts';
import { type AttributeSpec, attributeOf, dmsSpec } from './dms-attribute.ts';
import type { DmsAttribute, DmsDocument, DmsIndex, DmsKey, DmsModel } from './dms-document.ts';
import { extensionOf } from './dms-extension.ts';
import type { ImportedModel, ImportedModels } from './imported-models.ts';
import { camelCase, Names } from './property-name.ts';

/**
 * The models of a DMS document.
 *
 * @throws UsageError naming the model that cannot work here.
 */
export function dmsModels({ models }: DmsDocument): ImportedModels {
  return { models: models.map(modelOf), notes: [] };
}

type KeyPartOf = (key: DmsKey) => string | TemplateKey;

function modelOf(model: DmsModel): ImportedModel {
  const { partition, sort } = model.keys;
  const properties = propertiesOf(model.attributes);
  const extensions = new Map(model.attributes.map((of) => [of.attribute, extensionOf(of)]));
  const attributes: Record<string, Attribute> = {};
  const part: KeyPartOf = ({ attribute }) => {
    const template = extensions.get(attribute)?.template;
    return template === undefined ? (properties.get(attribute) as string) : { attribute, template };
  };
  try {
    for (const of of model.attributes) {
      const { property: _, template, parts, unknownAttributes: __, ...spec } = extensionOf(of);
      for (const [name, partSpec] of Object.entries(parts ?? {})) attributes[name] = attributeOf(partSpec);
      if (template !== undefined) continue;
      const property = properties.get(of.attribute) as string;
      const inKey = of.attribute === partition.attribute || of.attribute === sort?.attribute;
      const name = property === of.attribute ? {} : { name: of.attribute };
      attributes[property] = attributeOf({ ...name, ...dmsSpec(of, inKey), ...spec } as AttributeSpec);
    }
    const built = defineModel({
      name: model.name,
      table: model.table.name,
      key: { partition: part(partition), ...(sort == null ? {} : { sort: part(sort) }) },
      attributes,
      indexes: Object.fromEntries((model.indexes ?? []).map((index) => [index.name, indexOf(index, part, properties)])),
      unknownAttributes: extensions.get(partition.attribute)?.unknownAttributes ?? 'keep',
    });
    return { model: built, notes: notesOf(model) };
  } catch (error) {
    if (error instanceof TypeError)
      throw new UsageError(`${error.message} (DMS model ${model.name})`, { cause: error });
    throw error;
  }
}

/** The properties of attributes, by their names. Those that the document gives come first. */
function propertiesOf(attributes: readonly DmsAttribute[]): Map<string, string> {
  const given = attributes.flatMap((of) => extensionOf(of).property ?? []);
  const parts = attributes.flatMap((of) => Object.keys(extensionOf(of).parts ?? {}));
  const names = new Names([...given, ...parts]);
  return new Map(
    attributes
      .filter((of) => extensionOf(of).template === undefined)
      .map((of) => [of.attribute, extensionOf(of).property ?? names.take(camelCase(of.attribute))]),
  );
}

function indexOf(
  { type, partition, sort, projection }: DmsIndex,
  part: KeyPartOf,
  properties: ReadonlyMap<string, string>,
): IndexDefinition<Attributes> {
  const fields = projection?.type === 'INCLUDE' ? (projection.fields ?? []) : [];
  return {
    ...(type === 'LSI' ? { type: 'local' } : {}),
    partition: part(partition),
    ...(sort == null ? {} : { sort: part(sort) }),
    ...(projection == null || projection.type === 'ALL'
      ? {}
      : { projection: fields.flatMap((field) => properties.get(field) ?? []) }),
  };
}

/** What DMS asks of an implementation that this one does in its own way. */
function notesOf({ attributes }: DmsModel): string[] {
  const omitted = attributes.filter((of) => of.omit_empty).map((of) => of.attribute);
  const version = attributes.find((of) => of.roles?.includes('version'))?.attribute;
  return [
    ...(omitted.length === 0
      ? []
      : [
          `DMS has omit_empty on ${omitted.join(', ')}: here an empty value is written, leave the attribute out instead.`,
        ]),
    ...(version === undefined ? [] : [`A new item's ${version} is 1 here, and 0 in other implementations of DMS.`]),
  ];
}
