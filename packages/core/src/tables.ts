import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { deleteItem } from './actions/delete.ts';
import { type GetOptions, getItem } from './actions/get.ts';
import { createParams, putItem, putParams } from './actions/put.ts';
import {
  type TransactAction,
  TransactTable,
  type TransactWriteOptions,
  transactWrite,
} from './actions/transact-write.ts';
import { updateItem, updateParams } from './actions/update.ts';
import type { WriteOptions } from './actions/write-condition.ts';
import { type CompiledModel, compileModel } from './compiled-model.ts';
import type { Connection } from './connection.ts';
import { documentClient } from './document-client.ts';
import { ItemNotFoundError } from './errors.ts';
import type { AnyModel } from './model.ts';
import type { Binding } from './observe.ts';
import { ModelQuery } from './query.ts';
import type { Models, Tables } from './table-types.ts';
import type { UpdateBuilder } from './update-builder.ts';

/** What `createTables` takes. */
export interface TablesOptions<M extends Models> {
  /** The official client. */
  readonly client: DynamoDBClient;
  /** The models, by the names their tables get: `{ orders: Order }` makes `tables.orders`. */
  readonly models: M;
  /** Signs cursors, so that a client cannot make or change one. */
  readonly cursorSecret?: string | undefined;
}

/**
 * Typed tables over the official DynamoDB client.
 *
 * @throws TypeError when a model cannot be compiled, or a name starts with `$`.
 *
 * @example
 * const tables = createTables({ client: new DynamoDBClient(), models: { orders: Order } });
 * const order = await tables.orders.get({ customerId: 'c1', orderId: 'o1' });
 */
export function createTables<const M extends Models>(options: TablesOptions<M>): Tables<M> {
  const { client, models, cursorSecret } = options;
  const compiled = new Map<string, CompiledModel>();
  for (const [name, model] of Object.entries(models)) {
    if (name.startsWith('$')) throw new TypeError(`createTables: models.${name} must not start with $`);
    compiled.set(name, compileModel(model as AnyModel));
  }
  return bindTables({ client, cursorSecret, binding: {} }, compiled) as unknown as Tables<M>;
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
    return putItem(this.#connection, this.#model, createParams(this.#model, item, new Date()));
  }

  async put(item: object, options: Pick<WriteOptions, 'if'> = {}): Promise<object> {
    return putItem(this.#connection, this.#model, putParams(this.#model, item, options, new Date()));
  }

  async update(
    key: object,
    changes: object | ((builder: UpdateBuilder<any, any>) => unknown),
    options: WriteOptions = {},
  ): Promise<object> {
    return updateItem(this.#connection, this.#model, updateParams(this.#model, key, changes, options, new Date()));
  }

  async delete(key: object, options: WriteOptions = {}): Promise<object | undefined> {
    return deleteItem(this.#connection, this.#model, key, options);
  }

  #query(): ModelQuery {
    return new ModelQuery(this.#connection, this.#model, { comparisons: [], filters: [] });
  }

  where(...comparison: Parameters<ModelQuery['where']>): ModelQuery {
    return this.#query().where(...comparison);
  }

  scan(): ModelQuery {
    return this.#query().scan();
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

  get $client(): DynamoDBClient {
    return this.#connection.client;
  }

  async $document(): Promise<DynamoDBDocumentClient> {
    return documentClient(this.#connection);
  }

  $bind(binding: Binding): BoundTables {
    return bindTables({ ...this.#connection, binding }, this.#models);
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

  async $transactWrite(
    build: (tx: Record<string, TransactTable>) => readonly TransactAction[],
    options: TransactWriteOptions = {},
  ): Promise<unknown[]> {
    const tx = Object.fromEntries([...this.#models].map(([name, model]) => [name, new TransactTable(model)]));
    return transactWrite(this.#connection, build(tx), options);
  }
}

function bindTables(connection: Connection, models: ReadonlyMap<string, CompiledModel>): BoundTables {
  return new BoundTables(connection, models);
}
