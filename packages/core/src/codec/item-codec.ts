import type { GeneratedRole } from '../attribute.ts';
import type { CompiledModel } from '../compiled-model.ts';
import { ValidationFailedError } from '../errors.ts';
import type { SelectedField } from '../projection.ts';
import { isUniqueMark } from '../unique.ts';
import type { AttributeValue, StoredItem } from './attribute-value.ts';
import { completeKeyPart, type Encoded, type KeyPartCodec, partsOf, readKeyPart, writeKeyPart } from './key-codec.ts';
import { defaultOf, type Field, readField, readFields, refuseUnknown, storedIn, valueIn } from './object-codec.ts';
import { countOf, setOwn } from './plain-object.ts';
import { CodecProblem, type Problem, rethrowWithin } from './problem.ts';
import { writeUnknown } from './unknown-attributes.ts';

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
  const { fields } = model;
  const stored = new model.Stored();
  // Stryker disable next-line ConditionalExpression: an empty map gives the same, in more time.
  const onlyInKey = model.keyFields.size === 0 ? undefined : new Map<Field, AttributeValue>();
  let problems: Problem[] | undefined;
  let now: AttributeValue | undefined;
  let given = 0;
  let i = 0;
  while (i < fields.length) {
    // Behind the attribute that has a problem, the loop goes on.
    try {
      for (; i < fields.length; i++) {
        const field = fields[i] as Field;
        let value = field.inherited ? valueIn(item, field) : (item as Record<string, unknown>)[field.property];
        // Stryker disable next-line ConditionalExpression,UpdateOperator: too few only make it look in vain.
        if (value !== undefined) given++;
        let written: AttributeValue;
        if (field.role !== undefined && isGenerated(field.role, value)) {
          if (field.role === 'version') written = { N: `${generated.version}` };
          else {
            now ??= field.codec.write(generated.now);
            written = now;
          }
        } else {
          if (value === undefined) value = defaultOf(field.attribute);
          if (value === undefined) {
            if (field.required) throw new CodecProblem('required', 'is missing');
            continue;
          }
          written = field.codec.write(value);
        }
        // Stryker disable next-line ConditionalExpression: no map, no such field; the type needs to be told.
        if (onlyInKey !== undefined && model.isOnlyInKey[i]) onlyInKey.set(field, written);
        else if (field.inherited) setOwn(stored, field.name, written);
        else stored[field.name] = written;
      }
    } catch (error) {
      problems = withProblem(problems, error, (fields[i] as Field).property);
      i++;
    }
  }
  // Only where something else is in the item is looked what.
  // Stryker disable next-line ConditionalExpression: to look in vain takes time, and finds nothing.
  if (given !== countOf(item) || Object.getPrototypeOf(item) !== Object.prototype) {
    try {
      refuseUnknown(item, model.model.attributes);
    } catch (error) {
      problems = withProblem(problems, error);
    }
  }
  if (problems === undefined) {
    for (const part of model.unfinished) {
      try {
        const encoded: Encoded = (field) => onlyInKey?.get(field) ?? storedIn(stored, field);
        completeKeyPart(part, encoded, stored);
      } catch (error) {
        problems = withProblem(problems, error);
      }
    }
    try {
      writeUnknown(item, stored);
    } catch (error) {
      problems = withProblem(problems, error);
    }
  }
  if (problems !== undefined) throw invalid(problems, model, operation);
  return stored;
}

/** Whether the suite fills an attribute in: a new item may say itself when it was created. */
function isGenerated(role: GeneratedRole, given: unknown): boolean {
  return role !== 'createdAt' || given === undefined;
}

function withProblem(problems: readonly Problem[] = [], error: unknown, property?: string): Problem[] {
  if (!(error instanceof CodecProblem)) throw error;
  return [...problems, property === undefined ? error : error.within(property)];
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
  for (const property of Object.keys(key)) {
    const known = parts.some((part) => part.fields.some((field) => field.property === property));
    if (!known) throw new CodecProblem('additionalProperties', 'is not part of the key').within(property);
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
  const { partition, sort } = model.key;
  return isOfAnother(partition, stored) || (sort !== undefined && isOfAnother(sort, stored));
}

function isOfAnother(part: KeyPartCodec, stored: StoredItem): boolean {
  if (part.template === undefined || stored[part.names[0] as string] === undefined) return false;
  try {
    return readKeyPart(part, stored) === undefined;
  } catch {
    return true;
  }
}

/**
 * Decodes a stored item.
 *
 * @throws CodecProblem when the stored item does not fit the model.
 */
export function readItem(model: CompiledModel, stored: StoredItem): Record<string, unknown> {
  const item = new model.Item();
  let { fields } = model;
  if (model.keyFields.size > 0) {
    readKeyFields(model, stored, item);
    // Stryker disable next-line ConditionalExpression,EqualityOperator: where none is missing, both ways give the same.
    const missing = countOf(item) < model.keyFields.size;
    fields = missing ? fields.filter(({ property }) => !Object.hasOwn(item, property)) : model.storedFields;
  }
  readFields(fields, stored, item, model.names, false, model.model.unknownAttributes);
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
  selected: readonly SelectedField[],
): Record<string, unknown> {
  const fromKey: Record<string, unknown> = {};
  if (model.keyFields.size > 0) readKeyFields(model, stored, fromKey);
  const item: Record<string, unknown> = {};
  let i = 0;
  try {
    for (; i < selected.length; i++) {
      const { field, parts } = selected[i] as SelectedField;
      const value = Object.hasOwn(fromKey, field.property)
        ? fromKey[field.property]
        : readField(parts ?? field, storedIn(stored, field), parts !== undefined);
      if (value !== undefined) setOwn(item, field.property, value);
    }
  } catch (error) {
    rethrowWithin(error, (selected[i] as SelectedField).field.property);
  }
  return item;
}

/** Decodes the attributes that only a composed key holds. */
function readKeyFields(model: CompiledModel, stored: StoredItem, into: Record<string, unknown>): void {
  for (const part of model.composedKey) {
    const name = part.names[0] as string;
    if (stored[name] === undefined) continue;
    const values = readKeyPart(part, stored);
    if (values === undefined) throw new CodecProblem('key', 'was not made by the model').within(name);
    // Stryker disable next-line EqualityOperator: behind the last value there is no field.
    for (let i = 0; i < values.length; i++) {
      const field = part.fields[i] as Field;
      if (model.keyFields.has(field)) setOwn(into, field.property, values[i]);
    }
  }
}
