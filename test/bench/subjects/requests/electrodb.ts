import type { MakeWorkloads } from '../../measure/subject.ts';
import { ELECTRODB_MARKS, orderEntity } from '../electrodb-entity.ts';
import type { Destination } from '../network.ts';
import { officialClient } from './official-client.ts';
import { requestWorkloads } from './workloads.ts';

const make: MakeWorkloads<Destination> = (destination) => {
  const { client, written } = officialClient(destination, ELECTRODB_MARKS);
  const entity = orderEntity(client);
  return requestWorkloads({
    get: async (key) => (await entity.get(key).go()).data,
    put: (order) => entity.put(order as any).go(),
    query: async (customerId, begin) =>
      (await entity.query.byCustomer({ customerId }).begins({ orderId: begin }).go({ limit: 100 })).data,
    batchWrite: (orders) => entity.put(orders as any).go(),
    written,
  });
};

export default make;
