import type { AttributeValue, StoredItem } from '../codec/attribute-value.ts';
import { keyOfItem, writeKey } from '../codec/item-codec.ts';
import type { Field } from '../codec/object-codec.ts';
import type { GetItemOutput, TransactWriteItem } from '../command/requests.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { BuildCondition } from '../condition.ts';
import type { Connection } from '../connection.ts';
import { openExisting, openStored } from '../encryption/open-stored.ts';
import {
  type CancellationReason,
  ConditionFailedError,
  DeadlineExceededError,
  ItemNotFoundError,
  TableTheoryError,
  TransactionCanceledError,
  UniqueViolationError,
} from '../errors.ts';
import { readExisting, readResult } from '../read-result.ts';
import { send } from '../send.ts';
import { marksBetween, uniqueText } from '../unique.ts';
import type { UpdateAction } from '../update-builder.ts';
import { deleteParams } from './delete.ts';
import { type BuiltPut, createParams, putParams } from './put.ts';
import { type TransactAction, transactWrite } from './transact-write.ts';
import { updateParams } from './update.ts';
import { upsertParams } from './upsert.ts';
import type { WriteOptions } from './write-condition.ts';

// Writes of a model with unique attributes: one transaction of the item and of the marks that keep its values
// unique. A write that may change a value reads the item first, and goes through only if the values are still those.

/** The write of the item itself, and the unique values it leaves. */
interface ItemWrite {
  readonly action: TransactAction['action'];
  readonly item: TransactWriteItem;
  readonly valueAfter: (field: Field) => AttributeValue | undefined;
}

const MAX_ATTEMPTS = 8;

/** Creates an item whose unique values must be free. */
export async function createUnique(
  connection: Connection,
  model: CompiledModel,
  item: object,
  now: Date,
): Promise<object> {
  const { params } = createParams(model, item, now);
  const write: ItemWrite = { action: 'create', item: { Put: params }, valueAfter: (field) => params.Item[field.name] };
  try {
    await transact(connection, model, write, undefined);
  } catch (error) {
    const refused = refusedItem(error);
    throw refused === undefined
      ? error
      : new ConditionFailedError(`${model.name} exists already`, refused.item, details(model, error));
  }
  return readResult(model, params.Item, 'TransactWriteItems');
}

/** Replaces an item, as `put` does. */
export async function putUnique(
  connection: Connection,
  model: CompiledModel,
  item: object,
  options: Pick<WriteOptions, 'if'>,
  now: Date,
): Promise<object> {
  let built: BuiltPut | undefined;
  await changeUnique(connection, model, keyOfItem(model, item), (_old, unchanged) => {
    const put = putParams(model, item, { if: both(options.if, unchanged) }, now);
    built = put;
    return { action: 'put', item: { Put: put.params }, valueAfter: (field) => put.params.Item[field.name] };
  });
  return readResult(model, (built as BuiltPut).params.Item, 'TransactWriteItems');
}

/** Changes an existing item, as `update` does. */
export async function updateUnique(
  connection: Connection,
  model: CompiledModel,
  key: object,
  actions: readonly UpdateAction[],
  options: WriteOptions,
  now: Date,
): Promise<object> {
  await changeUnique(connection, model, key, (old, unchanged) => {
    if (old === undefined)
      throw new ItemNotFoundError(`${model.name} not found`, { operation: 'UpdateItem', model: model.name });
    const { params, changed } = updateParams(model, key, actions, { ...options, if: both(options.if, unchanged) }, now);
    const valueAfter = (field: Field) => (changed.has(field.property) ? changed.get(field.property) : old[field.name]);
    return { action: 'update', item: { Update: params }, valueAfter };
  });
  return readBack(connection, model, key);
}

/** Writes an item whether or not it exists, as `upsert` does. */
export async function upsertUnique(
  connection: Connection,
  model: CompiledModel,
  item: object,
  options: Pick<WriteOptions, 'if'>,
  now: Date,
): Promise<object> {
  const key = keyOfItem(model, item);
  await changeUnique(connection, model, key, (old, unchanged) => {
    const { params } = upsertParams(model, item, { if: both(options.if, unchanged) }, now);
    const given = createParams(model, item, now).params.Item;
    const valueAfter = (field: Field) => given[field.name] ?? old?.[field.name];
    return { action: 'upsert', item: { Update: params }, valueAfter };
  });
  return readBack(connection, model, key);
}

/** Deletes an item and frees its values, as `delete` does. */
export async function deleteUnique(
  connection: Connection,
  model: CompiledModel,
  key: object,
  options: WriteOptions,
): Promise<object | undefined> {
  const old = await changeUnique(connection, model, key, (stored, unchanged) => {
    if (stored === undefined && options.version === undefined) return undefined;
    if (stored === undefined)
      throw new ItemNotFoundError(`${model.name} not found`, { operation: 'DeleteItem', model: model.name });
    const params = deleteParams(model, key, { ...options, if: both(options.if, unchanged) });
    return { action: 'delete', item: { Delete: params }, valueAfter: () => undefined };
  });
  if (old === undefined || model.encrypted.length === 0) return readExisting(model, old);
  return readExisting(model, await openExisting(connection, model, old, 'TransactWriteItems'));
}

/**
 * Reads an item and changes it with its marks; again when its unique values changed in between.
 *
 * @returns the item as it was.
 */
async function changeUnique(
  connection: Connection,
  model: CompiledModel,
  key: object,
  build: (old: StoredItem | undefined, unchanged: BuildCondition<any>) => ItemWrite | undefined,
): Promise<StoredItem | undefined> {
  for (let attempt = 1; ; attempt++) {
    const old = await readStored(connection, model, key);
    const write = build(old, unchangedSince(model, old));
    if (write === undefined) return old;
    try {
      await transact(connection, model, write, old);
      return old;
    } catch (error) {
      const refused = refusedItem(error);
      if (refused === undefined) throw error;
      const now = attempt < MAX_ATTEMPTS ? await readStored(connection, model, key) : old;
      if (sameUniqueValues(model, old, now)) {
        const message = `${model.name} does not meet the condition of the write`;
        throw new ConditionFailedError(message, refused.item, details(model, error));
      }
    }
  }
}

async function transact(
  connection: Connection,
  model: CompiledModel,
  { action, item, valueAfter }: ItemWrite,
  old: StoredItem | undefined,
): Promise<void> {
  const marks = marksBetween(model, old, valueAfter);
  try {
    await transactWrite(connection, [{ action, model, item, marks, result: () => undefined }], {});
  } catch (error) {
    const taken = refusal(error, (reason) => reason.action === 'unique');
    if (taken?.attribute === undefined || refusedItem(error) !== undefined) throw error;
    throw new UniqueViolationError(taken.attribute, details(model, error));
  }
}

/** The reason when the item's own write was refused, marks aside. */
function refusedItem(error: unknown): CancellationReason | undefined {
  return refusal(error, (reason) => reason.action !== 'unique');
}

function refusal(error: unknown, of: (reason: CancellationReason) => boolean): CancellationReason | undefined {
  if (!(error instanceof TransactionCanceledError)) return undefined;
  return error.reasons.find((reason) => reason.code === 'ConditionalCheckFailed' && of(reason));
}

function unchangedSince(model: CompiledModel, old: StoredItem | undefined): BuildCondition<any> {
  return (condition) =>
    condition.and(
      ...model.unique.map((field) => {
        const value = old?.[field.name];
        return value === undefined
          ? condition(field.property, 'exists', false)
          : condition(field.property, '=', field.codec.read(value));
      }),
    );
}

function both(first: BuildCondition<any> | undefined, second: BuildCondition<any>): BuildCondition<any> {
  return first === undefined ? second : (condition) => condition.and(first(condition), second(condition));
}

function sameUniqueValues(model: CompiledModel, a: StoredItem | undefined, b: StoredItem | undefined): boolean {
  return model.unique.every((field) => uniqueText(a?.[field.name]) === uniqueText(b?.[field.name]));
}

async function readStored(connection: Connection, model: CompiledModel, key: object): Promise<StoredItem | undefined> {
  const operation = { name: 'GetItem', tables: [model.table], models: [model.name] };
  const input = { TableName: model.table, Key: writeKey(model, key, 'GetItem'), ConsistentRead: true };
  const { Item } = await send(connection, operation, input, (output: GetItemOutput) =>
    output.Item === undefined ? 0 : 1,
  );
  return Item;
}

/** The item as it is after a write. Whatever fails here, that was done. */
async function readBack(connection: Connection, model: CompiledModel, key: object): Promise<object> {
  try {
    const stored = await readStored(connection, model, key);
    if (stored !== undefined) {
      const opened = model.encrypted.length > 0 ? await openStored(connection, model, stored, 'GetItem') : stored;
      return readResult(model, opened, 'GetItem');
    }
  } catch (error) {
    throw afterWrite(error);
  }
  throw afterWrite(
    new ItemNotFoundError(`${model.name} was deleted by another writer`, { operation: 'GetItem', model: model.name }),
  );
}

function afterWrite(thrown: unknown): unknown {
  if (!(thrown instanceof TableTheoryError)) return thrown;
  const error = thrown instanceof DeadlineExceededError ? sentBefore(thrown) : thrown;
  error.mayBeDone = true;
  return error;
}

function sentBefore({ operation, model, cause, timeLeft, lastError }: DeadlineExceededError): DeadlineExceededError {
  return new DeadlineExceededError({ operation, model, cause, timeLeft, lastError, sent: true });
}

function details(model: CompiledModel, cause: unknown): { operation: string; model: string; cause: unknown } {
  return { operation: 'TransactWriteItems', model: model.name, cause };
}
