import type { CompiledModel } from './compiled-model.ts';

/** Options of every batch. */
export interface BatchOptions {
  /** The most requests under way at the same time. Default 4. */
  readonly concurrency?: number;
  /**
   * The most requests for one chunk of the batch: the first, and one after each back-off for what DynamoDB left
   * unprocessed. Default 8.
   */
  readonly maxAttempts?: number;
}

/** Options of `$batchGet`. */
export interface BatchReadOptions extends BatchOptions {
  /** Read what was last written, at twice the capacity. */
  readonly consistent?: boolean;
}

/** Options of `batchGet`. */
export interface BatchGetOptions<Selected extends string = string> extends BatchReadOptions {
  /** Fetch only these attributes. */
  readonly select?: readonly Selected[];
}

/** Options of `batchWrite` and `$batchWrite`. */
export interface BatchWriteOptions extends BatchOptions {
  /**
   * Write items of models with `version()` all the same. A batch takes no conditions: whatever another writer has
   * changed meanwhile is overwritten or deleted. Default `false`.
   */
  readonly unguarded?: boolean;
}

/** What `batchGet` returns. Every given key is in one of its three lists. */
export interface BatchGetResult<Item, Key> {
  /** The items that exist, in the order of their keys. A key given twice has its item twice. */
  readonly items: Item[];
  /** The keys of items that do not exist. */
  readonly missing: Key[];
  /** The keys that were not read: `maxAttempts` was reached, or a request failed. */
  readonly unprocessed: Key[];
  /** Why requests failed, when some did and others did not. */
  readonly error: Error | undefined;
}

/** What `batchWrite` takes. */
export interface BatchWrites<New, Key> {
  /** Items that replace those with their keys. */
  readonly put?: readonly New[];
  /** Keys of items to delete. */
  readonly delete?: readonly Key[];
}

/** What `batchWrite` returns. */
export interface BatchWriteResult<New, Key> {
  /** How many of the given puts and deletes were done. */
  readonly written: number;
  /**
   * The others, as they were given: `maxAttempts` was reached, or a request failed. After a failed request it is not
   * known whether its writes happened; sending them again is safe where nobody else writes the same items.
   */
  readonly unprocessed: { readonly put: New[]; readonly delete: Key[] };
  /** Why requests failed, when some did and others did not. */
  readonly error: Error | undefined;
}

/** One read of a batch across models; `Item` is what the batch returns for it. */
export interface BatchGetAction<Item = unknown> {
  readonly model: CompiledModel;
  readonly key: object;
  /** Only in the types: see `Item`. */
  readonly '~item'?: Item;
}

/** One write of a batch across models. */
export interface BatchWriteAction {
  readonly action: 'put' | 'delete';
  readonly model: CompiledModel;
  /** The item to put, or the key to delete. */
  readonly value: object;
}

/** The reads of a batch on one model. */
export interface BatchGetTable<Item, Key> {
  get(key: Key): BatchGetAction<Item>;
}

/** The writes of a batch on one model. */
export interface BatchWriteTable<New, Key> {
  /** An item that replaces the one with its key. */
  put(item: New): BatchWriteAction;
  delete(key: Key): BatchWriteAction;
}

/** A read of a batch across models that has no item. */
export interface BatchReadLeft {
  /** The read's place in the batch. */
  readonly index: number;
  /** The model's name. */
  readonly model: string;
  readonly key: object;
}

/** A write of a batch across models that was not done. */
export interface BatchWriteLeft {
  /** The write's place in the batch. */
  readonly index: number;
  /** The model's name. */
  readonly model: string;
  readonly action: 'put' | 'delete';
  /** The item to put, or the key to delete, as it was given. */
  readonly value: object;
}

/** What `$batchGet` returns for its reads, in their order: the item, or `undefined` when it has none. */
export type BatchGetItems<T extends readonly BatchGetAction<any>[]> = {
  -readonly [I in keyof T]: T[I] extends BatchGetAction<infer R> ? R | undefined : never;
};

/** What `$batchGet` returns. */
export interface BatchGetResults<Items> {
  /** For each read its item; `undefined` where it is missing or unprocessed. */
  readonly results: Items;
  /** The reads whose items do not exist. */
  readonly missing: BatchReadLeft[];
  /** The reads that were not done: `maxAttempts` was reached, or a request failed. */
  readonly unprocessed: BatchReadLeft[];
  /** Why requests failed, when some did and others did not. */
  readonly error: Error | undefined;
}

/** What `$batchWrite` returns. */
export interface BatchWriteResults {
  /** How many of the writes were done. */
  readonly written: number;
  /** The others: see {@link BatchWriteResult.unprocessed}. */
  readonly unprocessed: BatchWriteLeft[];
  /** Why requests failed, when some did and others did not. */
  readonly error: Error | undefined;
}
