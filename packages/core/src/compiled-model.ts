import { attributeCodec } from './codec/attribute-codec.ts';
import type { AttributeValue } from './codec/attribute-value.ts';
import { type KeyCodec, type KeyPartCodec, keyCodec, partsOf } from './codec/key-codec.ts';
import { type Field, fieldsOfObject, type KnownNames } from './codec/object-codec.ts';
import { type SameShape, sameShape } from './codec/same-shape.ts';
import { encryptedIfMarked } from './encryption/encrypted-codec.ts';
import type { AnyModel, Indexes } from './model.ts';

/** A secondary index, ready to plan reads with. */
export interface CompiledIndex extends KeyCodec {
  readonly name: string;
  readonly local: boolean;
  /** The properties the index can return; `undefined` when it returns all. */
  readonly returns?: ReadonlySet<string>;
}

/** A model with its codecs and keys compiled. */
export interface CompiledModel {
  readonly model: AnyModel;
  readonly name: string;
  readonly table: string;
  /** Makes the objects its items are. */
  readonly Item: SameShape<unknown>;
  /** Makes the objects its items are stored as. */
  readonly Stored: SameShape<AttributeValue>;
  /** Every attribute, in the model's order. */
  readonly fields: readonly Field[];
  readonly fieldNamed: ReadonlyMap<string, Field>;
  /** The fields stored under their own name. The others live only in a composed key. */
  readonly storedFields: readonly Field[];
  /** The fields that live only in a composed primary key. */
  readonly keyFields: ReadonlySet<Field>;
  /** For each field whether it is one of them. */
  readonly isOnlyInKey: readonly boolean[];
  readonly key: KeyCodec;
  /** The parts of the key that are composed. */
  readonly composedKey: readonly KeyPartCodec[];
  readonly indexes: ReadonlyMap<string, CompiledIndex>;
  /** The parts of keys that have to be composed, or checked, once an item has all its attributes. */
  readonly unfinished: readonly KeyPartCodec[];
  /** What the model stores something under. */
  readonly names: KnownNames;
  readonly createdAt: Field | undefined;
  readonly updatedAt: Field | undefined;
  readonly version: Field | undefined;
  readonly ttl: Field | undefined;
  /** The fields no two items may share a value of. */
  readonly unique: readonly Field[];
  /** The fields that are stored encrypted. */
  readonly encrypted: readonly Field[];
}

const compiled = new WeakMap<AnyModel, CompiledModel>();

/**
 * Compiles a model: once, and kept, unless its table's name is found by a function.
 *
 * @throws TypeError when an attribute's options cannot be compiled, or the table has no name.
 */
export function compileModel(model: AnyModel): CompiledModel {
  const known = compiled.get(model);
  if (known !== undefined && typeof model.table === 'string') return known;
  const fresh = compile(model);
  compiled.set(model, fresh);
  return fresh;
}

function compile(model: AnyModel): CompiledModel {
  const table = typeof model.table === 'function' ? model.table() : model.table;
  if (!table) throw new TypeError(`Model ${model.name}: its table function returned no name`);
  const fields = fieldsOfObject(model.attributes, (attribute, nullIsAbsent) =>
    attributeCodec(attribute, false, nullIsAbsent),
  ).map(encryptedIfMarked);
  const fieldNamed = new Map(fields.map((field) => [field.property, field]));
  const key = keyCodec(model.key, fieldNamed);
  const indexes = new Map(
    Object.entries(model.indexes as Indexes<any>).map(([name, index]): [string, CompiledIndex] => {
      const codec = keyCodec(index, fieldNamed);
      const local = index.type === 'local';
      if (index.projection === undefined) return [name, { name, local, ...codec }];
      const keys = [...partsOf(key), ...partsOf(codec)].flatMap((part) => part.fields.map((field) => field.property));
      return [name, { name, local, ...codec, returns: new Set([...index.projection, ...keys]) }];
    }),
  );
  const keyFields = onlyInKey(key, [...indexes.values()]);
  const keyParts = [key, ...indexes.values()].flatMap(partsOf);
  const ownNames = fields.map((field) => field.name);
  const keyNames = keyParts.flatMap((part) => part.names);
  const storedFields = fields.filter((field) => !keyFields.has(field));
  refuseUnique(model, fields, key);
  const roleField = (role: string): Field | undefined => fields.find((field) => field.attribute.role === role);
  return {
    model,
    name: model.name,
    table,
    Item: sameShape(),
    Stored: sameShape(),
    fields,
    fieldNamed,
    storedFields,
    keyFields,
    isOnlyInKey: fields.map((field) => keyFields.has(field)),
    key,
    composedKey: partsOf(key).filter((part) => part.template !== undefined),
    indexes,
    unfinished: keyParts.filter((part) => part.template !== undefined || part.mayBeEmpty),
    names: {
      known: new Set([...ownNames, ...keyNames]),
      keyNames: [...new Set(keyNames)].filter((name) => !ownNames.includes(name)),
    },
    createdAt: roleField('createdAt'),
    updatedAt: roleField('updatedAt'),
    version: roleField('version'),
    ttl: fields.find((field) => field.attribute.kind === 'ttl'),
    unique: fields.filter((field) => field.attribute.options.unique),
    encrypted: fields.filter((field) => field.attribute.options.encrypted),
  };
}

/** The mark of a unique value is an item with a text key in the same table. */
function refuseUnique(model: AnyModel, fields: readonly Field[], key: KeyCodec): void {
  const unique = fields.find((field) => field.attribute.options.unique);
  const isText = partsOf(key).every(
    (part) => part.template !== undefined || ['string', 'date'].includes(part.fields[0]?.attribute.kind ?? ''),
  );
  if (unique === undefined || isText) return;
  throw new TypeError(`Model ${model.name}: ${unique.property} is unique, which needs a table whose keys are strings`);
}

/** An attribute of a composed primary key is stored in that key alone, unless an index uses it as it is. */
function onlyInKey(key: KeyCodec, indexes: readonly CompiledIndex[]): Set<Field> {
  const composed = partsOf(key).filter((part) => part.template !== undefined);
  const plain = [key, ...indexes].flatMap(partsOf).filter((part) => part.template === undefined);
  const stored = new Set(plain.flatMap((part) => part.fields));
  return new Set(composed.flatMap((part) => part.fields).filter((field) => !stored.has(field)));
}
