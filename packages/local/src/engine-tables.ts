import type { CreateTableCommandInput, DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { Models } from '@tabletheory/core';

const ACTIVE_WITHIN_SECONDS = 30;

/** Tables, as models describe them or as DynamoDB itself does. */
export type TablesToCreate = Models | readonly CreateTableCommandInput[];

/**
 * Creates tables, waits until each is active, and switches the time to live of models on. A table that exists already
 * is left as it is, but for its time to live.
 */
export async function createTables(clientConfig: DynamoDBClientConfig, tables: TablesToCreate): Promise<void> {
  // Loaded here: not everyone who starts an engine wants the SDK loaded.
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient(clientConfig);
  try {
    if (isDefinitions(tables)) {
      await Promise.all(tables.map((definition) => createDefined(client, definition)));
    } else {
      const { createTable } = await import('@tabletheory/core');
      await createTable(client, tables, { maxWait: ACTIVE_WITHIN_SECONDS * 1000 });
    }
  } finally {
    client.destroy();
  }
}

async function createDefined(client: DynamoDBClient, definition: CreateTableCommandInput): Promise<void> {
  const { CreateTableCommand, ResourceInUseException, waitUntilTableExists } = await import('@aws-sdk/client-dynamodb');
  try {
    await client.send(new CreateTableCommand(definition));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  const limits = { client, maxWaitTime: ACTIVE_WITHIN_SECONDS, minDelay: 1, maxDelay: 1 };
  await waitUntilTableExists(limits, { TableName: definition.TableName });
}

// `Array.isArray` does not know a readonly array.
function isDefinitions(tables: TablesToCreate): tables is readonly CreateTableCommandInput[] {
  return Array.isArray(tables);
}
