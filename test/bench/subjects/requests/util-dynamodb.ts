import { BatchWriteItemCommand, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { MakeWorkloads } from '../../measure/subject.ts';
import type { Destination } from '../network.ts';
import { TABLE } from '../orders.ts';
import { officialClient } from './official-client.ts';
import { requestWorkloads } from './workloads.ts';

const make: MakeWorkloads<Destination> = (destination) => {
  const { client, written } = officialClient(destination);
  return requestWorkloads({
    get: async (key) => {
      const { Item } = await client.send(new GetItemCommand({ TableName: TABLE, Key: marshall(key) }));
      return Item && unmarshall(Item);
    },
    put: (order) => client.send(new PutItemCommand({ TableName: TABLE, Item: marshall(order) })),
    query: async (customerId, begin) => {
      const query = {
        TableName: TABLE,
        KeyConditionExpression: 'customerId = :customer AND begins_with(orderId, :begin)',
        ExpressionAttributeValues: marshall({ ':customer': customerId, ':begin': begin }),
        Limit: 100,
      };
      const { Items = [] } = await client.send(new QueryCommand(query));
      return Items.map((item) => unmarshall(item));
    },
    batchWrite: (orders) => {
      const puts = orders.map((order) => ({ PutRequest: { Item: marshall(order) } }));
      return client.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: puts } }));
    },
    written,
  });
};

export default make;
