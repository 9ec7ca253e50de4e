import type { StoredItem } from '../codec/attribute-value.ts';
import { validated } from '../codec/item-codec.ts';
import type { CompiledModel } from '../compiled-model.ts';
import { type BuildCondition, conditionBuilder } from '../condition.ts';
import { conditionExpression } from '../condition-expression.ts';
import type { Connection } from '../connection.ts';
import { openExisting } from '../encryption/open-stored.ts';
import { ConditionFailedError, type ErrorDetails, ItemNotFoundError } from '../errors.ts';
import type { Expression } from '../expression.ts';
import { readExisting } from '../read-result.ts';

/** Options of a write to an existing item. */
export interface WriteOptions<Values = any> {
  /** The write happens only if this holds of the stored item. */
  readonly if?: BuildCondition<Values>;
  /** The version the stored item must have, for a model with `version()`: the one the caller has read. */
  readonly version?: number;
}

/** What the stored item must be for a write to happen. */
export interface Expected extends WriteOptions {
  /** `true`: it must exist; `false`: it must not. */
  readonly exists?: boolean;
}

/** The ConditionExpression of a write, or nothing when it is unconditional. */
export function writeCondition(
  model: CompiledModel,
  operation: string,
  expected: Expected,
  expression: Expression,
): { ConditionExpression?: string; ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' } {
  return validated(model, operation, () => {
    const conditions: string[] = [];
    const partition = (): string => expression.name(model.key.partition.names[0] as string);
    if (expected.exists === true) conditions.push(`attribute_exists(${partition()})`);
    if (expected.exists === false) conditions.push(`attribute_not_exists(${partition()})`);
    if (expected.version !== undefined) {
      if (model.version === undefined) throw new TypeError(`Model ${model.name} has no version() attribute`);
      const { name, codec } = model.version;
      conditions.push(`${expression.name(name)} = ${expression.value(codec.operand(expected.version))}`);
    }
    if (expected.if !== undefined) {
      conditions.push(conditionExpression(model, expected.if(conditionBuilder), expression));
    }
    if (conditions.length === 0) return {};
    return {
      ConditionExpression: conditions.join(' AND '), // an "or" brings its own parentheses
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
  });
}

/**
 * The typed error when DynamoDB refused the condition of a write; `undefined` for any other error. A promise of it
 * where the existing item has to be opened first.
 */
export function conditionError(
  thrown: unknown,
  connection: Connection,
  model: CompiledModel,
  operation: string,
  expected: Expected,
): Refusal | undefined | Promise<Refusal> {
  const cause = thrown as { name?: string; Item?: StoredItem } | undefined;
  if (cause?.name !== 'ConditionalCheckFailedException') return undefined;
  const stored = cause.Item;
  delete cause.Item; // a logger may print the cause, and it must not print an item
  const details = { operation, model: model.name, cause };
  if (stored === undefined || model.encrypted.length === 0) return refusal(model, expected, stored, details);
  const opening = openExisting(connection, model, stored, operation);
  return opening.then((opened) => refusal(model, expected, opened, details));
}

type Refusal = ItemNotFoundError | ConditionFailedError;

function refusal(
  model: CompiledModel,
  expected: Expected,
  stored: StoredItem | undefined,
  details: ErrorDetails,
): Refusal {
  if (stored === undefined && (expected.exists || expected.version !== undefined)) {
    return new ItemNotFoundError(`${model.name} not found`, details);
  }
  const existing = readExisting(model, stored);
  return new ConditionFailedError(conditionMessage(model, expected, existing), existing, details);
}

function conditionMessage(model: CompiledModel, expected: Expected, existing: object | undefined): string {
  if (expected.exists === false) return `${model.name} exists already`;
  const { version } = model;
  const changed =
    version !== undefined &&
    expected.version !== undefined &&
    existing !== undefined &&
    (existing as Record<string, unknown>)[version.property] !== expected.version;
  return changed
    ? `${model.name} was changed by another writer: its version is not the expected one`
    : `${model.name} does not meet the condition of the write`;
}
