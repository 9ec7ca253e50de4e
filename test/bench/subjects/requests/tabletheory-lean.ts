import { createLeanClient, createTables } from '@tabletheory/core/lean';
import type { MakeWorkloads } from '../../measure/subject.ts';
import { answers, asBytes, type Destination, StubHandler, writtenOrders } from '../network.ts';
import { OrderModel } from '../order-model.ts';
import { requestsOf } from './tabletheory.ts';
import { requestWorkloads } from './workloads.ts';

const make: MakeWorkloads<Destination> = (destination) => {
  const stub = 'endpoint' in destination ? undefined : new StubHandler(answers(), asBytes);
  const client = createLeanClient('endpoint' in destination ? destination : { requestHandler: stub });
  const written = () => stub && writtenOrders(stub.lastBody);
  return requestWorkloads(requestsOf(createTables({ client, models: { orders: OrderModel } }), written));
};

export default make;
