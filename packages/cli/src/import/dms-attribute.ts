import type { Attribute, AttributeKind } from '@tabletheory/core';
import { UsageError } from '../command.ts';
import { type Builder, buildAttribute, builders, givenOptions } from './build-attribute.ts';
import type { DmsAttribute, DmsType } from './dms-document.ts';

/**
 * An attribute in JSON: its builder, its options, and its parts. A default is in its JSON form: a `Date` an ISO 8601
 * text, a `bigint` its digits.
 */
export interface AttributeSpec {
  readonly type: Builder;
  readonly element?: AttributeSpec;
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
  readonly [option: string]: unknown;
}

/** The DMS type of each kind; `any` has none. */
export const DMS_TYPES: Readonly<Record<Exclude<AttributeKind, 'any'>, DmsType>> = {
  string: 'S',
  number: 'N',
  integer: 'N',
  bigint: 'N',
  decimal: 'N',
  boolean: 'BOOL',
  binary: 'B',
  date: 'S',
  ttl: 'N',
  list: 'L',
  map: 'M',
  record: 'M',
  stringSet: 'SS',
  numberSet: 'NS',
  binarySet: 'BS',
  json: 'S',
};

const SPECS: Readonly<Record<DmsType, AttributeSpec>> = {
  S: { type: 'string' },
  N: { type: 'number' },
  B: { type: 'binary' },
  BOOL: { type: 'boolean' },
  NULL: { type: 'any', nullable: true },
  M: { type: 'record', element: { type: 'any' } },
  L: { type: 'list', element: { type: 'any' } },
  SS: { type: 'stringSet' },
  NS: { type: 'numberSet' },
  BS: { type: 'binarySet' },
};

/** What the members of a DMS attribute say, extensions apart. An attribute that is not required may be absent. */
export function dmsSpec(attribute: DmsAttribute, inKey: boolean): AttributeSpec {
  const { roles = [], type, format, json, encryption, required, omit_empty: omitEmpty } = attribute;
  if (roles.includes('created_at')) return { type: 'createdAt' };
  if (roles.includes('updated_at')) return { type: 'updatedAt' };
  if (roles.includes('version')) return { type: 'version' };
  const presence = inKey || (required && !omitEmpty) ? {} : { optional: true };
  const encrypted = encryption ? { encrypted: true } : {};
  // A null of a JSON attribute is stored as NULL, not as text.
  if (json) return { type: 'json', ...presence, nullable: true, ...encrypted };
  if (roles.includes('ttl')) return { type: 'ttl', ...presence };
  if (type === 'S' && format === 'rfc3339nano') return { type: 'date', ...presence, ...encrypted };
  if (type === 'N' && (format === 'int' || format === 'unix_seconds'))
    return { type: 'integer', ...presence, ...encrypted };
  return { ...SPECS[type], ...presence, ...encrypted };
}

/** An attribute as its specification. A default that is a function is left out. */
export function specOf(attribute: Attribute): AttributeSpec {
  const { kind, role, options, element, attributes } = attribute;
  const given = givenOptions(options as Readonly<Record<string, unknown>>).filter(
    ([, value]) => typeof value !== 'function',
  );
  return {
    type: role ?? kind,
    ...Object.fromEntries(given.map(([name, value]) => [name, name === 'default' ? toJson(value) : value])),
    ...(element === undefined ? {} : { element: specOf(element) }),
    ...(attributes === undefined
      ? {}
      : { attributes: Object.fromEntries(Object.entries(attributes).map(([name, of]) => [name, specOf(of)])) }),
  };
}

function toJson(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'bigint' ? String(value) : value;
}

/**
 * The attribute of a specification.
 *
 * @throws UsageError when there is no such builder.
 */
export function attributeOf({ type, element, attributes, ...options }: AttributeSpec): Attribute {
  if (!Object.hasOwn(builders, type)) throw new UsageError(`There is no attribute builder ${type}.`);
  const role = type === 'createdAt' || type === 'updatedAt' || type === 'version' ? type : undefined;
  const parts = attributes
    ? { attributes: Object.fromEntries(Object.entries(attributes).map(([name, spec]) => [name, attributeOf(spec)])) }
    : element
      ? { element: attributeOf(element) }
      : {};
  const given = 'default' in options ? { ...options, default: fromJson(type, options.default) } : options;
  return buildAttribute({ kind: type as AttributeKind, role, options: given, ...parts });
}

function fromJson(type: Builder, value: unknown): unknown {
  if (type === 'date' || type === 'ttl') return new Date(value as string);
  return type === 'bigint' ? BigInt(value as string) : value;
}

/** The members of a specification that differ from another's. An option that is only in the other becomes `false`. */
export function differenceOf(spec: AttributeSpec, from: AttributeSpec): Record<string, unknown> {
  const { element: _, ...options } = from; // an element that is not in the specification gives way to attributes
  const names = new Set([...Object.keys(spec), ...Object.keys(options)]);
  const differing = [...names].filter((name) => JSON.stringify(spec[name]) !== JSON.stringify(from[name]));
  return Object.fromEntries(differing.map((name) => [name, spec[name] ?? false]));
}
