import { isTemplate } from '../key-part.ts';
import { composeKey, type KeyTemplate, parseTemplate, readKey } from '../key-template.ts';
import type { IndexDefinition, IndexKeyPart, KeyDefinition } from '../model-types.ts';
import type { AttributeValue, StoredItem } from './attribute-value.ts';
import { type Field, storedIn } from './object-codec.ts';
import { setOwn } from './plain-object.ts';
import { CodecProblem, rethrowWithin } from './problem.ts';

/** A partition or sort key of a table or index, ready to write and read. */
export interface KeyPartCodec {
  /** The names it is stored under: one, or several for a multi-attribute key. */
  readonly names: readonly string[];
  /** The attributes it is made of, in order. */
  readonly fields: readonly Field[];
  /** Set when the key is composed. */
  readonly template?: KeyTemplate;
  /** Whether its attributes allow what a key must not be: empty text, or no bytes. */
  readonly mayBeEmpty: boolean;
  /** Whether all its attributes are strings. */
  readonly allText: boolean;
}

/** A table's or index's key, ready to write and read. */
export interface KeyCodec {
  readonly partition: KeyPartCodec;
  readonly sort?: KeyPartCodec;
}

/** Encoded values of attributes, by property. */
export type Encoded = (field: Field) => AttributeValue | undefined;

/** Compiles the key of a table or index. */
export function keyCodec(key: KeyDefinition<any> | IndexDefinition<any>, fields: ReadonlyMap<string, Field>): KeyCodec {
  const partition = keyPartCodec(key.partition, fields);
  return key.sort === undefined ? { partition } : { partition, sort: keyPartCodec(key.sort, fields) };
}

function keyPartCodec(part: IndexKeyPart<any>, fields: ReadonlyMap<string, Field>): KeyPartCodec {
  const fieldNamed = (property: string): Field => fields.get(property) as Field; // defineModel checked the names
  if (isTemplate(part)) {
    const template = parseTemplate(part.template);
    const fields = template.placeholders.map(fieldNamed);
    return { names: [part.attribute], fields, template, mayBeEmpty: false, allText: fields.every(isText) };
  }
  const parts = (typeof part === 'string' ? [part] : part).map(fieldNamed);
  return {
    names: parts.map((field) => field.name),
    fields: parts,
    mayBeEmpty: parts.some(mayBeEmpty),
    allText: parts.every(isText),
  };
}

function isText({ attribute }: Field): boolean {
  return attribute.kind === 'string';
}

function mayBeEmpty({ attribute: { kind, options } }: Field): boolean {
  return kind === 'binary' || (kind === 'string' && (options.minLength ?? 0) <= 0);
}

/** The parts of a key: partition, then sort. */
export function partsOf(key: KeyCodec): readonly KeyPartCodec[] {
  return key.sort === undefined ? [key.partition] : [key.partition, key.sort];
}

/** All names a key is stored under. */
export function namesOf(key: KeyCodec): string[] {
  return partsOf(key).flatMap((part) => part.names);
}

/** DynamoDB's type of each attribute a key is stored in, by name: S, N or B. */
export function storedKeyTypes(key: KeyCodec): Map<string, 'S' | 'N' | 'B'> {
  return new Map(
    partsOf(key).flatMap(({ names, fields, template }) =>
      names.map((name, i) => [name, template === undefined ? keyTypeOf(fields[i] as Field) : 'S'] as const),
    ),
  );
}

function keyTypeOf({ attribute: { kind } }: Field): 'S' | 'N' | 'B' {
  if (kind === 'string' || kind === 'date') return 'S';
  return kind === 'binary' ? 'B' : 'N';
}

/**
 * Writes a key part into a stored item.
 *
 * @returns false when an attribute it needs is missing; nothing is written then.
 * @throws CodecProblem when a value cannot be a key.
 */
export function writeKeyPart(part: KeyPartCodec, encoded: Encoded, into: Record<string, AttributeValue>): boolean {
  if (part.template === undefined) {
    const values = part.fields.map(encoded);
    if (values.includes(undefined)) return false;
    for (let i = 0; i < values.length; i++) {
      refuseEmpty(part.fields[i] as Field, values[i] as AttributeValue);
      setOwn(into, part.names[i] as string, values[i] as AttributeValue);
    }
    return true;
  }
  const { key, complete } = composeText(part, encoded);
  if (!complete) return false;
  setOwn(into, part.names[0] as string, { S: key });
  return true;
}

/**
 * Completes a stored item with a key of it: a plain one is in it already, and is checked.
 *
 * @throws CodecProblem when a value cannot be a key.
 */
export function completeKeyPart(part: KeyPartCodec, encoded: Encoded, stored: StoredItem): void {
  // Stryker disable next-line ConditionalExpression: to write a plain one once more takes time, and gives the same.
  if (part.template !== undefined) {
    writeKeyPart(part, encoded, stored);
    return;
  }
  // A key that has not all of its attributes is none.
  for (const field of part.fields) if (storedIn(stored, field) === undefined) return;
  for (const field of part.fields) refuseEmpty(field, stored[field.name] as AttributeValue);
}

/** Composes a template's key, or its prefix up to the first attribute without a value. */
export function composeText(part: KeyPartCodec, encoded: Encoded): { key: string; complete: boolean } {
  try {
    return composeKey(part.template as KeyTemplate, (i) => {
      const value = encoded(part.fields[i] as Field);
      return value?.S ?? value?.N;
    });
  } catch (error) {
    if (error instanceof RangeError) throw new CodecProblem('key', error.message);
    throw error;
  }
}

/**
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 *
 * @throws CodecProblem for empty text and no bytes, which no attribute of a key may be, nor be compared with.
 */
export function refuseEmpty(field: Field, value: AttributeValue): void {
  if (value.S === '' || value.B === '') {
    throw new CodecProblem('key', 'is a key and must not be empty').within(field.property);
  }
}

/**
 * Reads the attributes a composed key is made of back from it.
 *
 * @returns `undefined` when the key was not made by this template: the item is of another model.
 */
export function readKeyPart(part: KeyPartCodec, stored: Record<string, AttributeValue>): unknown[] | undefined {
  const text = stored[part.names[0] as string]?.S;
  const values = text === undefined ? undefined : readKey(part.template as KeyTemplate, text);
  if (values === undefined || part.allText) return values;
  return values.map((value, i) => {
    const field = part.fields[i] as Field;
    const { kind } = field.attribute;
    if (kind === 'string') return value;
    try {
      return field.codec.read(kind === 'date' ? { S: value } : { N: value });
    } catch (error) {
      return rethrowWithin(error, field.property);
    }
  });
}
