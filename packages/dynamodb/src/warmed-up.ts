// What an environment does while it starts is the same for every request it serves: it may live here.
const underWay = new Set<Promise<void>>();

/** Keeps a warm-up to be waited for. */
export function warming(warmUp: Promise<void>): void {
  underWay.add(warmUp);
  void warmUp.finally(() => underWay.delete(warmUp));
}

/**
 * Resolves once the clients of all middlewares made so far are warm, after about a second at most. A handler's module
 * that awaits it at its end does this work in the init phase, which has a full CPU; one that does not does it beside
 * its first request. It never rejects.
 *
 * @example
 * import middy from '@middy/core';
 * import { defineModel, string } from '@tabletheory/core';
 * import { dynamodb, warmedUp } from '@tabletheory/dynamodb';
 *
 * const Order = defineModel({
 *   name: 'Order',
 *   table: 'orders',
 *   key: { partition: 'orderId' },
 *   attributes: { orderId: string() },
 * });
 *
 * export const handler = middy<{ orderId: string }>()
 *   .use(dynamodb({ models: { orders: Order } }))
 *   .handler(async (event, { tables }) => tables.orders.get({ orderId: event.orderId }));
 *
 * await warmedUp();
 */
export async function warmedUp(): Promise<void> {
  await Promise.all(underWay);
}
