import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Binding } from './observe.ts';

/** What every action sends through. */
export interface Connection {
  readonly client: DynamoDBClient;
  /** The request the tables are used in, or nothing. */
  readonly binding: Binding;
  /** Signs cursors, when given. */
  readonly cursorSecret?: string | undefined;
}
