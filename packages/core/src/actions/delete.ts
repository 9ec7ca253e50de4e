import { writeKey } from '../codec/item-codec.ts';
import type { DeleteItemInput, WriteOutput } from '../command/requests.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import { openExisting } from '../encryption/open-stored.ts';
import { Expression } from '../expression.ts';
import { readExisting } from '../read-result.ts';
import { send } from '../send.ts';
import { conditionError, type WriteOptions, writeCondition } from './write-condition.ts';

const OPERATION = 'DeleteItem';

/** The request of a `delete`. */
export function deleteParams(model: CompiledModel, key: object, options: WriteOptions): DeleteItemInput {
  const expression = new Expression();
  return {
    TableName: model.table,
    Key: writeKey(model, key, OPERATION),
    ...writeCondition(model, OPERATION, options, expression),
    ...expression.params(),
  };
}

/** Deletes one item; `undefined` when there was none. */
export async function deleteItem(
  connection: Connection,
  model: CompiledModel,
  key: object,
  options: WriteOptions,
): Promise<object | undefined> {
  const operation = { name: OPERATION, tables: [model.table], models: [model.name] };
  const input: DeleteItemInput = { ...deleteParams(model, key, options), ReturnValues: 'ALL_OLD' };
  const { Attributes } = await send(
    connection,
    operation,
    input,
    (output: WriteOutput) => (output.Attributes === undefined ? 0 : 1),
    (thrown) => conditionError(thrown, connection, model, OPERATION, options),
  );
  // The item is gone: that it did not fit its model must not make the delete look failed.
  if (Attributes === undefined || model.encrypted.length === 0) return readExisting(model, Attributes);
  return readExisting(model, await openExisting(connection, model, Attributes, OPERATION));
}
