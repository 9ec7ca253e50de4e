import { type CompiledModel, compileModel } from './compiled-model.ts';
import type { Comparison } from './condition.ts';
import { createdAt, defineModel, number, string } from './index.ts';
import { planQuery, type QueryState } from './query-plan.ts';

/** A model with indexes of all kinds. */
export const Order: CompiledModel = compileModel(
  defineModel({
    name: 'Order',
    table: 'orders',
    key: { partition: 'customerId', sort: 'orderId' },
    attributes: {
      customerId: string({ name: 'cid' }),
      orderId: string(),
      status: string(),
      region: string({ optional: true }),
      city: string({ optional: true }),
      total: number(),
      remark: string({ optional: true }),
      createdAt: createdAt(),
    },
    indexes: {
      byTotal: { type: 'local', partition: 'customerId', sort: 'total' },
      byStatus: { partition: 'status', sort: 'createdAt', projection: ['total'] },
      byStatusAndTotal: { partition: 'status', sort: 'total' },
      byPlace: { partition: ['region', 'city'], sort: ['status', 'total'] },
    },
  }),
);

/** A model with composed keys. */
export const Line: CompiledModel = compileModel(
  defineModel({
    name: 'Line',
    table: 'shop',
    key: {
      partition: { attribute: 'PK', template: 'ORDER#{orderId}' },
      sort: { attribute: 'SK', template: 'LINE#{group}#{line}' },
    },
    attributes: { orderId: string(), group: string(), line: string(), sku: string() },
    indexes: {
      bySku: {
        partition: { attribute: 'GSI1PK', template: 'SKU#{sku}' },
        sort: { attribute: 'SK', template: 'LINE#{group}#{line}' },
      },
    },
  }),
);

/** A comparison, as it is written. */
export type Written = [path: string, operator: Comparison['operator'], operand: unknown];

/** The plan of a query with these comparisons. */
export function plan(
  comparisons: Written[],
  state: Partial<QueryState> = {},
  model: CompiledModel = Order,
): ReturnType<typeof planQuery> {
  return planQuery(model, {
    comparisons: comparisons.map(([path, operator, operand]) => ({ kind: 'comparison', path, operator, operand })),
    filters: [],
    ...state,
  });
}

export const customer: Written = ['customerId', '=', 'c1'];
export const open: Written = ['status', '=', 'open'];
