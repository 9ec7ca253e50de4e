import * as core from '@tabletheory/core';
import { Order } from './models.ts';
export const x = [core.createTables, Order.name];
const c = core.createStreamReader({ models: { orders: Order } })({});
if (c.model === 'orders' && c.eventName === 'INSERT') console.log(c.newItem.total);
