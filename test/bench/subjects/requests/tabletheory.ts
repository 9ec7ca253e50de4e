import type { Tables } from '@tabletheory/core';
import type { OrderModel } from '../order-model.ts';
import type { Requests } from './workloads.ts';

export function requestsOf(
  { orders }: Pick<Tables<{ orders: typeof OrderModel }>, 'orders'>,
  written: () => unknown,
): Requests {
  return {
    get: (key) => orders.get(key),
    put: (order) => orders.put(order as any),
    query: (customerId, begin) =>
      orders.where('customerId', '=', customerId).where('orderId', 'beginsWith', begin).limit(100).all(),
    batchWrite: (list) => orders.batchWrite({ put: list as any }),
    written,
  };
}
