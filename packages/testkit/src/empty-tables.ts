import {
  type AttributeValue,
  BatchWriteItemCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { type Models, tableDefinitions } from '@tabletheory/core';

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
const MOST_WRITES = 25;

/** Deletes every item of the tables of models. The tables stay. */
export async function emptyTables(client: DynamoDBClient, models: Models): Promise<void> {
  await Promise.all(tableDefinitions(models).map(({ create }) => emptyTable(client, create)));
}

async function emptyTable(client: DynamoDBClient, { TableName, KeySchema }: CreateTableCommandInput): Promise<void> {
  const names = KeySchema?.map(({ AttributeName }) => AttributeName as string) ?? [];
  const keysOnly = {
    ProjectionExpression: names.map((_, i) => `#${i}`).join(),
    ExpressionAttributeNames: Object.fromEntries(names.map((name, i) => [`#${i}`, name])),
  };
  // Always from the start: what the engine has left unprocessed is there still.
  for (;;) {
    const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true, ...keysOnly }));
    if (Items.length === 0) return;
    for (let i = 0; i < Items.length; i += MOST_WRITES) {
      await deleteItems(client, TableName as string, Items.slice(i, i + MOST_WRITES));
    }
  }
}

async function deleteItems(
  client: DynamoDBClient,
  table: string,
  keys: readonly Record<string, AttributeValue>[],
): Promise<void> {
  const writes = keys.map((Key) => ({ DeleteRequest: { Key } }));
  await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: writes } }));
}
