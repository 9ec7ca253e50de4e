import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables } from '@tabletheory/core';
import { createHttpHandler } from '@tabletheory/core/lean';
import type { MakeWorkloads } from '../../measure/subject.ts';
import type { Destination } from '../network.ts';
import { OrderModel } from '../order-model.ts';
import { officialClient } from './official-client.ts';
import { requestsOf } from './tabletheory.ts';
import { requestWorkloads } from './workloads.ts';

/** The client as `dynamodb()` makes it: the official one, with a request handler of this project. */
function clientFor(destination: Destination): ReturnType<typeof officialClient> {
  if (!('endpoint' in destination)) return officialClient(destination);
  const requestHandler = createHttpHandler() as any;
  return { client: new DynamoDBClient({ endpoint: destination.endpoint, requestHandler }), written: () => undefined };
}

const make: MakeWorkloads<Destination> = (destination) => {
  const { client, written } = clientFor(destination);
  return requestWorkloads(requestsOf(createTables({ client, models: { orders: OrderModel } }), written));
};

export default make;
