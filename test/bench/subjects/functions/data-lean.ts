import { createLeanClient, createTables } from '@tabletheory/core/lean';
import { OrderModel } from '../order-model.ts';
import { order, stubHandler } from './stub-handler.ts';

/** The first use of the data layer: a client, a put and a query. */
export async function handler(): Promise<number> {
  const client = createLeanClient({ requestHandler: stubHandler(false) });
  const { orders } = createTables({ client, models: { orders: OrderModel } });
  await orders.put(order);
  return (await orders.where('customerId', '=', 'c-0001').where('orderId', 'beginsWith', 'o-').limit(10).all()).length;
}
