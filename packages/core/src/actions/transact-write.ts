import { randomUUID } from 'node:crypto';
import type { StoredItem } from '../codec/attribute-value.ts';
import { writeKey } from '../codec/item-codec.ts';
import type { Field } from '../codec/object-codec.ts';
import type { TransactWriteItem, TransactWriteItemsInput } from '../command/requests.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { BuildCondition } from '../condition.ts';
import type { Connection } from '../connection.ts';
import { sealTransactWrite } from '../encryption/seal-request.ts';
import { Expression } from '../expression.ts';
import { readResult } from '../read-result.ts';
import { send } from '../send.ts';
import { marksBetween, type UniqueMark } from '../unique.ts';
import { collectActions, type UpdateBuilder } from '../update-builder.ts';
import { type Cancelable, canceledError } from './canceled.ts';
import { deleteParams } from './delete.ts';
import { createParams, putParams } from './put.ts';
import { refuseSameItem } from './same-item.ts';
import { retryCanceled } from './transact-retry.ts';
import { updateParams } from './update.ts';
import { upsertParams } from './upsert.ts';
import { type WriteOptions, writeCondition } from './write-condition.ts';

const OPERATION = 'TransactWriteItems';

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
const MAX_ACTIONS = 100;

/** One action of a transaction; `Result` is what the transaction returns for it. */
export interface TransactAction<Result = unknown> {
  readonly action: 'create' | 'put' | 'update' | 'upsert' | 'delete' | 'check';
  readonly model: CompiledModel;
  readonly item: TransactWriteItem;
  /** What keeps the item's values unique; written with it. */
  readonly marks?: readonly UniqueMark[];
  /** What the transaction returns for the action when it has been done. */
  readonly result: () => Result;
}

const nothing = (): undefined => undefined;

/** Refuses an action that would have to read the item to keep its values unique. */
function refuseUnique(model: CompiledModel, action: string, fields: readonly Field[] = model.unique): void {
  const [field] = fields;
  if (field === undefined) return;
  throw new TypeError(
    `Transaction: ${action} of ${model.name} must read the item first, as its ${field.property} is unique; ` +
      `use the table's own ${action}`,
  );
}

/** The actions of a transaction on one model. They send nothing: `$transactWrite` sends them. */
export class TransactTable {
  readonly #model: CompiledModel;

  constructor(model: CompiledModel) {
    this.#model = model;
  }

  create(item: object): TransactAction {
    const model = this.#model;
    const { params } = createParams(model, item, new Date());
    const marks = marksBetween(model, undefined, (field) => params.Item[field.name]);
    return {
      action: 'create',
      model,
      item: { Put: params },
      marks,
      result: () => readResult(model, params.Item, OPERATION),
    };
  }

  put(item: object, options: Pick<WriteOptions, 'if'> = {}): TransactAction {
    const model = this.#model;
    refuseUnique(model, 'put');
    const { params } = putParams(model, item, options, new Date());
    return { action: 'put', model, item: { Put: params }, result: () => readResult(model, params.Item, OPERATION) };
  }

  upsert(item: object, options: Pick<WriteOptions, 'if'> = {}): TransactAction {
    const model = this.#model;
    refuseUnique(model, 'upsert');
    const { params } = upsertParams(model, item, options, new Date());
    // A transaction's update must change something; the table's own may be nothing but a key.
    if (params.UpdateExpression === undefined) {
      throw new TypeError(
        `Transaction: upsert of ${model.name} has nothing but the key: use create, or the table's own`,
      );
    }
    return { action: 'upsert', model, item: { Update: params }, result: nothing };
  }

  update(
    key: object,
    changes: object | ((builder: UpdateBuilder<any, any>) => unknown),
    options: WriteOptions = {},
  ): TransactAction {
    const model = this.#model;
    const { params, changed } = updateParams(model, key, collectActions(changes), options, new Date());
    const unique = model.unique.filter(({ property }) => changed.has(property));
    refuseUnique(model, 'update', unique);
    return { action: 'update', model, item: { Update: params }, result: nothing };
  }

  delete(key: object, options: WriteOptions = {}): TransactAction {
    refuseUnique(this.#model, 'delete');
    const params = deleteParams(this.#model, key, options);
    return {
      action: 'delete',
      model: this.#model,
      item: { Delete: params },
      result: nothing,
    };
  }

  check(key: object, condition: BuildCondition<any>): TransactAction {
    const expression = new Expression();
    const { ConditionExpression, ...returned } = writeCondition(this.#model, OPERATION, { if: condition }, expression);
    return {
      action: 'check',
      model: this.#model,
      item: {
        ConditionCheck: {
          TableName: this.#model.table,
          Key: writeKey(this.#model, key, OPERATION),
          ConditionExpression,
          ...returned,
          ...expression.params(),
        },
      },
      result: nothing,
    };
  }
}

/** Options of `$transactWrite`. */
export interface TransactWriteOptions {
  /**
   * 1 to 36 characters. DynamoDB does a transaction with the same token and content once within ten minutes. Without
   * one, each call gets its own, which its retries share.
   */
  readonly token?: string;
}

/** One write of the request: an action's own, or one of its marks. */
interface Write extends Cancelable {
  readonly item: TransactWriteItem;
}

function writesOf({ action, model, item, marks = [] }: TransactAction, index: number): Write[] {
  const own = { action, model, index, item };
  return [own, ...marks.map((mark): Write => ({ action: 'unique', model, index, ...mark }))];
}

function keyOfWrite({ Put, Update, Delete, ConditionCheck }: TransactWriteItem): StoredItem {
  return Put?.Item ?? (Update ?? Delete ?? ConditionCheck)?.Key ?? {};
}

/** The request of a transaction. */
export function transactWriteParams(
  writes: readonly { readonly item: TransactWriteItem }[],
  { token = randomUUID() }: TransactWriteOptions,
): TransactWriteItemsInput {
  if (writes.length === 0 || writes.length > MAX_ACTIONS) {
    const marks = 'each unique value counts as one';
    throw new RangeError(`A transaction takes 1 to ${MAX_ACTIONS} writes (${marks}); it was given ${writes.length}`);
  }
  return { TransactItems: writes.map(({ item }) => item), ClientRequestToken: token };
}

/**
 * Does all actions, or none.
 *
 * @throws TransactionCanceledError with the model, place and reason of every action that stopped it.
 */
export async function transactWrite(
  connection: Connection,
  actions: readonly TransactAction[],
  options: TransactWriteOptions,
): Promise<unknown[]> {
  const writes = actions.flatMap(writesOf);
  refuseSameItem(
    actions.map(({ model, item }) => ({ model, key: keyOfWrite(item) })),
    OPERATION,
  );
  const encrypts = writes.some(({ model }) => model.encrypted.length > 0);
  // Sealed once: DynamoDB takes a repeated transaction for the same only if its content is.
  const input = transactWriteParams(encrypts ? await sealWrites(connection, writes) : writes, options);
  const models = [...new Set(actions.map(({ model }) => model))];
  const operation = {
    name: OPERATION,
    tables: [...new Set(models.map(({ table }) => table))],
    models: models.map(({ name }) => name),
  };
  await retryCanceled(connection, () =>
    send(
      connection,
      operation,
      input,
      () => actions.length,
      (thrown) => canceledError(thrown, connection, writes, OPERATION),
    ),
  );
  return actions.map(({ result }) => result());
}

async function sealWrites(connection: Connection, writes: readonly Write[]): Promise<{ item: TransactWriteItem }[]> {
  const sealed: { item: TransactWriteItem }[] = [];
  for (const { model, item } of writes) {
    sealed.push({
      item: model.encrypted.length > 0 ? await sealTransactWrite(connection, model, item, OPERATION) : item,
    });
  }
  return sealed;
}
