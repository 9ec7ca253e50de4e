import type { AnyModel, Attribute, IndexDefinition } from '@tabletheory/core';
import { stringify } from 'yaml';
import { tableOf } from '../table-name.ts';
import { type AttributeSpec, DMS_TYPES, differenceOf, dmsSpec, specOf } from './dms-attribute.ts';
import {
  type DmsAttribute,
  type DmsDocument,
  type DmsIndex,
  type DmsKey,
  type DmsModel,
  type DmsType,
  follows,
} from './dms-document.ts';
import { extensionOf, tagsOf } from './dms-extension.ts';
import { composedKeys, onlyInKey } from './model-keys.ts';
import { camelCase } from './property-name.ts';
import type { KeyType } from './source-table.ts';

/** A DMS document, and what of the models it could not take. */
export interface ExportedModels {
  readonly document: DmsDocument;
  readonly notes: readonly string[];
}

/**
 * The DMS v0.1 document of models.
 *
 * DMS describes what is stored. What it has no words for, such as templates and constraints, stands in the `tags` of
 * attributes, which other readers pass over. `any()`, indexes with keys of several attributes, and defaults that are
 * functions are left out, and noted.
 *
 * @param namespace what the models belong to, for readers that group them.
 * @throws UsageError when a model's table has no name.
 *
 * @example
 * const { document, notes } = dmsExport([Order, Customer], 'acme.shop');
 * await writeFile('shop.dms.yml', dmsText(document));
 */
export function dmsExport(models: readonly AnyModel[], namespace?: string): ExportedModels {
  const notes: string[] = [];
  const exported = models.map((model) => dmsModel(model, (note) => notes.push(`Model ${model.name}: ${note}`)));
  return {
    document: { dms_version: '0.1', ...(namespace === undefined ? {} : { namespace }), models: exported },
    notes,
  };
}

/** A document in YAML. */
export function dmsText(document: DmsDocument): string {
  return stringify(document, { version: '1.2', aliasDuplicateObjects: false, lineWidth: 0 });
}

type Note = (text: string) => void;

/** An attribute of a model that is stored under its own name. */
interface Stored {
  readonly property: string;
  readonly name: string;
  readonly attribute: Attribute;
}

function dmsModel(model: AnyModel, note: Note): DmsModel {
  const all = Object.entries(model.attributes as Readonly<Record<string, Attribute>>).map(
    ([property, attribute]): Stored => ({ property, attribute, name: attribute.options.name ?? property }),
  );
  noteLosses(all, note);
  const inKeyAlone = onlyInKey(model);
  const stored = all.filter(({ property, attribute }) => !inKeyAlone.has(property) && attribute.kind !== 'any');
  const key = (part: unknown): DmsKey => keyOf(part, all);
  const { partition, sort } = model.key;
  const keys = { partition: key(partition), ...(sort === undefined ? {} : { sort: key(sort) }) };
  const indexes = indexesOf(model, key, stored, note);
  const attributes = [...composedAttributes(model, inKeyAlone), ...stored.map((of) => storedAttribute(of, keys))];
  const byKey = ({ attribute }: DmsAttribute): number => (isKey(attribute, keys) ? 0 : 1);
  return {
    name: model.name,
    table: { name: tableOf(model) },
    ...namingOf(attributes.map(({ attribute }) => attribute)),
    keys,
    attributes: attributes
      .sort((a, b) => byKey(a) - byKey(b))
      .map((attribute) => withPolicy(withRoles(attribute, keys, indexes), model, keys)),
    ...(indexes.length === 0 ? {} : { indexes }),
  };
}

function noteLosses(all: readonly Stored[], note: Note): void {
  for (const { property, attribute } of all) {
    const { kind, options } = attribute;
    if (kind === 'any') note(`${property} is any(), and DMS v0.1 has no such type; it is left out.`);
    if (typeof options.default === 'function') note(`the default of ${property} is a function; it is left out.`);
  }
}

/** The attributes that composed keys are stored in. The first of them that needs an attribute defines it. */
function composedAttributes(model: AnyModel, inKeyAlone: ReadonlySet<string>): DmsAttribute[] {
  const defined = new Set<string>();
  return [...composedKeys(model)].map(([attribute, { template, fields }]) => {
    const alone = fields.filter((field) => inKeyAlone.has(field) && !defined.has(field));
    for (const field of alone) defined.add(field);
    const parts = Object.fromEntries(alone.map((field) => [field, specOf(model.attributes[field])]));
    const primary = [model.key.partition, model.key.sort].some((part) => part?.attribute === attribute);
    return {
      attribute,
      type: 'S',
      ...(primary ? { required: true } : { optional: true }),
      ...tagsOf({ template, ...(alone.length === 0 ? {} : { parts }) }),
    };
  });
}

function storedAttribute(stored: Stored, keys: DmsModel['keys']): DmsAttribute {
  const { property, name, attribute } = stored;
  const inKey = isKey(name, keys);
  const plain = plainAttribute(stored, inKey);
  const { name: _, ...spec } = specOf(attribute);
  const difference = differenceOf(spec as AttributeSpec, dmsSpec(plain, inKey));
  return { ...plain, ...tagsOf({ ...(property === camelCase(name) ? {} : { property }), ...difference }) };
}

function isKey(attribute: string, { partition, sort }: DmsModel['keys']): boolean {
  return attribute === partition.attribute || attribute === sort?.attribute;
}

/** Names the stored attribute of a key, and its type. */
function keyOf(part: unknown, all: readonly Stored[]): DmsKey {
  const plain = Array.isArray(part) ? part[0] : part;
  if (typeof plain !== 'string') return { attribute: plain.attribute, type: 'S' };
  const { name, attribute } = all.find(({ property }) => property === plain) as Stored;
  return { attribute: name, type: DMS_TYPES[attribute.kind as keyof typeof DMS_TYPES] as KeyType };
}

function indexesOf(model: AnyModel, key: (part: unknown) => DmsKey, stored: readonly Stored[], note: Note): DmsIndex[] {
  const nameOf = (property: unknown): string[] =>
    stored.filter((of) => of.property === property).map(({ name }) => name);
  return Object.entries(model.indexes as Readonly<Record<string, IndexDefinition<any>>>).flatMap(([name, index]) => {
    const { type, partition, sort, projection } = index;
    if ([partition, sort].some((part) => Array.isArray(part) && part.length > 1)) {
      note(`index ${name} has a key of several attributes, which DMS v0.1 does not know; it is left out.`);
      return [];
    }
    const fields = projection?.flatMap(nameOf);
    const dmsType = fields === undefined ? 'ALL' : fields.length === 0 ? 'KEYS_ONLY' : 'INCLUDE';
    return {
      name,
      type: type === 'local' ? 'LSI' : 'GSI',
      partition: key(partition),
      ...(sort === undefined ? {} : { sort: key(sort) }),
      projection: { type: dmsType, ...(dmsType === 'INCLUDE' ? { fields: fields ?? [] } : {}) },
    };
  });
}

/** Adds the roles that an attribute has in keys to those it has by itself. */
function withRoles(of: DmsAttribute, keys: DmsModel['keys'], indexes: readonly DmsIndex[]): DmsAttribute {
  const roles = [
    ...(keys.partition.attribute === of.attribute ? ['pk'] : []),
    ...(keys.sort?.attribute === of.attribute ? ['sk'] : []),
    ...(of.roles ?? []),
    ...indexes.filter(({ partition }) => partition.attribute === of.attribute).map(({ name }) => `index_pk:${name}`),
    ...indexes.filter(({ sort }) => sort?.attribute === of.attribute).map(({ name }) => `index_sk:${name}`),
  ];
  return roles.length === 0 ? of : { ...of, roles };
}

const ROLES: Readonly<Record<string, string>> = {
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  version: 'version',
  ttl: 'ttl',
};

const FORMATS: Readonly<Record<string, string>> = { date: 'rfc3339nano', ttl: 'unix_seconds', integer: 'int' };

/** What DMS itself can say of an attribute. */
function plainAttribute({ name, attribute }: Stored, inKey: boolean): DmsAttribute {
  const { kind, role, options } = attribute;
  const dmsRole = ROLES[role ?? kind];
  const format = FORMATS[kind];
  const presence = options.optional && !inKey ? { optional: true } : { required: true };
  return {
    attribute: name,
    type: DMS_TYPES[kind as keyof typeof DMS_TYPES] as DmsType,
    // The table layer fills these in itself.
    ...(role === undefined || inKey ? presence : {}),
    ...(format === undefined ? {} : { format }),
    ...(kind === 'json' ? { json: true } : {}),
    ...(dmsRole === undefined ? {} : { roles: [dmsRole] }),
    ...(options.encrypted ? { encryption: { v: 1 } } : {}),
  };
}

/** The policy for unknown attributes stands with the partition key. */
function withPolicy(of: DmsAttribute, { unknownAttributes }: AnyModel, { partition }: DmsModel['keys']): DmsAttribute {
  if (unknownAttributes === 'keep' || of.attribute !== partition.attribute) return of;
  return { ...of, ...tagsOf({ ...extensionOf(of), unknownAttributes }) };
}

function namingOf(attributes: readonly string[]): Pick<DmsModel, 'naming'> {
  const convention = (['camelCase', 'snake_case'] as const).find((name) => attributes.every((of) => follows(of, name)));
  return convention === undefined ? {} : { naming: { convention } };
}
