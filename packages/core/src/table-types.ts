import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { GetOptions } from './actions/get.ts';
import type { TransactRead } from './actions/transact-get.ts';
import type { TransactAction, TransactWriteOptions } from './actions/transact-write.ts';
import type { WriteOptions } from './actions/write-condition.ts';
import type {
  BatchGetAction,
  BatchGetItems,
  BatchGetOptions,
  BatchGetResult,
  BatchGetResults,
  BatchGetTable,
  BatchReadOptions,
  BatchWriteAction,
  BatchWriteOptions,
  BatchWriteResult,
  BatchWriteResults,
  BatchWrites,
  BatchWriteTable,
} from './batch-types.ts';
import type { BuildCondition } from './condition.ts';
import type { AnyModel, Changes, Item, Key, NewItem } from './model.ts';
import type { Changeable, ValuesOf } from './model-types.ts';
import type { Binding } from './observe.ts';
import type { PathOf } from './path-types.ts';
import type { Query } from './query.ts';
import type { Selected, SelectedPath } from './selection-types.ts';
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
  get<const P extends PathOf<keyof Item>>(
    key: Key,
    options: GetOptions & { readonly select: readonly (P & SelectedPath<Item, P>)[] },
  ): Promise<Selected<Item, P> | undefined>;
  /**
   * Reads one item.
   *
   * @throws ItemNotFoundError when there is none.
   */
  getOrThrow(key: Key, options?: GetOptions<never> & { readonly select?: never }): Promise<Item>;
  getOrThrow<const P extends PathOf<keyof Item>>(
    key: Key,
    options: GetOptions & { readonly select: readonly (P & SelectedPath<Item, P>)[] },
  ): Promise<Selected<Item, P>>;
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
   * Writes the given attributes whether or not the item exists, and returns the item as it is then. Other attributes
   * of an existing item stay; `createdAt` and defaults are written only where there is no value.
   *
   * @throws ConditionFailedError with the existing item when `if` does not hold.
   */
  upsert(item: New, options?: Pick<WriteOptions<Values>, 'if'>): Promise<Item>;
  /**
   * Changes an existing item, and returns it as it is then.
   *
   * @throws ItemNotFoundError when there is none.
   * @throws ConditionFailedError with the existing item when `version` is another, or `if` does not hold.
   */
  update(
    key: Key,
    changes:
      | Changes<M>
      | ((update: UpdateBuilder<Values, Changeable<M['attributes'], M['key']>, M['attributes']>) => unknown),
    options?: WriteOptions<Values>,
  ): Promise<Item>;
  /**
   * Deletes an item, and returns it as it was; `undefined` when there was none, or it did not fit the model.
   *
   * @throws ItemNotFoundError when a `version` is given and there is no item.
   * @throws ConditionFailedError with the existing item when `version` is another, or `if` does not hold.
   */
  delete(key: Key, options?: WriteOptions<Values>): Promise<Item | undefined>;
  /**
   * Reads the items with these keys, any number of them, 100 a request.
   *
   * @returns the items in the order of their keys; which do not exist, and which could not be read.
   * @throws StoredItemInvalidError when stored items do not fit the model; `partial` is the result without them.
   * @throws DeadlineExceededError when time runs out; `partial` is the result so far.
   * @throws TableTheoryError when no request succeeded.
   *
   * @example
   * const { items, missing } = await tables.orders.batchGet([
   *   { customerId: 'c1', orderId: 'o1' },
   *   { customerId: 'c1', orderId: 'o2' },
   * ]);
   */
  batchGet(
    keys: readonly Key[],
    options?: BatchGetOptions<never> & { readonly select?: never },
  ): Promise<BatchGetResult<Item, Key>>;
  batchGet<const P extends PathOf<keyof Item>>(
    keys: readonly Key[],
    options: BatchGetOptions & { readonly select: readonly (P & SelectedPath<Item, P>)[] },
  ): Promise<BatchGetResult<Selected<Item, P>, Key>>;
  /**
   * Puts and deletes items, any number of them, 25 a request. Each is done or not on its own, in no order; existing
   * items are replaced.
   *
   * @returns how many were done, and which were not.
   * @throws UnguardedWriteError for a model with unique attributes, or with `version()` unless `unguarded` is set.
   * @throws ValidationFailedError when one is not valid, or two write the same item; nothing was sent.
   * @throws DeadlineExceededError when time runs out; `partial` is the result so far.
   * @throws TableTheoryError when no request succeeded.
   *
   * @example
   * const { unprocessed } = await tables.readings.batchWrite({
   *   put: [{ sensorId: 's1', takenAt: new Date(), value: 21 }],
   *   delete: [{ sensorId: 's1', takenAt: new Date(0) }],
   * });
   */
  batchWrite(writes: BatchWrites<New, Key>, options?: BatchWriteOptions): Promise<BatchWriteResult<New, Key>>;
}

/** The table of a model. */
export type TableOf<M extends AnyModel> = Table<M, Item<M>, NewItem<M>, Key<M>, ValuesOf<M['attributes']>>;

/** The actions of a transaction on one model. */
export interface TransactTable<M extends AnyModel, Item, New, Key, Values> {
  /** A new item; the transaction returns it. */
  create(item: New): TransactAction<Item>;
  /** An item that replaces the one with its key; the transaction returns it. */
  put(item: New, options?: Pick<WriteOptions<Values>, 'if'>): TransactAction<Item>;
  /** The given attributes of an item that may exist or not. */
  upsert(item: New, options?: Pick<WriteOptions<Values>, 'if'>): TransactAction<undefined>;
  /** A change of an existing item. */
  update(
    key: Key,
    changes:
      | Changes<M>
      | ((update: UpdateBuilder<Values, Changeable<M['attributes'], M['key']>, M['attributes']>) => unknown),
    options?: WriteOptions<Values>,
  ): TransactAction<undefined>;
  delete(key: Key, options?: WriteOptions<Values>): TransactAction<undefined>;
  /** Cancels the transaction unless the condition holds of an item it does not write. */
  check(key: Key, condition: BuildCondition<Values>): TransactAction<undefined>;
}

type TransactTableOf<M extends AnyModel> = TransactTable<M, Item<M>, NewItem<M>, Key<M>, ValuesOf<M['attributes']>>;

/** The tables of a transaction, by the names of a set's tables. */
// `in out`, here and below: the compiler would compare all of two tables to find out how such types relate.
export type TransactTables<in out M extends Models> = { readonly [Name in keyof M]: TransactTableOf<M[Name]> };

/** The reads of a transaction on one model. */
export interface TransactReadsOf<Item, Key> {
  /** The item; `undefined` when there is none. */
  get(key: Key, options?: { readonly select?: never }): TransactRead<Item | undefined>;
  get<const P extends PathOf<keyof Item>>(
    key: Key,
    options: { readonly select: readonly (P & SelectedPath<Item, P>)[] },
  ): TransactRead<Selected<Item, P> | undefined>;
}

/** The tables of a reading transaction, by the names of a set's tables. */
export type TransactReadTables<in out M extends Models> = {
  readonly [Name in keyof M]: TransactReadsOf<Item<M[Name]>, Key<M[Name]>>;
};

/** What a reading transaction returns, read by read. */
export type TransactReadResults<T extends readonly TransactRead<any>[]> = {
  -readonly [I in keyof T]: T[I] extends TransactRead<infer R> ? R : never;
};

/** What a transaction returns, action by action. */
export type TransactResults<T extends readonly TransactAction<any>[]> = {
  -readonly [I in keyof T]: T[I] extends TransactAction<infer R> ? R : never;
};

/** The tables of a batch of reads, by the names of a set's tables. */
export type BatchGetTables<in out M extends Models> = {
  readonly [Name in keyof M]: BatchGetTable<Item<M[Name]>, Key<M[Name]>>;
};

/** The tables of a batch of writes, by the names of a set's tables. */
export type BatchWriteTables<in out M extends Models> = {
  readonly [Name in keyof M]: BatchWriteTable<NewItem<M[Name]>, Key<M[Name]>>;
};

/** The tables of a set of models, and what concerns them all. */
export type Tables<M extends Models, C = DynamoDBClient> = { readonly [Name in keyof M]: TableOf<M[Name]> } & TableSet<
  M,
  C
>;

/** What concerns all tables of a set. */
export interface TableSet<M extends Models, C = DynamoDBClient> {
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
  /**
   * Reads up to 100 items of any of the tables as they are at one moment.
   *
   * @returns for each read its item, or `undefined` when there is none.
   * @throws TransactionCanceledError when other writers kept changing the items until attempts or time ran out.
   *
   * @example
   * const [order, customer] = await tables.$transactGet((tx) => [
   *   tx.orders.get({ customerId: 'c1', orderId: 'o1' }),
   *   tx.customers.get({ customerId: 'c1' }),
   * ]);
   */
  $transactGet<const T extends readonly TransactRead<any>[]>(
    build: (tx: TransactReadTables<M>) => readonly [...T],
  ): Promise<TransactReadResults<T>>;
  /**
   * Reads items of any of the tables, any number of them, 100 a request. Throws as `batchGet` does.
   *
   * @returns for each read its item or `undefined`, and which are missing or could not be read.
   *
   * @example
   * const { results } = await tables.$batchGet((b) => [
   *   b.orders.get({ customerId: 'c1', orderId: 'o1' }),
   *   b.customers.get({ customerId: 'c1' }),
   * ]);
   * const [order, customer] = results;
   */
  $batchGet<const T extends readonly BatchGetAction<any>[]>(
    build: (b: BatchGetTables<M>) => readonly [...T],
    options?: BatchReadOptions,
  ): Promise<BatchGetResults<BatchGetItems<T>>>;
  /**
   * Puts and deletes items of any of the tables, any number of them, 25 a request. Throws as `batchWrite` does.
   *
   * @returns how many were done, and which were not.
   *
   * @example
   * const { unprocessed } = await tables.$batchWrite((b) => [
   *   b.readings.put({ sensorId: 's1', takenAt: new Date(), value: 21 }),
   *   b.sensors.delete({ sensorId: 's2' }),
   * ]);
   */
  $batchWrite(
    build: (b: BatchWriteTables<M>) => readonly BatchWriteAction[],
    options?: BatchWriteOptions,
  ): Promise<BatchWriteResults>;
  /** The DocumentClient of `@aws-sdk/lib-dynamodb` on the same connection: the way out for anything not covered. */
  $document(): Promise<DynamoDBDocumentClient>;
  /** The client all requests go through. */
  readonly $client: C;
  /** The same tables, stopped by this signal as well. */
  $withSignal(signal: AbortSignal): Tables<M, C>;
  /** The same tables, for one request: stopped by its signal, told to its observer. */
  $bind(binding: Binding): Tables<M, C>;
}
