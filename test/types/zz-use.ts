import * as core from '@tabletheory/core';
import { Order } from './models.ts';
export const x = [core.createTables, Order.name];
export const t = core.createTables({ client: {} as any, models: { orders: Order } });
export const y = t.orders.get({ customerId: 'c', orderId: 'o' });
