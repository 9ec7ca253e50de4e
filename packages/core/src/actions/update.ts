import type { AttributeValue } from '../codec/attribute-value.ts';
import { validated, writeKey } from '../codec/item-codec.ts';
import { partsOf } from '../codec/key-codec.ts';
import { valueIn } from '../codec/object-codec.ts';
import type { UpdateItemInput, WriteOutput } from '../command/requests.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import { openStored } from '../encryption/open-stored.ts';
import { sealUpdate } from '../encryption/seal-request.ts';
import { TableTheoryError } from '../errors.ts';
import { Expression } from '../expression.ts';
import { readResult } from '../read-result.ts';
import { send } from '../send.ts';
import type { UpdateAction } from '../update-builder.ts';
import { updateExpression } from '../update-expression.ts';
import { conditionError, type Expected, type WriteOptions, writeCondition } from './write-condition.ts';

const OPERATION = 'UpdateItem';

/** An update that has been built, and what it expects of the stored item. */
export interface BuiltUpdate {
  readonly params: UpdateItemInput;
  readonly expected: Expected;
}

/** The request of an `update`: the item must exist. */
export function updateParams(
  model: CompiledModel,
  key: object,
  actions: readonly UpdateAction[],
  options: WriteOptions,
  now: Date,
): BuiltUpdate & { changed: ReadonlyMap<string, AttributeValue | undefined> } {
  const Key = writeKey(model, key, OPERATION);
  const expression = new Expression();
  const expected = { ...options, exists: true };
  const { text, changed } = validated(model, OPERATION, () =>
    updateExpression(model, actions, keyValues(model, key), now, expression),
  );
  if (text === '') throw new TypeError(`Update of ${model.name}: there are no changes`);
  const condition = writeCondition(model, OPERATION, expected, expression);
  return {
    params: { TableName: model.table, Key, UpdateExpression: text, ...condition, ...expression.params() },
    expected,
    changed,
  };
}

function keyValues(model: CompiledModel, key: object): Map<string, AttributeValue> {
  const fields = partsOf(model.key).flatMap((part) => part.fields);
  return new Map(fields.map((field) => [field.property, field.codec.operand(valueIn(key, field))]));
}

/** Changes one item. */
export async function updateItem(
  connection: Connection,
  model: CompiledModel,
  { params, expected }: BuiltUpdate,
): Promise<object> {
  const operation = { name: OPERATION, tables: [model.table], models: [model.name] };
  const encrypts = model.encrypted.length > 0;
  const sealed = encrypts ? await sealUpdate(connection, model, params, OPERATION) : params;
  const input: UpdateItemInput = { ...sealed, ReturnValues: 'ALL_NEW' };
  const { Attributes = {} } = await send(
    connection,
    operation,
    input,
    (_output: WriteOutput) => 1,
    (thrown) => conditionError(thrown, connection, model, OPERATION, expected),
  );
  try {
    const stored = encrypts ? await openStored(connection, model, Attributes, OPERATION) : Attributes;
    return readResult(model, stored, OPERATION);
  } catch (error) {
    // The item does not fit its model, or cannot be decrypted, but it has been changed.
    if (error instanceof TableTheoryError) error.mayBeDone = true;
    throw error;
  }
}
