import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { CompiledModel } from '../compiled-model.ts';
import { ValidationFailedError } from '../errors.ts';
import type { SelectedField } from '../projection.ts';
import { isUniqueMark } from '../unique.ts';
import { type KeyPartCodec, partsOf, readKeyPart, writeKeyPart } from './key-codec.ts';
import { defaultOf, type Field, readField, refuseUnknown, storedIn, valueIn, writeField } from './object-codec.ts';
import { setOwn } from './plain-object.ts';
import { CodecProblem, type Problem } from './problem.ts';
import { keepUnknown, writeUnknown } from './unknown-attributes.ts';

/** An item as DynamoDB holds it. */
export type StoredItem = Record<string, AttributeValue>;

/** The values the suite fills in on a write. */
export interface Generated {
  readonly now: Date;
  /** The new item's version, for a model that has one. */
  readonly version: number;
}

/** Runs an encoding; its problem becomes the typed error. */
export function validated<T>(model: CompiledModel, operation: string, encode: () => T): T {
  try {
    return encode();
  } catch (error) {
    if (error instanceof CodecProblem) throw invalid([error], model, operation);
    throw error;
  }
}

function invalid(problems: readonly Problem[], model: CompiledModel, operation: string): ValidationFailedError {
  const plain = problems.map(({ path, keyword, message }) => ({ path, keyword, message }));
  return new ValidationFailedError(plain, { model: model.name, operation });
}

/**
 * Encodes a new item, with defaults, generated attributes and composed keys.
 *
 * @throws ValidationFailedError with one problem for every attribute that has one.
 */
export function writeItem(model: CompiledModel, item: object, generated: Generated, operation: string): StoredItem {
  const stored: StoredItem = {};
  const encoded = new Map<Field, AttributeValue>();
  const problems: Problem[] = [];
  const attempt = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      if (!(error instanceof CodecProblem)) throw error;
      problems.push(error);
    }
  };
  attempt(() => refuseUnknown(item, model.model.attributes));
  for (const field of model.fields) {
    attempt(() => {
      const value = newValueOf(model, field, item, generated);
      if (value !== undefined) encoded.set(field, writeField(field, value));
      else if (field.required) throw new CodecProblem('required', 'is missing').within(field.property);
    });
  }
  for (const field of model.storedFields) {
    const value = encoded.get(field);
    if (value !== undefined) setOwn(stored, field.name, value);
  }
  if (problems.length === 0) {
    for (const key of [model.key, ...model.indexes.values()]) {
      for (const part of partsOf(key)) attempt(() => void writeKeyPart(part, (field) => encoded.get(field), stored));
    }
    attempt(() => writeUnknown(item, stored));
  }
  if (problems.length > 0) throw invalid(problems, model, operation);
  return stored;
}

function newValueOf(model: CompiledModel, field: Field, item: object, { now, version }: Generated): unknown {
  if (field === model.updatedAt) return now;
  if (field === model.version) return version;
  const value = valueIn(item, field);
  if (value !== undefined) return value;
  return field === model.createdAt ? now : defaultOf(field.attribute);
}

/**
 * Encodes a primary key.
 *
 * @throws ValidationFailedError when an attribute is missing, empty, unknown or of the wrong type.
 */
export function writeKey(model: CompiledModel, key: object, operation: string): StoredItem {
  return validated(model, operation, () => {
    const stored: StoredItem = {};
    const values = (key ?? {}) as Record<string, unknown>;
    const parts = partsOf(model.key);
    refuseUnknownKey(parts, values);
    for (const part of parts) {
      const complete = writeKeyPart(part, (field) => operandOf(field, valueIn(values, field)), stored);
      if (!complete) {
        const missing = part.fields.find((field) => valueIn(values, field) === undefined) as Field;
        throw new CodecProblem('required', 'is part of the key and is missing').within(missing.property);
      }
    }
    return stored;
  });
}

/** The part of an item that is its key, to address the item with. */
export function keyOfItem(model: CompiledModel, item: object): Record<string, unknown> {
  const values = item as Record<string, unknown>;
  const properties = partsOf(model.key).flatMap((part) => part.fields.map((field) => field.property));
  return Object.fromEntries(properties.map((property) => [property, values[property]]));
}

function refuseUnknownKey(parts: readonly KeyPartCodec[], key: Record<string, unknown>): void {
  const known = new Set(parts.flatMap((part) => part.fields.map((field) => field.property)));
  for (const property of Object.keys(key)) {
    if (!known.has(property)) throw new CodecProblem('additionalProperties', 'is not part of the key').within(property);
  }
}

function operandOf(field: Field, value: unknown): AttributeValue | undefined {
  if (value === undefined) return undefined;
  try {
    return field.codec.operand(value);
  } catch (error) {
    throw error instanceof CodecProblem ? error.within(field.property) : error;
  }
}

/** Whether a stored item is of another model that shares the table, or keeps a unique value. */
export function isForeign(model: CompiledModel, stored: StoredItem): boolean {
  if (isUniqueMark(model, stored)) return true;
  return partsOf(model.key).some((part) => {
    if (part.template === undefined || stored[part.names[0] as string] === undefined) return false;
    try {
      return readKeyPart(part, stored) === undefined;
    } catch {
      return true;
    }
  });
}

/**
 * Decodes a stored item.
 *
 * @throws CodecProblem when the stored item does not fit the model.
 */
export function readItem(model: CompiledModel, stored: StoredItem): Record<string, unknown> {
  const fromKey = readKeyFields(model, stored);
  const item: Record<string, unknown> = {};
  const absent: string[] = [];
  for (const field of model.fields) {
    const own = storedIn(stored, field);
    if (own?.NULL && field.nullIsAbsent) absent.push(field.name);
    const value = fromKey?.get(field) ?? readField(field, own, false);
    if (value !== undefined) setOwn(item, field.property, value);
  }
  const policy = model.model.unknownAttributes;
  if (policy !== 'drop') keepUnknown(item, stored, model.storedNames, absent, policy === 'error');
  return item;
}

/**
 * Decodes what a projection returned of a stored item. Inside an attribute that is selected in parts, anything may be
 * missing.
 *
 * @throws CodecProblem when the stored item does not fit the model.
 */
export function readSelected(
  model: CompiledModel,
  stored: StoredItem,
  fields: readonly SelectedField[],
): Record<string, unknown> {
  const fromKey = readKeyFields(model, stored);
  const item: Record<string, unknown> = {};
  for (const { field, parts } of fields) {
    const value = fromKey?.get(field) ?? readField(parts ?? field, storedIn(stored, field), parts !== undefined);
    if (value !== undefined) setOwn(item, field.property, value);
  }
  return item;
}

function readKeyFields(model: CompiledModel, stored: StoredItem): Map<Field, unknown> | undefined {
  if (model.keyFields.size === 0) return undefined;
  const values = new Map<Field, unknown>();
  for (const part of partsOf(model.key)) {
    if (part.template === undefined || stored[part.names[0] as string] === undefined) continue;
    const read = readKeyPart(part, stored);
    if (read === undefined) throw new CodecProblem('key', 'was not made by the model').within(part.names[0] as string);
    for (const [i, field] of part.fields.entries()) {
      if (model.keyFields.has(field)) values.set(field, read[i]);
    }
  }
  return values;
}
