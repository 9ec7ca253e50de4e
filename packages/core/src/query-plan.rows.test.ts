import { describe, expect, it } from 'vitest';
import { compileModel } from './compiled-model.ts';
import { conditionBuilder as c } from './condition.ts';
import { ScanRefusedError, ValidationFailedError } from './errors.ts';
import { defineModel, string } from './index.ts';
import { customer, Line, open, plan, type Written } from './query-plan.fixture.ts';
import type { QueryState } from './query-plan.ts';

const attributesOfDay = { id: string(), group: string(), day: string() };
const Plain = compileModel(
  defineModel({
    name: 'Plain',
    table: 'plain',
    key: { partition: 'id' },
    attributes: attributesOfDay,
    indexes: { byDay: { partition: 'id', sort: 'day' } },
  }),
);
const Sorted = compileModel(
  defineModel({
    name: 'Sorted',
    table: 'sorted',
    key: { partition: 'id', sort: { attribute: 'SK', template: '{group}#{day}' } },
    attributes: attributesOfDay,
  }),
);

describe('rows that are read', () => {
  it.each<[boolean, () => ReturnType<typeof plan>]>([
    [false, () => plan([customer])],
    [false, () => plan([customer, ['orderId', '>', 'o1']])],
    [true, () => plan([customer, ['remark', '=', 'x']])],
    [true, () => plan([['orderId', '=', 'o1']], {}, Line)],
    [true, () => plan([], { scan: true })],
    [
      true,
      () =>
        plan(
          [
            ['id', '=', '1'],
            ['group', '>', 'a'],
          ],
          {},
          Sorted,
        ),
    ],
    [false, () => plan([['id', '=', '1']], { index: 'byDay' }, Plain)],
  ])('may be left out: %s, case %#', (filtered, planned) => {
    expect(planned().filtered).toBe(filtered);
  });

  it('are not counted by DynamoDB where they may be left out', () => {
    expect(plan([['id', '=', '1']], { count: true, index: 'byDay' }, Plain).params.Select).toBe('COUNT');
    const range: Written[] = [
      ['id', '=', '1'],
      ['group', '>', 'a'],
    ];
    expect(plan(range, { count: true }, Sorted).params.Select).toBeUndefined();
  });
});

describe('an index beside a table of the same partition key', () => {
  it('is chosen for its sort key alone', () => {
    expect(plan([['id', '=', '1']], {}, Plain).index).toBeUndefined();
    const { index, params } = plan(
      [
        ['id', '=', '1'],
        ['day', '>', 'a'],
      ],
      {},
      Plain,
    );
    expect(index?.name).toBe('byDay');
    expect(params.KeyConditionExpression).toBe('#0 = :0 AND #1 > :1');
  });

  it('has all that is compared of its keys in its key condition', () => {
    const { params } = plan([['region', '=', 'eu'], ['city', '=', 'x'], open, ['total', '>', 5]]);
    expect(params.KeyConditionExpression).toBe('#0 = :0 AND #1 = :1 AND #2 = :2 AND #3 > :3');
  });
});

describe('a key of a query', () => {
  it('is not empty', () => {
    expect(() => plan([['customerId', '=', '']])).toThrow(ValidationFailedError);
  });

  it('is named where a part of it is missing, and only that', () => {
    const place =
      (...comparisons: Written[]) =>
      () =>
        plan(comparisons, { index: 'byPlace' });
    expect(place(['region', '=', 'eu'])).toThrow(/index byPlace needs where\('city', '=', …\)$/);
    expect(place()).toThrow(/needs where\('region', '=', …\), where\('city', '=', …\)$/);
    expect(place()).toThrow(ScanRefusedError);
    expect(place()).toThrow(expect.objectContaining({ operation: 'Query', model: 'Order' }));
  });

  it('is that of an index the model has', () => {
    expect(() => plan([customer], { index: 'byColour' })).toThrow(
      /^Order is not valid: .*has no index byColour; it has byTotal, byStatus, byStatusAndTotal, byPlace$/,
    );
    expect(() => plan([['id', '=', '1']], { index: 'byColour' }, Sorted)).toThrow(/it has none$/);
  });

  it('tells the operation that was planned', () => {
    expect(() => plan([['customerId', '=', 5]])).toThrow(expect.objectContaining({ operation: 'Query' }));
    expect(() => plan([['customerId', '=', 5]], { scan: true })).toThrow(
      expect.objectContaining({ operation: 'Scan' }),
    );
  });
});

describe('a scan', () => {
  it('is made on purpose, with all conditions as filter', () => {
    const { operation, params, partition, keyNames } = plan([customer, ['total', '>', 5]], { scan: true });
    expect(operation).toBe('Scan');
    expect(params).toEqual({
      TableName: 'orders',
      FilterExpression: '(#0 = :0 AND #1 > :1)',
      ExpressionAttributeNames: { '#0': 'cid', '#1': 'total' },
      ExpressionAttributeValues: { ':0': { S: 'c1' }, ':1': { N: '5' } },
    });
    expect({ partition, keyNames }).toEqual({ partition: {}, keyNames: ['cid', 'orderId'] });
  });

  it('reads an index where one is named, with what it holds', () => {
    const { params } = plan([], { scan: true, index: 'byStatus' });
    expect(params).toMatchObject({ IndexName: 'byStatus' });
    expect(Object.values(params.ExpressionAttributeNames ?? {}).sort()).toEqual(
      ['cid', 'createdAt', 'orderId', 'status', 'total'].sort(),
    );
  });

  it('leaves out the rows of other models', () => {
    const { accepts } = plan([], { scan: true }, Line);
    expect(accepts({ PK: { S: 'CUSTOMER#c1' }, SK: { S: 'PROFILE' } })).toBe(false);
  });
});

describe('a count', () => {
  it('is left to DynamoDB where every row counts', () => {
    expect(plan([customer, ['remark', '=', 'x']], { count: true, select: ['total', 'remark'] }).params).toEqual({
      TableName: 'orders',
      Select: 'COUNT',
      KeyConditionExpression: '#0 = :0',
      FilterExpression: '#1 = :1',
      ExpressionAttributeNames: { '#0': 'cid', '#1': 'remark' },
      ExpressionAttributeValues: { ':0': { S: 'c1' }, ':1': { S: 'x' } },
    });
  });

  it('fetches the keys where rows may be of another model', () => {
    for (const { params } of [
      plan([['orderId', '=', 'o1']], { count: true }, Line),
      plan([], { count: true, scan: true }),
    ]) {
      expect(params.Select).toBeUndefined();
      expect(params.ProjectionExpression).toBe('#0, #1');
    }
  });

  it('goes through an index that holds what is filtered on, and needs no other attribute', () => {
    expect(plan([open], { count: true }).index?.name).toBe('byStatus');
    expect(plan([open, ['remark', '=', 'x']], { count: true }).index?.name).toBe('byStatusAndTotal');
  });
});

describe('an index that holds some attributes', () => {
  it('is not chosen for a filter on others: it would match nothing', () => {
    const select = ['total'];
    expect(plan([open, ['createdAt', '>', new Date(0)]], { select }).index?.name).toBe('byStatus');
    const filtered = [open, ['createdAt', '>', new Date(0)], ['remark', '=', 'x']] satisfies Written[];
    expect(plan(filtered, { select }).index?.name).toBe('byStatusAndTotal');
    const filters = [c.not(c.or(c('city', '=', 'x'), c('total', '>', 5)))];
    expect(plan([open, ['createdAt', '>', new Date(0)]], { select, filters }).index?.name).toBe('byStatusAndTotal');
  });

  it.each<[string, Written[], Partial<QueryState>, object]>([
    ['filter on', [open, ['remark', '=', 'x']], {}, { path: 'remark', keyword: 'condition' }],
    ['select', [open], { select: ['total', 'remark'] }, { path: 'remark', keyword: 'select' }],
  ])('is refused to %s others when it is named', (_what, comparisons, state, problem) => {
    for (const more of [{}, { scan: true }]) {
      expect(() => plan(comparisons, { index: 'byStatus', ...state, ...more })).toThrow(
        expect.objectContaining({ problems: [expect.objectContaining(problem)] }),
      );
    }
  });

  it('has no consistent reads in a scan either', () => {
    expect(() => plan([], { scan: true, index: 'byStatus', consistent: true })).toThrow(/no consistent reads/);
  });
});
