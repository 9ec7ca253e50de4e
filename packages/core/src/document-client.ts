import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Connection } from './connection.ts';

/**
 * The DocumentClient on a connection: the same client, so the same sockets, credentials and middleware, and every
 * `send` under the request's signal. `@aws-sdk/lib-dynamodb` is loaded at the first call.
 */
export async function documentClient({ client, binding }: Connection): Promise<DynamoDBDocumentClient> {
  const { DynamoDBDocumentClient } = await import('@aws-sdk/lib-dynamodb');
  const document = DynamoDBDocumentClient.from(client);
  const send = document.send.bind(document) as (command: object, options?: object) => Promise<unknown>;
  return Object.assign(document, {
    send: (command: object, options?: object) => {
      const { signal } = binding;
      return send(command, signal === undefined ? options : { abortSignal: signal, ...options });
    },
  }) as DynamoDBDocumentClient;
}
