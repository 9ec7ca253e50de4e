import * as core from '@tabletheory/core';
import { Order } from './models.ts';
export const x = [core.createTables, Order.name];
