import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { createLeanClient } from '@tabletheory/core/lean';

/**
 * The client under a test's tables: the suites run once on the official client and once, with `TEST_CLIENT=lean`, on
 * the lean one.
 */
export function tablesClient(config: DynamoDBClientConfig): DynamoDBClient {
  if (!isLean) return new DynamoDBClient(config);
  const { requestHandler = {}, ...others } = config;
  // The official client takes the options of its handler in the handler's place.
  const own = 'handle' in requestHandler ? { requestHandler } : requestHandler;
  return createLeanClient({ ...others, ...own } as object) as unknown as DynamoDBClient;
}

/** Whether the tables of this run are on the lean client. */
export const isLean = process.env.TEST_CLIENT === 'lean';
