import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Client, Handler } from './command/client.ts';
import type { Encryption } from './encryption/encryption.ts';
import type { Binding } from './observe.ts';

/** What every action sends through. */
export interface Connection {
  readonly client: Client;
  /** The request the tables are used in, or nothing. */
  readonly binding: Binding;
  /** Signs cursors, when given. */
  readonly cursorSecret?: string | undefined;
  /** Encrypts and decrypts, for models with encrypted attributes. */
  readonly encryption?: Encryption | undefined;
  /** The DocumentClient on this connection, where the SDK is there. */
  readonly documentClient?: ((connection: Connection) => Promise<DynamoDBDocumentClient>) | undefined;
  /** Answers in place of the network, while the client is warmed up. */
  readonly handle?: Handler | undefined;
}
