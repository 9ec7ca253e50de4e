import type { Workloads } from '../../measure/subject.ts';
import { CUSTOMER, keyOf, type Order, orders } from '../orders.ts';

/** The four requests, as one library does them. */
export interface Requests {
  readonly get: (key: { customerId: string; orderId: string }) => Promise<unknown>;
  readonly put: (order: Order) => Promise<unknown>;
  /** The first hundred orders of a customer whose ids begin with a text. */
  readonly query: (customerId: string, begin: string) => Promise<unknown>;
  readonly batchWrite: (orders: readonly Order[]) => Promise<unknown>;
  /** The orders of the latest write as they were sent; `undefined` where that cannot be seen. */
  readonly written: () => unknown;
}

export const REQUESTS = ['get', 'put', 'query of 100', 'batch write of 25'] as const;

/** @param requests what a library's `get` and `query` give is the item, and the items, as the model has them. */
export function requestWorkloads(requests: Requests): Workloads {
  const batch = orders(25);
  const [first] = batch as [Order];
  const key = keyOf(first);
  const { written } = requests;
  return {
    get: { run: () => requests.get(key) },
    put: { run: () => requests.put(first), comparable: written },
    'query of 100': { run: () => requests.query(CUSTOMER, 'o-') },
    'batch write of 25': { run: () => requests.batchWrite(batch), comparable: written },
  };
}
