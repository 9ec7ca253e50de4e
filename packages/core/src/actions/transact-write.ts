import { randomUUID } from 'node:crypto';
import {
  type CancellationReason as SdkCancellationReason,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type StoredItem, writeKey } from '../codec/item-codec.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { BuildCondition } from '../condition.ts';
import type { Connection } from '../connection.ts';
import { type CancellationReason, TransactionCanceledError } from '../errors.ts';
import { Expression } from '../expression.ts';
import { readExisting, readResult } from '../read-result.ts';
import { send } from '../send.ts';
import type { UpdateBuilder } from '../update-builder.ts';
import { deleteParams } from './delete.ts';
import { type BuiltPut, createParams, putParams } from './put.ts';
import { updateParams } from './update.ts';
import { type WriteOptions, writeCondition } from './write-condition.ts';

const OPERATION = 'TransactWriteItems';

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
const MAX_ACTIONS = 100;

/** One action of a transaction; `Result` is what the transaction returns for it. */
export interface TransactAction<Result = unknown> {
  readonly action: 'create' | 'put' | 'update' | 'delete' | 'check';
  readonly model: CompiledModel;
  readonly item: TransactWriteItem;
  /** What the transaction returns for the action when it has been done. */
  readonly result: () => Result;
}

const nothing = (): undefined => undefined;

function putAction(action: 'create' | 'put', model: CompiledModel, { params }: BuiltPut): TransactAction {
  return { action, model, item: { Put: params }, result: () => readResult(model, params.Item, OPERATION) };
}

/** The actions of a transaction on one model. They send nothing: `$transactWrite` sends them. */
export class TransactTable {
  readonly #model: CompiledModel;

  constructor(model: CompiledModel) {
    this.#model = model;
  }

  create(item: object): TransactAction {
    return putAction('create', this.#model, createParams(this.#model, item, new Date()));
  }

  put(item: object, options: Pick<WriteOptions, 'if'> = {}): TransactAction {
    return putAction('put', this.#model, putParams(this.#model, item, options, new Date()));
  }

  update(
    key: object,
    changes: object | ((builder: UpdateBuilder<any, any>) => unknown),
    options: WriteOptions = {},
  ): TransactAction {
    const { params } = updateParams(this.#model, key, changes, options, new Date());
    return { action: 'update', model: this.#model, item: { Update: params }, result: nothing };
  }

  delete(key: object, options: WriteOptions = {}): TransactAction {
    const params = deleteParams(this.#model, key, options);
    return {
      action: 'delete',
      model: this.#model,
      item: { Delete: params as NonNullable<TransactWriteItem['Delete']> },
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

/** The request of a transaction. */
export function transactWriteParams(
  actions: readonly TransactAction[],
  { token = randomUUID() }: TransactWriteOptions,
): TransactWriteItemsCommandInput {
  if (actions.length === 0 || actions.length > MAX_ACTIONS) {
    throw new RangeError(`A transaction takes 1 to ${MAX_ACTIONS} actions; it was given ${actions.length}`);
  }
  return { TransactItems: actions.map(({ item }) => item), ClientRequestToken: token };
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
  const input = transactWriteParams(actions, options);
  const models = [...new Set(actions.map(({ model }) => model))];
  const operation = {
    name: OPERATION,
    tables: [...new Set(models.map(({ table }) => table))],
    models: models.map(({ name }) => name),
  };
  await send(
    connection,
    operation,
    TransactWriteItemsCommand,
    input,
    () => actions.length,
    (thrown) => canceledError(thrown, actions),
  );
  return actions.map(({ result }) => result());
}

function canceledError(thrown: unknown, actions: readonly TransactAction[]): TransactionCanceledError | undefined {
  const cause = thrown as { name?: string; CancellationReasons?: SdkCancellationReason[] } | undefined;
  if (cause?.name !== 'TransactionCanceledException') return undefined;
  const reasons: CancellationReason[] = [];
  for (const [index, { Code, Item }] of (cause.CancellationReasons ?? []).entries()) {
    const action = actions[index];
    if (action === undefined || Code === undefined || Code === 'None') continue;
    const reason = { index, model: action.model.name, action: action.action, code: Code };
    // Not enumerable: a logger that copies the reasons must not copy items.
    Object.defineProperty(reason, 'item', { value: readExisting(action.model, Item as StoredItem | undefined) });
    reasons.push(reason);
  }
  delete cause.CancellationReasons; // they hold items, and a logger may print the cause
  const models = [...new Set(actions.map(({ model }) => model.name))].join(', ');
  return new TransactionCanceledError(reasons, { operation: OPERATION, model: models, cause });
}
