import { BatchWriteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { MakeWorkloads } from '../../measure/subject.ts';
import type { Destination } from '../network.ts';
import { TABLE } from '../orders.ts';
import { officialClient } from './official-client.ts';
import { requestWorkloads } from './workloads.ts';

const make: MakeWorkloads<Destination> = (destination) => {
  const { client, written } = officialClient(destination);
  const document = DynamoDBDocumentClient.from(client);
  return requestWorkloads({
    get: async (key) => (await document.send(new GetCommand({ TableName: TABLE, Key: key }))).Item,
    put: (order) => document.send(new PutCommand({ TableName: TABLE, Item: order })),
    query: async (customerId, begin) => {
      const query = {
        TableName: TABLE,
        KeyConditionExpression: 'customerId = :customer AND begins_with(orderId, :begin)',
        ExpressionAttributeValues: { ':customer': customerId, ':begin': begin },
        Limit: 100,
      };
      return (await document.send(new QueryCommand(query))).Items;
    },
    batchWrite: (orders) => {
      const puts = orders.map((Item) => ({ PutRequest: { Item } }));
      return document.send(new BatchWriteCommand({ RequestItems: { [TABLE]: puts } }));
    },
    written,
  });
};

export default make;
