import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Connection } from './connection.ts';

/**
 * The DocumentClient on a connection: the same client, so the same sockets, credentials and middleware, and every
 * `send` under the request's signal. `@aws-sdk/lib-dynamodb` is loaded at the first call.
 *
 * @throws TypeError on the lean client, which sends no commands of the SDK.
 */
export async function documentClient({ client, binding }: Connection): Promise<DynamoDBDocumentClient> {
  if (client.config.protocol === undefined) {
    throw new TypeError('$document: the DocumentClient needs the official DynamoDBClient, not the lean client');
  }
  const { DynamoDBDocumentClient } = await import('@aws-sdk/lib-dynamodb');
  const document = DynamoDBDocumentClient.from(client as unknown as DynamoDBClient);
  const send = document.send.bind(document) as (command: object, options?: object) => Promise<unknown>;
  return Object.assign(document, {
    send: (command: object, options?: object) => {
      const { signal } = binding;
      return send(command, signal === undefined ? options : { abortSignal: signal, ...options });
    },
  }) as DynamoDBDocumentClient;
}
