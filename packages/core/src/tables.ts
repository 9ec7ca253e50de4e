import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { batchGet, batchGetAcross, ModelBatchGets } from './actions/batch-get.ts';
import { batchWrite, batchWriteAcross, ModelBatchWrites } from './actions/batch-write.ts';
import { deleteItem } from './actions/delete.ts';
import { type GetOptions, getItem } from './actions/get.ts';
import { createParams, putItem, putParams } from './actions/put.ts';
import { type TransactRead, TransactReads, transactGet } from './actions/transact-get.ts';
import {
  type TransactAction,
  TransactTable,
  type TransactWriteOptions,
  transactWrite,
} from './actions/transact-write.ts';
import { createUnique, deleteUnique, putUnique, updateUnique, upsertUnique } from './actions/unique-writes.ts';
import { updateItem, updateParams } from './actions/update.ts';
import { upsertParams } from './actions/upsert.ts';
import type { WriteOptions } from './actions/write-condition.ts';
import type {
  BatchGetAction,
  BatchGetOptions,
  BatchGetResult,
  BatchGetResults,
  BatchReadOptions,
  BatchWriteAction,
  BatchWriteOptions,
  BatchWriteResult,
  BatchWriteResults,
  BatchWrites,
} from './batch-types.ts';
import type { Client } from './command/client.ts';
import { type CompiledModel, compileModel } from './compiled-model.ts';
import type { Connection } from './connection.ts';
import { encryptionFor, type MakeKms } from './encryption/encryption-for.ts';
import type { EncryptionOptions } from './encryption/encryption-options.ts';
import { ItemNotFoundError } from './errors.ts';
import type { AnyModel } from './model.ts';
import type { Binding } from './observe.ts';
import { ModelQuery, type ScanOptions } from './query.ts';
import type { Models } from './table-types.ts';
import { collectActions, type UpdateBuilder } from './update-builder.ts';

/** What `createTables` takes. */
export interface TablesOptions<M extends Models, C extends Client = Client> {
  /** The official `DynamoDBClient`, or the lean client. */
  readonly client: C;
  /** The models, by the names their tables get: `{ orders: Order }` makes `tables.orders`. */
  readonly models: M;
  /** Signs cursors, so that a client cannot make or change one. */
  readonly cursorSecret?: string | undefined;
  /** How attributes marked `encrypted` are encrypted: needed where a model has such attributes. */
  readonly encryption?: EncryptionOptions | undefined;
}

/** What tables can do with the SDK beside them alone. */
export interface SdkParts {
  readonly documentClient?: Connection['documentClient'];
  readonly makeKms?: MakeKms;
}

/** Tables as {@link TablesOptions} describe them. Untyped: `Tables` is what callers see. */
export function makeTables(
  { client, models, cursorSecret, encryption }: TablesOptions<Models>,
  { documentClient, makeKms }: SdkParts,
): unknown {
  const compiled = new Map<string, CompiledModel>();
  for (const [name, model] of Object.entries(models)) {
    if (name.startsWith('$')) throw new TypeError(`createTables: models.${name} must not start with $`);
    compiled.set(name, compileModel(model as AnyModel));
  }
  const connection: Connection = {
    client,
    cursorSecret,
    encryption: encryptionFor('createTables', [...compiled.values()], encryption, makeKms, client.config),
    documentClient,
    binding: {},
  };
  return new BoundTables(connection, compiled);
}

/** A model's table within one connection. Untyped: `Table` is what callers see. */
class ModelTable {
  readonly #connection: Connection;
  readonly #model: CompiledModel;

  constructor(connection: Connection, model: CompiledModel) {
    this.#connection = connection;
    this.#model = model;
  }

  // `async`, so that a key or item that is not valid rejects as every other error does.
  async get(key: object, options?: GetOptions): Promise<object | undefined> {
    return getItem(this.#connection, this.#model, key, options);
  }

  async getOrThrow(key: object, options?: GetOptions): Promise<object> {
    const item = await getItem(this.#connection, this.#model, key, options);
    if (item !== undefined) return item;
    throw new ItemNotFoundError(`${this.#model.name} not found`, { operation: 'GetItem', model: this.#model.name });
  }

  async create(item: object): Promise<object> {
    if (this.#model.unique.length > 0) return createUnique(this.#connection, this.#model, item, new Date());
    return putItem(this.#connection, this.#model, createParams(this.#model, item, new Date()));
  }

  async put(item: object, options: Pick<WriteOptions, 'if'> = {}): Promise<object> {
    if (this.#model.unique.length > 0) return putUnique(this.#connection, this.#model, item, options, new Date());
    return putItem(this.#connection, this.#model, putParams(this.#model, item, options, new Date()));
  }

  async upsert(item: object, options: Pick<WriteOptions, 'if'> = {}): Promise<object> {
    if (this.#model.unique.length > 0) return upsertUnique(this.#connection, this.#model, item, options, new Date());
    return updateItem(this.#connection, this.#model, upsertParams(this.#model, item, options, new Date()));
  }

  async update(
    key: object,
    changes: object | ((builder: UpdateBuilder<any, any>) => unknown),
    options: WriteOptions = {},
  ): Promise<object> {
    const actions = collectActions(changes);
    const now = new Date();
    return actions.some(({ path }) => this.#model.fieldNamed.get(path)?.attribute.options.unique)
      ? updateUnique(this.#connection, this.#model, key, actions, options, now)
      : updateItem(this.#connection, this.#model, updateParams(this.#model, key, actions, options, now));
  }

  async delete(key: object, options: WriteOptions = {}): Promise<object | undefined> {
    if (this.#model.unique.length > 0) return deleteUnique(this.#connection, this.#model, key, options);
    return deleteItem(this.#connection, this.#model, key, options);
  }

  async batchGet(keys: readonly object[], options: BatchGetOptions = {}): Promise<BatchGetResult<object, object>> {
    return batchGet(this.#connection, this.#model, keys, options);
  }

  async batchWrite(
    writes: BatchWrites<object, object>,
    options: BatchWriteOptions = {},
  ): Promise<BatchWriteResult<object, object>> {
    return batchWrite(this.#connection, this.#model, writes, options);
  }

  #query(): ModelQuery {
    return new ModelQuery(this.#connection, this.#model, { comparisons: [], filters: [] });
  }

  where(...comparison: Parameters<ModelQuery['where']>): ModelQuery {
    return this.#query().where(...comparison);
  }

  scan(options?: ScanOptions): ModelQuery {
    return this.#query().scan(options);
  }
}

/** The set of tables, for one connection. */
class BoundTables {
  readonly #connection: Connection;
  readonly #models: ReadonlyMap<string, CompiledModel>;

  constructor(connection: Connection, models: ReadonlyMap<string, CompiledModel>) {
    this.#connection = connection;
    this.#models = models;
    for (const [name, model] of models) {
      Object.defineProperty(this, name, { value: new ModelTable(connection, model), enumerable: true });
    }
  }

  get $client(): Client {
    return this.#connection.client;
  }

  async $document(): Promise<DynamoDBDocumentClient> {
    const { documentClient } = this.#connection;
    if (documentClient === undefined) throw new TypeError('$document: these tables are without the SDK');
    return documentClient(this.#connection);
  }

  $bind(binding: Binding): BoundTables {
    return new BoundTables({ ...this.#connection, binding }, this.#models);
  }

  $withSignal(signal: AbortSignal): BoundTables {
    const outer = this.#connection.binding;
    return this.$bind({
      get signal() {
        return outer.signal === undefined ? signal : AbortSignal.any([outer.signal, signal]);
      },
      get remaining() {
        return outer.remaining;
      },
      get observe() {
        return outer.observe;
      },
    });
  }

  async $transactGet(
    build: (tx: Record<string, TransactReads>) => readonly TransactRead[],
  ): Promise<(object | undefined)[]> {
    const tx = Object.fromEntries([...this.#models].map(([name, model]) => [name, new TransactReads(model)]));
    return transactGet(this.#connection, build(tx));
  }

  async $transactWrite(
    build: (tx: Record<string, TransactTable>) => readonly TransactAction[],
    options: TransactWriteOptions = {},
  ): Promise<unknown[]> {
    const tx = Object.fromEntries([...this.#models].map(([name, model]) => [name, new TransactTable(model)]));
    return transactWrite(this.#connection, build(tx), options);
  }

  async $batchGet(
    build: (b: Record<string, ModelBatchGets>) => readonly BatchGetAction[],
    options: BatchReadOptions = {},
  ): Promise<BatchGetResults<(object | undefined)[]>> {
    const b = Object.fromEntries([...this.#models].map(([name, model]) => [name, new ModelBatchGets(model)]));
    return batchGetAcross(this.#connection, build(b), options);
  }

  async $batchWrite(
    build: (b: Record<string, ModelBatchWrites>) => readonly BatchWriteAction[],
    options: BatchWriteOptions = {},
  ): Promise<BatchWriteResults> {
    const b = Object.fromEntries([...this.#models].map(([name, model]) => [name, new ModelBatchWrites(model)]));
    return batchWriteAcross(this.#connection, build(b), options);
  }
}
