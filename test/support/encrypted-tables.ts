import {
  type AttributeValue,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { createTables, type EncryptionOptions, type Models, type Tables } from '@tabletheory/core';
import { type Engine, type LocalKms, startEngine, startKms } from '@tabletheory/local';
import { tablesClient } from './client.ts';

/** A row as DynamoDB's own client sees it. */
export type Row = Record<string, AttributeValue>;

/** An engine with the tables of some models, and a KMS with one key. */
export interface EncryptedTables<M extends Models> extends AsyncDisposable {
  readonly engine: Engine;
  readonly kms: LocalKms;
  readonly keyId: string;
  /** The tables, with a data-key cache of their own. */
  tables(options?: Partial<EncryptionOptions>): Tables<M>;
  row(table: string, key: Row): Promise<Row>;
  put(table: string, row: Row): Promise<void>;
  rows(table: string): Promise<Row[]>;
}

/** Starts both. The tables ask KMS with the SDK's own client, found by its environment variable. */
export async function startEncryptedTables<const M extends Models>(models: M): Promise<EncryptedTables<M>> {
  const [engine, kms] = await Promise.all([startEngine({ models }), startKms()]);
  process.env.AWS_ENDPOINT_URL_KMS = kms.endpoint;
  const keyId = kms.createKey('alias/orders');
  const plain = new DynamoDBClient(engine.clientConfig);
  const client = tablesClient(engine.clientConfig);
  return {
    engine,
    kms,
    keyId,
    tables: (options = {}) => createTables({ client, models, encryption: { keyId, ...options } }),
    row: async (TableName, Key) => {
      const { Item } = await plain.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
      return Item as Row;
    },
    put: async (TableName, Item) => {
      await plain.send(new PutItemCommand({ TableName, Item }));
    },
    rows: async (TableName) => (await plain.send(new ScanCommand({ TableName }))).Items ?? [],
    [Symbol.asyncDispose]: async () => {
      delete process.env.AWS_ENDPOINT_URL_KMS;
      plain.destroy();
      client.destroy();
      await Promise.all([engine.stop(), kms.stop()]);
    },
  };
}
