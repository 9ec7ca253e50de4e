import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { GetOptions } from './actions/get.ts';
import type { TransactAction, TransactWriteOptions } from './actions/transact-write.ts';
import type { WriteOptions } from './actions/write-condition.ts';
import type { BuildCondition } from './condition.ts';
import type { AnyModel, Changes, Item, Key, NewItem } from './model.ts';
import type { Changeable, Flat, ValuesOf } from './model-types.ts';
import type { Binding } from './observe.ts';
import type { Query } from './query.ts';
import type { UpdateBuilder } from './update-builder.ts';

/** Models by the names their tables get. */
export type Models = Readonly<Record<string, AnyModel>>;

/**
 * One model's table.
 *
 * @typeParam M the model
 * @typeParam Item a stored item
 * @typeParam New an item to write
 * @typeParam Key a primary key
 * @typeParam Values the types of its attributes
 */
export interface Table<M extends AnyModel, Item, New, Key, Values>
  extends Pick<Query<M, Values, Item, never>, 'where' | 'scan'> {
  /** Reads one item; `undefined` when there is none. */
  get(key: Key, options?: GetOptions<never> & { readonly select?: never }): Promise<Item | undefined>;
  get<S extends keyof Item & string>(
    key: Key,
    options: GetOptions<S> & { readonly select: readonly S[] },
  ): Promise<Flat<Pick<Item, S>> | undefined>;
  /**
   * Reads one item.
   *
   * @throws ItemNotFoundError when there is none.
   */
  getOrThrow(key: Key, options?: GetOptions<never> & { readonly select?: never }): Promise<Item>;
  getOrThrow<S extends keyof Item & string>(
    key: Key,
    options: GetOptions<S> & { readonly select: readonly S[] },
  ): Promise<Flat<Pick<Item, S>>>;
  /**
   * Writes a new item.
   *
   * @throws ConditionFailedError with the existing item when there is one with this key.
   */
  create(item: New): Promise<Item>;
  /**
   * Writes an item, replacing the one with this key. With `version()`, the item must be new, or carry the version
   * that is stored.
   *
   * @throws ConditionFailedError with the existing item when its version is another, or `if` does not hold.
   */
  put(item: New, options?: Pick<WriteOptions<Values>, 'if'>): Promise<Item>;
  /**
   * Changes an existing item, and returns it as it is then.
   *
   * @throws ItemNotFoundError when there is none.
   * @throws ConditionFailedError with the existing item when `version` is another, or `if` does not hold.
   */
  update(
    key: Key,
    changes: Changes<M> | ((update: UpdateBuilder<Values, Changeable<M['attributes'], M['key']>>) => unknown),
    options?: WriteOptions<Values>,
  ): Promise<Item>;
  /**
   * Deletes an item, and returns it as it was; `undefined` when there was none, or it did not fit the model.
   *
   * @throws ItemNotFoundError when a `version` is given and there is no item.
   * @throws ConditionFailedError with the existing item when `version` is another, or `if` does not hold.
   */
  delete(key: Key, options?: WriteOptions<Values>): Promise<Item | undefined>;
}

/** The table of a model. */
export type TableOf<M extends AnyModel> = Table<M, Item<M>, NewItem<M>, Key<M>, ValuesOf<M['attributes']>>;

/** The actions of a transaction on one model. */
export interface TransactTable<M extends AnyModel, Item, New, Key, Values> {
  /** A new item; the transaction returns it. */
  create(item: New): TransactAction<Item>;
  /** An item that replaces the one with its key; the transaction returns it. */
  put(item: New, options?: Pick<WriteOptions<Values>, 'if'>): TransactAction<Item>;
  /** A change of an existing item. */
  update(
    key: Key,
    changes: Changes<M> | ((update: UpdateBuilder<Values, Changeable<M['attributes'], M['key']>>) => unknown),
    options?: WriteOptions<Values>,
  ): TransactAction<undefined>;
  delete(key: Key, options?: WriteOptions<Values>): TransactAction<undefined>;
  /** Cancels the transaction unless the condition holds of an item it does not write. */
  check(key: Key, condition: BuildCondition<Values>): TransactAction<undefined>;
}

type TransactTableOf<M extends AnyModel> = TransactTable<M, Item<M>, NewItem<M>, Key<M>, ValuesOf<M['attributes']>>;

/** The tables of a transaction, by the names of a set's tables. */
export type TransactTables<M extends Models> = { readonly [Name in keyof M]: TransactTableOf<M[Name]> };

/** What a transaction returns, action by action. */
export type TransactResults<T extends readonly TransactAction<any>[]> = {
  -readonly [I in keyof T]: T[I] extends TransactAction<infer R> ? R : never;
};

/** The tables of a set of models, and what concerns them all. */
export type Tables<M extends Models> = { readonly [Name in keyof M]: TableOf<M[Name]> } & TableSet<M>;

/** What concerns all tables of a set. */
export interface TableSet<M extends Models> {
  /**
   * Does up to 100 writes on any of the tables, or none of them.
   *
   * @returns for each action its item (`create`, `put`) or `undefined`.
   * @throws TransactionCanceledError with the model, place and reason of every action that stopped it.
   *
   * @example
   * const [order] = await tables.$transactWrite((tx) => [
   *   tx.orders.create({ customerId: 'c1', orderId: 'o1', total: 10 }),
   *   tx.customers.update({ customerId: 'c1' }, (u) => u.add('orderCount', 1)),
   * ]);
   */
  $transactWrite<const T extends readonly TransactAction<any>[]>(
    build: (tx: TransactTables<M>) => readonly [...T],
    options?: TransactWriteOptions,
  ): Promise<TransactResults<T>>;
  /** The DocumentClient of `@aws-sdk/lib-dynamodb` on the same connection: the way out for anything not covered. */
  $document(): Promise<DynamoDBDocumentClient>;
  /** The client all requests go through. */
  readonly $client: DynamoDBClient;
  /** The same tables, stopped by this signal as well. */
  $withSignal(signal: AbortSignal): Tables<M>;
  /** The same tables, for one request: stopped by its signal, told to its observer. */
  $bind(binding: Binding): Tables<M>;
}
