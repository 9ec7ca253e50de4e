import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { createTables, type Models, type Tables } from '@tabletheory/core';
import { type Engine, startEngine } from '@tabletheory/local';
import { tablesClient } from './client.ts';

/** The tables of some models on an engine of their own, with the plain client beside them. */
export interface TablesOnEngine<M extends Models> extends AsyncDisposable {
  readonly engine: Engine;
  readonly client: DynamoDBClient;
  readonly tables: Tables<M>;
  /** Every row of a table, as it is stored. */
  rows(table: string): Promise<Record<string, unknown>[]>;
}

/** Starts an engine and creates the tables the models need. */
export async function startTables<const M extends Models>(models: M): Promise<TablesOnEngine<M>> {
  const engine = await startEngine({ models });
  const client = new DynamoDBClient(engine.clientConfig);
  const under = tablesClient(engine.clientConfig);
  return {
    engine,
    client,
    tables: createTables({ client: under, models }),
    rows: async (table) => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
      return Items;
    },
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      under.destroy();
      await engine.stop();
    },
  };
}
