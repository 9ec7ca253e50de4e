import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  BatchPutRequest,
  BatchWriteCommand,
  boolean,
  Entity,
  executeBatchWrite,
  GetItemCommand,
  item,
  list,
  map,
  number,
  PutItemCommand,
  QueryCommand,
  string,
  Table,
} from 'dynamodb-toolbox';
import type { MakeWorkloads } from '../../measure/subject.ts';
import type { Destination } from '../network.ts';
import { TABLE } from '../orders.ts';
import { officialClient } from './official-client.ts';
import { requestWorkloads } from './workloads.ts';

const make: MakeWorkloads<Destination> = (destination) => {
  const { client, written } = officialClient(destination);
  const table = new Table({
    documentClient: DynamoDBDocumentClient.from(client),
    name: TABLE,
    partitionKey: { name: 'customerId', type: 'string' },
    sortKey: { name: 'orderId', type: 'string' },
  });
  const entity = new Entity({
    name: 'Order',
    table,
    entityAttribute: false,
    timestamps: false,
    schema: item({
      customerId: string().key(),
      orderId: string().key(),
      status: string().enum('open', 'paid', 'shipped'),
      total: number(),
      currency: string(),
      email: string(),
      placedAt: string(),
      paid: boolean(),
      note: string(),
      address: map({ street: string(), city: string(), zip: string(), country: string() }),
      lines: list(map({ sku: string(), quantity: number(), price: number() })),
      tags: list(string()),
    }),
  });
  return requestWorkloads({
    get: async (key) => (await entity.build(GetItemCommand).key(key).send()).Item,
    put: (order) =>
      entity
        .build(PutItemCommand)
        .item(order as any)
        .send(),
    query: async (customerId, begin) => {
      const query = table
        .build(QueryCommand)
        .query({ partition: customerId, range: { beginsWith: begin } })
        .entities(entity)
        .options({ limit: 100 });
      return (await query.send()).Items;
    },
    batchWrite: (orders) => {
      const puts = orders.map((order) => entity.build(BatchPutRequest).item(order as any));
      return executeBatchWrite(table.build(BatchWriteCommand).requests(...puts));
    },
    written,
  });
};

export default make;
