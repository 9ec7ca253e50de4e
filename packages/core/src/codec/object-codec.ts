import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Attribute, Attributes } from '../attribute.ts';
import type { AttributeCodec } from './attribute-codec.ts';
import { plainObject, setOwn } from './plain-object.ts';
import { CodecProblem, rethrowWithin } from './problem.ts';

/** One attribute of an object, ready to write and read. */
export interface Field {
  readonly property: string;
  /** The name in the table. */
  readonly name: string;
  readonly attribute: Attribute;
  readonly codec: AttributeCodec;
  readonly required: boolean;
}

/** The fields of an object, in the model's order. */
export function fieldsOfObject(attributes: Attributes, compile: (attribute: Attribute) => AttributeCodec): Field[] {
  return Object.entries(attributes).map(([property, attribute]) => ({
    property,
    name: attribute.options.name ?? property,
    attribute,
    codec: compileNamed(property, attribute, compile),
    required: !attribute.options.optional,
  }));
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
  return {
    write: (value) => {
      const object = plainObject(value);
      refuseUnknown(object, attributes);
      const written: Record<string, AttributeValue> = {};
      for (const field of fields) {
        const inner = object[field.property] === undefined ? defaultOf(field.attribute) : object[field.property];
        if (inner === undefined) {
          if (field.required) throw new CodecProblem('required', 'is missing').within(field.property);
          continue;
        }
        written[field.name] = writeField(field, inner);
      }
      return written;
    },
    read: (stored) => {
      const object: Record<string, unknown> = {};
      for (const field of fields) {
        const value = readField(field, stored[field.name], partial);
        if (value !== undefined) setOwn(object, field.property, value);
      }
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
  if (stored === undefined) {
    if (partial) return undefined;
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
