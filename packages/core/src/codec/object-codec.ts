import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attribute, Attributes } from '../attribute.ts';
import type { AttributeCodec } from './attribute-codec.ts';
import { plainObject, setOwn } from './plain-object.ts';
import { CodecProblem, rethrowWithin } from './problem.ts';
import { keepUnknown, writeUnknown } from './unknown-attributes.ts';

/** One attribute of an object, ready to write and read. */
export interface Field {
  readonly property: string;
  /** The name in the table. */
  readonly name: string;
  readonly attribute: Attribute;
  readonly codec: AttributeCodec;
  readonly required: boolean;
  /** Whether every object inherits a property of one of its names, as of `constructor`: only an own one counts then. */
  readonly inherited: boolean;
  /** Whether a stored NULL stands for no value: of an attribute that may be absent, and has no `null`. */
  readonly nullIsAbsent: boolean;
}

/** The fields of an object, in the model's order. */
export function fieldsOfObject(attributes: Attributes, compile: (attribute: Attribute) => AttributeCodec): Field[] {
  return Object.entries(attributes).map(([property, attribute]) => {
    const { name = property, optional, nullable } = attribute.options;
    return {
      property,
      name,
      attribute,
      codec: compileNamed(property, attribute, compile),
      required: !optional,
      inherited: property in Object.prototype || name in Object.prototype,
      nullIsAbsent: optional === true && !nullable && attribute.kind !== 'any',
    };
  });
}

/** A field's value in an object of the caller's. */
export function valueIn(object: object, { property, inherited }: Field): unknown {
  if (inherited && !Object.hasOwn(object, property)) return undefined;
  return (object as Record<string, unknown>)[property];
}

/** A field's value in a stored object. */
export function storedIn(
  stored: Record<string, AttributeValue>,
  { name, inherited }: Field,
): AttributeValue | undefined {
  return inherited && !Object.hasOwn(stored, name) ? undefined : stored[name];
}

function compileNamed(property: string, attribute: Attribute, compile: (attribute: Attribute) => AttributeCodec) {
  try {
    return compile(attribute);
  } catch (error) {
    throw new TypeError(`Attribute ${property}: ${(error as Error).message}`);
  }
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
  compile: (attribute: Attribute) => AttributeCodec,
  partial: boolean,
): {
  write: (value: unknown) => Record<string, AttributeValue>;
  read: (stored: Record<string, AttributeValue>) => Record<string, unknown>;
} {
  const fields = fieldsOfObject(attributes, compile);
  const names = new Set(fields.map(({ name }) => name));
  return {
    write: (value) => {
      const object = plainObject(value);
      refuseUnknown(object, attributes);
      const written: Record<string, AttributeValue> = {};
      for (const field of fields) {
        const given = valueIn(object, field);
        const inner = given === undefined ? defaultOf(field.attribute) : given;
        if (inner === undefined) {
          if (field.required) throw new CodecProblem('required', 'is missing').within(field.property);
          continue;
        }
        setOwn(written, field.name, writeField(field, inner));
      }
      writeUnknown(object, written);
      return written;
    },
    read: (stored) => {
      const object: Record<string, unknown> = {};
      const absent: string[] = [];
      for (const field of fields) {
        const own = storedIn(stored, field);
        if (own?.NULL && field.nullIsAbsent) absent.push(field.name);
        const value = readField(field, own, partial);
        if (value !== undefined) setOwn(object, field.property, value);
      }
      // Under a projection the object is never written back.
      if (!partial) keepUnknown(object, stored, names, absent);
      return object;
    },
  };
}

/** @throws CodecProblem naming the first property that is no attribute. */
export function refuseUnknown(object: object, attributes: Attributes): void {
  for (const key of Object.keys(object)) {
    if (!Object.hasOwn(attributes, key)) {
      throw new CodecProblem('additionalProperties', 'is no attribute of the model').within(key);
    }
  }
}

/** Encodes one field; a problem names it. */
export function writeField(field: Field, value: unknown): AttributeValue {
  try {
    return field.codec.write(value);
  } catch (error) {
    return rethrowWithin(error, field.property);
  }
}

/** Decodes one field; `undefined` when it is absent and may be. */
export function readField(field: Field, stored: AttributeValue | undefined, partial: boolean): unknown {
  if (stored === undefined || (stored.NULL && field.nullIsAbsent)) {
    if (partial || stored !== undefined) return undefined;
    const value = defaultOf(field.attribute);
    if (value === undefined && field.required) {
      throw new CodecProblem('required', 'is not in the stored item').within(field.property);
    }
    return value;
  }
  try {
    return field.codec.read(stored);
  } catch (error) {
    return rethrowWithin(error, field.property);
  }
}
