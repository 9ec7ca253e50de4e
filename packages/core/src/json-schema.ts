import type { Attribute, Attributes } from './attribute.ts';
import { fieldsOf } from './key-part.ts';
import type { Changeable, Flagged, Flat, IndexDefinition, KeyDefinition, KeyFields } from './model-types.ts';

/** What a schema is of: a new item, a primary key, or the changes of an update. */
export type SchemaKind = 'new' | 'key' | 'update';

/**
 * The JSON Schema of an object. It says in the types which input it accepts: `@tabletheory/validator` gives
 * `context.input` that type. The property `~input` exists in the types only.
 */
export interface JsonSchema<Input = unknown> {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, object>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
  readonly '~input'?: Input;
}

/** The JSON form of an attribute's value: `Date`, bytes and `bigint` as strings, a `Set` as an array. */
export type JsonOf<T> = unknown extends T
  ? T
  : T extends Date | Uint8Array | bigint
    ? string
    : T extends ReadonlySet<infer E>
      ? JsonOf<E>[]
      : T extends object
        ? { [K in keyof T]: JsonOf<T[K]> }
        : T;

/** What a model's schemas accept, by their kind. */
export interface JsonForms<A extends Attributes, K> {
  readonly new: Flat<
    { [Name in Exclude<keyof A, Flagged<A, 'optional' | 'generated'>>]: JsonOf<A[Name]['~type']> } & {
      [Name in Exclude<Flagged<A, 'optional' | 'generated'>, Flagged<A, 'automatic'>>]?: JsonOf<A[Name]['~type']>;
    }
  >;
  readonly key: { [Name in KeyFields<K> & keyof A]: JsonOf<A[Name]['~type']> };
  readonly update: { [Name in Changeable<A, K> & keyof A]?: JsonOf<A[Name]['~type']> };
}

/** The parts of a model its schemas are made of. */
interface Schemed {
  readonly name: string;
  readonly attributes: Attributes;
  readonly key: KeyDefinition<any>;
  readonly indexes: Readonly<Record<string, IndexDefinition<any>>>;
}

type Named = readonly [property: string, attribute: Attribute];

/** The JSON Schema of what a model takes in JSON: see `Model.jsonSchema`. */
export function jsonSchema(model: Schemed, kind: SchemaKind): JsonSchema<any> {
  const attributes = Object.entries(model.attributes);
  const inKey = fieldsOfKeys([model.key]);
  // DynamoDB has no empty keys, in indexes neither.
  const inAnyKey = fieldsOfKeys([model.key, ...Object.values(model.indexes)]);
  const of = ([property, attribute]: Named): object => schemaOf(attribute, inAnyKey.has(property) ? 1 : 0);
  switch (kind) {
    case 'new': {
      const taken = attributes.filter(([, { role }]) => role === undefined);
      const required = taken.filter(([, { options }]) => !options.optional && options.default === undefined);
      return objectSchema(taken, required, (named) => withDefault(named[1], of(named)));
    }
    case 'key': {
      const key = attributes.filter(([property]) => inKey.has(property));
      return objectSchema(key, key, of);
    }
    case 'update': {
      // A default here would overwrite what the caller did not want changed.
      const changeable = attributes.filter(
        ([property, { role, options }]) => role === undefined && !options.readOnly && !inKey.has(property),
      );
      return objectSchema(changeable, [], of);
    }
    default:
      throw new TypeError(`Model ${model.name}: there is no JSON Schema of kind ${kind}, only of new, key and update`);
  }
}

function fieldsOfKeys(keys: readonly (KeyDefinition<any> | IndexDefinition<any>)[]): ReadonlySet<string> {
  // Stryker disable next-line ConditionalExpression: the absent part of a key is made of nothing; the type needs to be told.
  const parts = keys.flatMap(({ partition, sort }) => (sort === undefined ? [partition] : [partition, sort]));
  return new Set(parts.flatMap(fieldsOf));
}

function objectSchema(
  attributes: readonly Named[],
  required: readonly Named[],
  schema: (named: Named) => object,
): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(attributes.map((named) => [named[0], schema(named)])),
    required: required.map(([property]) => property),
    additionalProperties: false,
  };
}

function schemaOf(attribute: Attribute, leastLength = 0): object {
  const { description, nullable } = attribute.options;
  const about = description === undefined ? {} : { description };
  const { type, ...keywords } = valueSchema(attribute, leastLength);
  if (type === undefined) return about;
  if (!nullable) return { type, ...keywords, ...about };
  const orNull = keywords.enum === undefined ? {} : { enum: [...keywords.enum, null] };
  return { type: [type, 'null'], ...keywords, ...orNull, ...about };
}

interface ValueSchema {
  /** Absent where any value will do. */
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly [keyword: string]: unknown;
}

const BASE64 = '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$';
const BYTES = { type: 'string', contentEncoding: 'base64', pattern: BASE64 };

function valueSchema(attribute: Attribute, leastLength: number): ValueSchema {
  const { kind, options } = attribute;
  const { minLength = 0, minItems, maxItems } = options;
  const atLeast = Math.max(minLength, leastLength);
  const length = atLeast > 0 ? { minLength: atLeast } : {};
  switch (kind) {
    case 'string':
      return { type: 'string', ...pick(options, ['enum', 'maxLength', 'pattern', 'format']), ...length };
    case 'number':
    case 'integer': {
      const bounds = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'] as const;
      return { type: kind, ...pick(options, bounds) };
    }
    // A JSON number of that size has lost digits by the time it is parsed.
    case 'bigint':
      return { type: 'string', pattern: '^-?\\d{1,38}$' };
    case 'decimal':
      return { type: 'string', pattern: '^-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d{1,3})?$' };
    case 'boolean':
      return { type: 'boolean' };
    case 'binary':
      return { ...BYTES, ...length };
    case 'date':
    case 'ttl':
      return { type: 'string', format: 'date-time' };
    case 'list':
      return {
        type: 'array',
        items: schemaOf(attribute.element as Attribute),
        ...pick(options, ['minItems', 'maxItems']),
      };
    case 'map':
      return { ...mapSchema(attribute.attributes as Attributes) };
    case 'record':
      return {
        type: 'object',
        additionalProperties: schemaOf(attribute.element as Attribute),
        ...(minItems === undefined ? {} : { minProperties: minItems }),
        ...(maxItems === undefined ? {} : { maxProperties: maxItems }),
      };
    case 'stringSet':
      return setSchema({ type: 'string' }, attribute);
    case 'numberSet':
      return setSchema({ type: 'number' }, attribute);
    case 'binarySet':
      return setSchema(BYTES, attribute);
    case 'json':
    case 'any':
      return {};
  }
}

function mapSchema(attributes: Attributes): JsonSchema {
  const entries = Object.entries(attributes);
  // The type of a map's value has every attribute that is not optional, so what has no constant default is required.
  const required = entries.filter(([, attribute]) => !attribute.options.optional && !hasConstantDefault(attribute));
  return objectSchema(entries, required, ([, attribute]) => withDefault(attribute, schemaOf(attribute)));
}

function setSchema(items: object, { options: { minItems = 1, maxItems } }: Attribute): ValueSchema {
  // DynamoDB has no empty set.
  const least = Math.max(1, minItems);
  return { type: 'array', items, uniqueItems: true, minItems: least, ...(maxItems === undefined ? {} : { maxItems }) };
}

function hasConstantDefault({ options }: Attribute): boolean {
  return options.default !== undefined && typeof options.default !== 'function';
}

function withDefault(attribute: Attribute, schema: object): object {
  if (!hasConstantDefault(attribute)) return schema;
  const value = attribute.options.default;
  return {
    ...schema,
    default: value instanceof Date ? value.toISOString() : typeof value === 'bigint' ? `${value}` : value,
  };
}

function pick<T extends object>(from: T, names: readonly (keyof T)[]): Partial<T> {
  return Object.fromEntries(
    names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]),
  ) as Partial<T>;
}
