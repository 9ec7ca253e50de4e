import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Attribute, type AttributeKind, any } from '@tabletheory/core';
import { buildAttribute } from './build-attribute.ts';
import { camelCase, Names } from './property-name.ts';

/** An object with more different keys than this, none of them in every one, is taken for a record. */
const RECORD_KEYS = 12;

/** What an attribute is beside its values: its options of presence and name. */
export interface AttributeTraits {
  readonly optional?: boolean;
  readonly name?: string | undefined;
}

/**
 * The attribute that reads and writes all of the given values without a change. Values of different types make it
 * `any()`.
 */
export function inferAttribute(values: readonly AttributeValue[], traits: AttributeTraits = {}): Attribute {
  const present = values.filter((value) => value.NULL === undefined);
  const nullable = present.length < values.length;
  const build = (kind: AttributeKind, parts: object = {}): Attribute =>
    buildAttribute({ kind, options: { ...traits, nullable }, ...parts });
  switch (commonType(present)) {
    case 'S':
      return build(present.every(({ S }) => isDateText(S as string)) ? 'date' : 'string');
    case 'N':
      return build(numberKind(present.map(({ N }) => N as string)));
    case 'BOOL':
      return build('boolean');
    case 'B':
      return build('binary');
    case 'SS':
      return build('stringSet');
    case 'NS':
      return build(numberKind(present.flatMap(({ NS }) => NS as string[])) === 'number' ? 'numberSet' : 'any');
    case 'BS':
      return build('binarySet');
    case 'L':
      return build('list', { element: elementOf(present.flatMap(({ L }) => L as AttributeValue[])) });
    case 'M':
      return build(...objectOf(present.map(({ M }) => M as Record<string, AttributeValue>)));
    default:
      return build('any');
  }
}

/** The attribute of a declared type that no value was seen of. */
export function declaredAttribute(type: string, traits: AttributeTraits): Attribute {
  const build = (kind: AttributeKind, parts: object = {}): Attribute =>
    buildAttribute({ kind, options: { ...traits }, ...parts });
  if (type === 'L') return build('list', { element: any() });
  if (type === 'M') return build('record', { element: any() });
  return build(KINDS[type] ?? 'any');
}

const KINDS: Readonly<Record<string, AttributeKind>> = {
  S: 'string',
  N: 'number',
  B: 'binary',
  BOOL: 'boolean',
  SS: 'stringSet',
  NS: 'numberSet',
  BS: 'binarySet',
};

function commonType(values: readonly AttributeValue[]): string | undefined {
  const types = new Set(values.map((value) => Object.keys(value)[0]));
  return types.size === 1 ? [...types][0] : undefined;
}

/** Whether `date()` writes the same text again. */
function isDateText(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}

function numberKind(texts: readonly string[]): 'number' | 'bigint' | 'decimal' {
  if (texts.every(isExact)) return 'number';
  return texts.every((text) => /^-?\d+$/.test(text)) ? 'bigint' : 'decimal';
}

/** Whether a JavaScript number has all digits of a stored one. DynamoDB stores numbers without leading zeros. */
function isExact(text: string): boolean {
  return digitsOf(text) === digitsOf(String(Number(text)));
}

/** A number as its significant digits and the power of ten of the last: `1500` and `1.5E+3` are `15e2`. */
function digitsOf(text: string): string | undefined {
  const match = /^(-?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

function elementOf(values: readonly AttributeValue[]): Attribute {
  return values.length === 0 ? any() : inferAttribute(values);
}

function objectOf(objects: readonly Readonly<Record<string, AttributeValue>>[]): ['map' | 'record', object] {
  const keys = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  const inAll = keys.filter((key) => objects.every((object) => Object.hasOwn(object, key)));
  if (keys.length === 0) return ['record', { element: any() }];
  if (keys.length > RECORD_KEYS && inAll.length === 0) {
    return ['record', { element: elementOf(objects.flatMap((object) => Object.values(object))) }];
  }
  const names = new Names();
  const attributes = keys.map((key): [string, Attribute] => {
    const property = names.take(camelCase(key));
    const values = objects.flatMap((object) => (Object.hasOwn(object, key) ? [object[key] as AttributeValue] : []));
    return [
      property,
      inferAttribute(values, { optional: values.length < objects.length, name: property === key ? undefined : key }),
    ];
  });
  return ['map', { attributes: Object.fromEntries(attributes) }];
}
