import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import awsLite from '@aws-lite/client';
// @ts-expect-error It has no types of its own.
import dynamodb from '@aws-lite/dynamodb';
import type { MakeWorkloads } from '../../measure/subject.ts';
import { type Answers, answers, asStream, type Destination, operationOf, writtenOrders } from '../network.ts';
import { TABLE } from '../orders.ts';
import { requestWorkloads } from './workloads.ts';

let lastBody: unknown;

/** aws-lite takes no request handler, so the network ends at `https.request`. */
function stubHttps(prepared: Answers): void {
  const request = (options: { headers: Record<string, string> }, onResponse: (response: IncomingMessage) => void) => {
    const sent = new EventEmitter();
    const end = (body: unknown) => {
      lastBody = body;
      const { headers, body: answered } = prepared[operationOf(options.headers)] as Answers[string];
      onResponse(Object.assign(asStream(answered), { statusCode: 200, headers: { ...headers } }) as any);
    };
    return Object.assign(sent, { end, write: () => {} });
  };
  https.request = request as any;
}

const make: MakeWorkloads<Destination> = async (destination) => {
  if ('stubbed' in destination) stubHttps(answers());
  const endpoint = 'endpoint' in destination ? { endpoint: destination.endpoint } : {};
  const { DynamoDB } = (await awsLite({ plugins: [dynamodb], keepAlive: true, ...endpoint } as any)) as any;
  return requestWorkloads({
    get: async (key) => (await DynamoDB.GetItem({ TableName: TABLE, Key: key })).Item,
    put: (order) => DynamoDB.PutItem({ TableName: TABLE, Item: order }),
    query: async (customerId, begin) => {
      const query = {
        TableName: TABLE,
        KeyConditionExpression: 'customerId = :customer AND begins_with(orderId, :begin)',
        ExpressionAttributeValues: { ':customer': customerId, ':begin': begin },
        Limit: 100,
      };
      return (await DynamoDB.Query(query)).Items;
    },
    batchWrite: (orders) => {
      const puts = orders.map((Item) => ({ PutRequest: { Item } }));
      return DynamoDB.BatchWriteItem({ RequestItems: { [TABLE]: puts } });
    },
    written: () => ('stubbed' in destination ? writtenOrders(lastBody) : undefined),
  });
};

export default make;
