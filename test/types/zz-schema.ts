import * as core from '@tabletheory/core';
import { Order } from './models.ts';
export const x = [core.createTables, Order.name];
export const s: string = Order.jsonSchema('new')['~input']!.customerId;
export const u = Order.jsonSchema('update')['~input']!.total;
