import {
  type Attribute,
  type AttributeKind,
  type Attributes,
  any,
  bigint,
  binary,
  binarySet,
  boolean,
  createdAt,
  date,
  decimal,
  integer,
  json,
  list,
  map,
  number,
  numberSet,
  record,
  string,
  stringSet,
  ttl,
  updatedAt,
  version,
} from '@tabletheory/core';

const scalars = { string, number, integer, bigint, decimal, boolean, binary, date, ttl, json, any };
const sets = { stringSet, numberSet, binarySet };

/** The builders of attributes, by the kind or the role of what they make. */
export const builders: Readonly<Record<Builder, (...args: any[]) => Attribute>> = {
  ...scalars,
  ...sets,
  list,
  map,
  record,
  createdAt,
  updatedAt,
  version,
};

/** The name of a builder. */
export type Builder = AttributeKind | NonNullable<Attribute['role']>;

/** Options and parts of an attribute that is not known before run time. */
export interface AttributeParts {
  readonly kind: AttributeKind;
  readonly role?: Attribute['role'];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly element?: Attribute | undefined;
  readonly attributes?: Attributes | undefined;
}

/** The options that say something, in order: `false` is what leaving them out means, but for a default. */
export function givenOptions(options: Readonly<Record<string, unknown>>): [name: string, value: unknown][] {
  return Object.entries(options).filter(
    ([name, value]) => value !== undefined && (value !== false || name === 'default'),
  );
}

/** Makes an attribute with the builder of its kind or role. */
export function buildAttribute({ kind, role, options = {}, element, attributes }: AttributeParts): Attribute {
  const given = givenOptions(options);
  const args: unknown[] = given.length === 0 ? [] : [Object.fromEntries(given)];
  const part = element ?? attributes;
  return builders[role ?? kind](...(part === undefined ? args : [part, ...args]));
}
