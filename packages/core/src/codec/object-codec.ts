import type { Attribute, Attributes, GeneratedRole } from '../attribute.ts';
import type { UnknownAttributes } from '../model.ts';
import type { AttributeCodec } from './attribute-codec.ts';
import type { AttributeValue, StoredItem } from './attribute-value.ts';
import { countOf, plainObject, setOwn } from './plain-object.ts';
import { CodecProblem, rethrowWithin } from './problem.ts';
import { sameShape } from './same-shape.ts';
import { keepUnknown, writeUnknown } from './unknown-attributes.ts';

/** One attribute of an object, ready to write and read. */
export interface Field {
  readonly property: string;
  /** The name in the table. */
  readonly name: string;
  readonly attribute: Attribute;
  readonly codec: AttributeCodec;
  readonly required: boolean;
  /** Who fills the value in; `undefined` when the caller does. */
  readonly role: GeneratedRole | undefined;
  /** Whether every object inherits a property of one of its names, as of `constructor`: only an own one counts then. */
  readonly inherited: boolean;
  /** Whether a stored NULL stands for no value: of an attribute that may be absent, and has no `null`. */
  readonly nullIsAbsent: boolean;
}

/** Compiles an attribute; `nullIsAbsent` says whether its stored NULL is read as `undefined`. */
export type Compile = (attribute: Attribute, nullIsAbsent?: boolean) => AttributeCodec;

/**
 * The fields of an object, in the model's order.
 *
 * @throws TypeError when two are stored under one name, or one cannot be compiled.
 */
export function fieldsOfObject(attributes: Attributes, compile: Compile): Field[] {
  const properties = new Map<string, string>();
  return Object.entries(attributes).map(([property, attribute]) => {
    const { name = property, optional, nullable } = attribute.options;
    const other = properties.get(name);
    if (other !== undefined) throw new TypeError(`Attributes ${other} and ${property} are both stored as ${name}`);
    properties.set(name, property);
    const nullIsAbsent = optional === true && !nullable && attribute.kind !== 'any';
    return {
      property,
      name,
      attribute,
      codec: compileNamed(property, attribute, compile, nullIsAbsent),
      required: !optional,
      role: attribute.role,
      inherited: property in Object.prototype || name in Object.prototype,
      nullIsAbsent,
    };
  });
}

function compileNamed(property: string, attribute: Attribute, compile: Compile, nullIsAbsent: boolean): AttributeCodec {
  try {
    return compile(attribute, nullIsAbsent);
  } catch (error) {
    throw new TypeError(`Attribute ${property}: ${(error as Error).message}`);
  }
}

/** A field's value in an object of the caller's. */
export function valueIn(object: object, { property, inherited }: Field): unknown {
  if (inherited && !Object.hasOwn(object, property)) return undefined;
  return (object as Record<string, unknown>)[property];
}

/** A field's value in a stored object. */
export function storedIn(stored: Readonly<StoredItem>, { name, inherited }: Field): AttributeValue | undefined {
  return inherited && !Object.hasOwn(stored, name) ? undefined : stored[name];
}

/** The default of an attribute left out of a new item. */
export function defaultOf(attribute: Attribute): unknown {
  const value = attribute.options.default;
  if (value instanceof Date) return new Date(value); // a Date can be changed, and the default is everyone's
  return typeof value === 'function' ? value() : value;
}

/** The codec of a map: an object with known attributes. */
export function objectCodec(
  attributes: Attributes,
  compile: Compile,
  partial: boolean,
): {
  write: (value: unknown) => StoredItem;
  read: (stored: StoredItem) => Record<string, unknown>;
} {
  const fields = fieldsOfObject(attributes, compile);
  // Stryker disable next-line ArrayDeclaration: a name that nothing is stored under counts for nothing.
  const names: KnownNames = { known: new Set(fields.map(({ name }) => name)), keyNames: [] };
  const Written = sameShape<AttributeValue>();
  const Decoded = sameShape<unknown>();
  return {
    write: (value) => {
      const object = plainObject(value);
      const written = new Written();
      let given = 0;
      let i = 0;
      try {
        for (; i < fields.length; i++) {
          const field = fields[i] as Field;
          let inner = field.inherited ? valueIn(object, field) : object[field.property];
          // Stryker disable next-line UpdateOperator: too few only make it look in vain.
          if (inner !== undefined) given++;
          else {
            inner = defaultOf(field.attribute);
            if (inner === undefined) {
              if (field.required) throw new CodecProblem('required', 'is missing');
              continue;
            }
          }
          // Stryker disable next-line ConditionalExpression: any property may be set so, which takes longer.
          if (field.inherited) setOwn(written, field.name, field.codec.write(inner));
          else written[field.name] = field.codec.write(inner);
        }
      } catch (error) {
        refuseUnknown(object, attributes);
        rethrowWithin(error, (fields[i] as Field).property);
      }
      // Only where something else is in the object is looked what.
      // Stryker disable next-line ConditionalExpression: to look in vain takes time, and finds nothing.
      if (countOf(object) !== given) refuseUnknown(object, attributes);
      writeUnknown(object, written);
      return written;
    },
    read: (stored) => {
      const object = new Decoded();
      // Stryker disable next-line StringLiteral: whatever is neither 'drop' nor 'error' keeps them.
      readFields(fields, stored, object, names, partial, partial ? 'drop' : 'keep');
      return object;
    },
  };
}

/** The names of what an object knows of. */
export interface KnownNames {
  /** All names. */
  readonly known: ReadonlySet<string>;
  /** Those of them that are no field's: of composed keys. */
  readonly keyNames: readonly string[];
}

/**
 * Decodes fields into an object, and keeps with it what else was stored, by the policy.
 *
 * @param partial what is absent is simply left out.
 */
export function readFields(
  fields: readonly Field[],
  stored: Readonly<StoredItem>,
  into: Record<string, unknown>,
  { known, keyNames }: KnownNames,
  partial: boolean,
  unknown: UnknownAttributes,
): void {
  let found = 0;
  let absent: string[] | undefined;
  let i = 0;
  try {
    for (; i < fields.length; i++) {
      const field = fields[i] as Field;
      const own = field.inherited ? storedIn(stored, field) : stored[field.name];
      const value = readField(field, own, partial);
      // Stryker disable next-line ConditionalExpression,UpdateOperator: too few only make it look in vain.
      if (own !== undefined) found++;
      if (value === undefined) {
        if (own !== undefined) absent = [...(absent ?? []), field.name];
      } else if (field.inherited) setOwn(into, field.property, value);
      else into[field.property] = value;
    }
  } catch (error) {
    rethrowWithin(error, (fields[i] as Field).property);
  }
  if (unknown === 'drop') return;
  // Stryker disable next-line ConditionalExpression,UpdateOperator: as above.
  for (const name of keyNames) if (stored[name] !== undefined) found++;
  // Only where something else is stored is looked what.
  // Stryker disable next-line ConditionalExpression: to look in vain takes time, and finds nothing.
  if (absent !== undefined || countOf(stored) !== found) {
    keepUnknown(into, stored, known, absent ?? [], unknown === 'error');
  }
}

/**
 * Decodes one field; `undefined` when it is absent and may be.
 *
 * @throws CodecProblem without the field's name.
 */
export function readField(field: Field, stored: AttributeValue | undefined, partial: boolean): unknown {
  if (stored !== undefined) return field.codec.read(stored);
  if (partial) return undefined;
  const value = defaultOf(field.attribute);
  if (value === undefined && field.required) throw new CodecProblem('required', 'is not in the stored item');
  return value;
}

/** @throws CodecProblem naming the first property that is no attribute. */
export function refuseUnknown(object: object, attributes: Attributes): void {
  for (const key of Object.keys(object)) {
    if (!Object.hasOwn(attributes, key)) {
      throw new CodecProblem('additionalProperties', 'is no attribute of the model').within(key);
    }
  }
}
