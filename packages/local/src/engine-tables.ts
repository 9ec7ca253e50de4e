import type { CreateTableCommandInput, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { Models } from '@tabletheory/core';

const ACTIVE_WITHIN_SECONDS = 30;

/** Tables, as models describe them or as DynamoDB itself does. */
export type TablesToCreate = Models | readonly CreateTableCommandInput[];

/** Creates tables and waits until each is active. A table that exists already is left as it is. */
export async function createTables(clientConfig: DynamoDBClientConfig, tables: TablesToCreate): Promise<void> {
  const definitions = isDefinitions(tables) ? tables : await definitionsOf(tables);
  // Loaded here: not everyone who starts an engine wants the SDK loaded.
  const { CreateTableCommand, DynamoDBClient, ResourceInUseException, waitUntilTableExists } = await import(
    '@aws-sdk/client-dynamodb'
  );
  const client = new DynamoDBClient(clientConfig);
  const create = async (definition: CreateTableCommandInput) => {
    try {
      await client.send(new CreateTableCommand(definition));
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
    const limits = { client, maxWaitTime: ACTIVE_WITHIN_SECONDS, minDelay: 1, maxDelay: 1 };
    await waitUntilTableExists(limits, { TableName: definition.TableName });
  };
  try {
    await Promise.all(definitions.map(create));
  } finally {
    client.destroy();
  }
}

// `Array.isArray` does not know a readonly array.
function isDefinitions(tables: TablesToCreate): tables is readonly CreateTableCommandInput[] {
  return Array.isArray(tables);
}

async function definitionsOf(models: Models): Promise<CreateTableCommandInput[]> {
  const { tableDefinitions } = await import('@tabletheory/core');
  return tableDefinitions(models).map(({ create }) => create);
}
