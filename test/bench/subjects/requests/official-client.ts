import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { answers, asStream, type Destination, StubHandler, writtenOrders } from '../network.ts';

/** A client of the SDK as it comes, the same for every subject on it. */
export function officialClient(
  destination: Destination,
  further?: object,
): { readonly client: DynamoDBClient; readonly written: () => unknown } {
  if ('endpoint' in destination) {
    return { client: new DynamoDBClient({ endpoint: destination.endpoint }), written: () => undefined };
  }
  const stub = new StubHandler(answers(further), asStream);
  return { client: new DynamoDBClient({ requestHandler: stub as any }), written: () => writtenOrders(stub.lastBody) };
}
