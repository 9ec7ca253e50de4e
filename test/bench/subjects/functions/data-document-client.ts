import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { order, stubHandler } from './stub-handler.ts';

/** The first use of the data layer: a client, a put and a query. */
export async function handler(): Promise<number> {
  const document = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler: stubHandler(true) }));
  await document.send(new PutCommand({ TableName: 'orders', Item: order }));
  const query = {
    TableName: 'orders',
    KeyConditionExpression: 'customerId = :customer AND begins_with(orderId, :begin)',
    ExpressionAttributeValues: { ':customer': 'c-0001', ':begin': 'o-' },
    Limit: 10,
  };
  return (await document.send(new QueryCommand(query))).Items?.length ?? 0;
}
