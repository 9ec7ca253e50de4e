import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileModel } from './compiled-model.ts';
import type { Comparison } from './condition.ts';
import { ScanRefusedError, ValidationFailedError } from './errors.ts';
import { date, defineModel, number, string } from './index.ts';
import { planQuery, type QueryPlan } from './query-plan.ts';

const Order = compileModel(
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
      placedAt: date(),
    },
    indexes: {
      byTotal: { type: 'local', partition: 'customerId', sort: 'total' },
      byStatus: { partition: 'status', sort: 'placedAt', projection: ['total'] },
      byPlace: { partition: ['region', 'city'], sort: ['status', 'total'] },
    },
  }),
);
const Line = compileModel(
  defineModel({
    name: 'Line',
    table: 'shop',
    key: {
      partition: { attribute: 'PK', template: 'ORDER#{orderId}' },
      sort: { attribute: 'SK', template: 'LINE#{group}#{line}' },
    },
    attributes: { orderId: string(), group: string(), line: string(), sku: string(), total: number() },
    indexes: { bySku: { partition: { attribute: 'GSI1PK', template: 'SKU#{sku}' }, sort: 'total' } },
  }),
);

const words = fc.string({ minLength: 1, maxLength: 8 });
const numbers = fc.integer();
const dates = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true });
const ofType = (name: string): fc.Arbitrary<unknown> =>
  name === 'total' ? numbers : name === 'placedAt' ? dates : words;

/** A comparison on an attribute; each may be written once. */
function comparison(path: string): fc.Arbitrary<Comparison> {
  const operand = ofType(path);
  const single = fc.tuple(fc.constantFrom('=', '=', '=', '<', '<=', '>', '>=', '<>'), operand);
  const pair = fc.tuple(operand, operand).map(([a, b]) => ['between', (a as any) <= (b as any) ? [a, b] : [b, a]]);
  const others = path === 'total' || path === 'placedAt' ? [] : [operand.map((prefix) => ['beginsWith', prefix])];
  const list = fc.array(operand, { minLength: 1, maxLength: 3 }).map((all) => ['in', all]);
  return fc
    .oneof({ weight: 4, arbitrary: single }, pair, list, ...others)
    .map(([operator, operand]) => ({ kind: 'comparison', path, operator, operand }) as Comparison);
}

const comparisonsOf = (names: readonly string[]): fc.Arbitrary<Comparison[]> =>
  fc.subarray([...names]).chain((chosen) => fc.tuple(...chosen.map(comparison)));

function plan(model: typeof Order, comparisons: readonly Comparison[], scan = false): QueryPlan | undefined {
  try {
    return planQuery(model, { comparisons: [...comparisons], filters: [], ...(scan && { scan: {} }) } as never);
  } catch (error) {
    expect([ScanRefusedError, ValidationFailedError]).toContain((error as object).constructor);
    return undefined;
  }
}

/** The values of a request, in no order. */
const valuesOf = ({ params }: QueryPlan): string[] =>
  Object.values(params.ExpressionAttributeValues ?? {})
    .map((value) => JSON.stringify(value))
    .toSorted();

describe.each([
  ['attributes as keys', Order, ['customerId', 'orderId', 'status', 'region', 'city', 'total', 'placedAt']],
  ['composed keys', Line, ['orderId', 'group', 'line', 'sku', 'total']],
])('the plan of a query on %s', (_which, model, names) => {
  const shuffled = comparisonsOf(names).chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );

  it('does not depend on the order its comparisons are written in', () => {
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const [first, second] = [plan(model, one), plan(model, other)];
        expect(second?.index?.name).toBe(first?.index?.name);
        expect(second === undefined).toBe(first === undefined);
        if (first && second) expect(valuesOf(second)).toEqual(valuesOf(first));
      }),
    );
  });

  it('reads one partition, and scans nothing that was not to be scanned', () => {
    fc.assert(
      fc.property(comparisonsOf(names), (comparisons) => {
        const planned = plan(model, comparisons);
        if (planned === undefined) return;
        expect(planned.operation).toBe('Query');
        const { KeyConditionExpression = '' } = planned.params;
        expect(KeyConditionExpression).toMatch(/^#\w+ = :\w+/);
      }),
    );
  });

  it('names and fills every placeholder it uses, and no other', () => {
    fc.assert(
      fc.property(comparisonsOf(names), fc.boolean(), (comparisons, scan) => {
        const planned = plan(model, comparisons, scan);
        if (planned === undefined) return;
        const { params } = planned;
        const text = [params.KeyConditionExpression, params.FilterExpression, params.ProjectionExpression].join(' ');
        const used = (sign: string): string[] =>
          [...new Set(text.match(new RegExp(`${sign}\\w+`, 'g')) ?? [])].toSorted();
        expect(Object.keys(params.ExpressionAttributeNames ?? {}).toSorted()).toEqual(used('#'));
        expect(Object.keys(params.ExpressionAttributeValues ?? {}).toSorted()).toEqual(used(':'));
        if (model === Line) return; // a composed key may be read from and to other texts, and its rows looked at
        for (const operand of comparisons.flatMap(({ operand }) => [operand].flat())) {
          const written = operand instanceof Date ? operand.toISOString() : String(operand);
          const inJson = JSON.stringify(written).slice(1, -1);
          expect(valuesOf(planned).some((value) => value.includes(inJson))).toBe(true);
        }
      }),
    );
  });
});
