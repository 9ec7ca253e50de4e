import { createTables } from '@tabletheory/core';
import type { MakeWorkloads } from '../../measure/subject.ts';
import type { Destination } from '../network.ts';
import { OrderModel } from '../order-model.ts';
import { officialClient } from './official-client.ts';
import { requestsOf } from './tabletheory.ts';
import { requestWorkloads } from './workloads.ts';

const make: MakeWorkloads<Destination> = (destination) => {
  const { client, written } = officialClient(destination);
  return requestWorkloads(requestsOf(createTables({ client, models: { orders: OrderModel } }), written));
};

export default make;
