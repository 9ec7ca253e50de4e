import { describe, expect, it } from 'vitest';
import { compileModel } from './compiled-model.ts';
import { type Comparison, conditionBuilder as c } from './condition.ts';
import { ScanRefusedError, ValidationFailedError } from './errors.ts';
import { createdAt, defineModel, number, string } from './index.ts';
import { planQuery, type QueryState } from './query-plan.ts';

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

const Line = compileModel(
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

type Written = [path: string, operator: Comparison['operator'], operand: unknown];

function plan(comparisons: Written[], state: Partial<QueryState> = {}, model = Order) {
  return planQuery(model, {
    comparisons: comparisons.map(([path, operator, operand]) => ({ kind: 'comparison', path, operator, operand })),
    filters: [],
    ...state,
  });
}

const customer: Written = ['customerId', '=', 'c1'];
const open: Written = ['status', '=', 'open'];

describe('the index', () => {
  it.each<[string | undefined, Written[], Partial<QueryState>]>([
    [undefined, [customer], {}],
    [undefined, [customer, ['orderId', '>', 'o1']], {}],
    ['byTotal', [customer, ['total', '>', 5]], {}],
    [undefined, [customer, ['orderId', '=', 'o1'], ['total', '>', 5]], {}],
    [undefined, [customer, open], {}],
    ['byStatusAndTotal', [open], {}],
    ['byStatusAndTotal', [open, ['total', '=', 5]], {}],
    ['byStatus', [open, ['total', 'in', [5]]], { index: 'byStatus' }],
    [
      'byPlace',
      [
        ['region', '=', 'eu'],
        ['city', '=', 'x'],
      ],
      {},
    ],
    ['byPlace', [['region', '=', 'eu'], ['city', '=', 'x'], open, ['total', '>', 5]], {}],
    ['byTotal', [customer, ['total', '>', 5]], { consistent: true }],
    ['byStatus', [open, ['createdAt', '>', new Date(0)]], { select: ['total', 'status', 'customerId'] }],
    ['byStatusAndTotal', [open, ['createdAt', '>', new Date(0)]], { select: ['total', 'remark'] }],
    ['byStatus', [open], { index: 'byStatus' }],
  ])('is %s: case %#', (name, comparisons, state) => {
    for (const ordered of [comparisons, comparisons.toReversed()]) {
      const { index, params } = plan(ordered, state);
      expect(index?.name).toBe(name);
      expect(params.IndexName).toBe(name);
    }
  });

  it('is not chosen where it leaves over what cannot be filtered on, as long as another will do', () => {
    const Visit = compileModel(
      defineModel({
        name: 'Visit',
        table: 'visits',
        key: {
          partition: { attribute: 'PK', template: 'SHOP#{shop}' },
          sort: { attribute: 'SK', template: 'ON#{day}' },
        },
        attributes: { shop: string(), day: string(), till: number(), spent: number() },
        indexes: { byTill: { partition: 'till', sort: 'spent' } },
      }),
    );
    const till: Written[] = [
      ['till', '=', 1],
      ['spent', '>', 5],
    ];
    for (const comparisons of [
      [['shop', '=', 's'], ...till] as Written[],
      [...till, ['day', '=', 'd'], ['shop', '=', 's']] as Written[],
    ]) {
      const { index, params } = plan(comparisons, {}, Visit);
      expect(index).toBeUndefined();
      expect(params.FilterExpression).toMatch(/^\(#\d = :\d AND #\d > :\d\)$/);
    }
    expect(plan(till, {}, Visit).index?.name).toBe('byTill');
    const day = expect.objectContaining({ problems: [expect.objectContaining({ path: 'day' })] });
    expect(() => plan([['day', '=', 'd'], ...till], {}, Visit)).toThrow(day);
    expect(() => plan([['shop', '=', 's'], ...till], { index: 'byTill' }, Visit)).toThrow(/shop is stored only in/);
  });

  it('is not chosen where it does not hold what is asked for', () => {
    const Narrow = compileModel(
      defineModel({
        name: 'Narrow',
        table: 't',
        key: { partition: 'id' },
        attributes: { id: string(), status: string(), total: number() },
        indexes: { byStatus: { partition: 'status', projection: [] } },
      }),
    );
    expect(() => plan([open], {}, Narrow)).toThrow(/byStatus holds only some attributes/);
    expect(plan([open], { select: ['id'] }, Narrow).index?.name).toBe('byStatus');
    expect(() => plan([open], { select: ['id', 'total'] }, Narrow)).toThrow(ScanRefusedError);
    expect(plan([open], { index: 'byStatus' }, Narrow).params.ProjectionExpression).toBe('#1, #0');
  });
});

describe('a query', () => {
  it('has key conditions and filters where they belong', () => {
    const { operation, params, filtered, keyNames, partition } = plan(
      [['remark', 'beginsWith', 'x'], ['orderId', 'between', ['a', 'b']], customer, ['total', '>', 5]],
      { filters: [c.or(c('city', '=', 'x'), c('city', 'exists', false))] },
    );
    expect(operation).toBe('Query');
    expect(params).toEqual({
      TableName: 'orders',
      KeyConditionExpression: '#0 = :0 AND #1 BETWEEN :1 AND :2',
      FilterExpression: '(begins_with(#2, :3) AND #3 > :4 AND (#4 = :5 OR attribute_not_exists(#4)))',
      ExpressionAttributeNames: { '#0': 'cid', '#1': 'orderId', '#2': 'remark', '#3': 'total', '#4': 'city' },
      ExpressionAttributeValues: {
        ':0': { S: 'c1' },
        ':1': { S: 'a' },
        ':2': { S: 'b' },
        ':3': { S: 'x' },
        ':4': { N: '5' },
        ':5': { S: 'x' },
      },
    });
    expect({ filtered, keyNames, partition }).toEqual({
      filtered: true,
      keyNames: ['cid', 'orderId'],
      partition: { cid: { S: 'c1' } },
    });
  });

  it('adds no condition that the caller did not write', () => {
    const { params, filtered } = plan([customer]);
    expect(filtered).toBe(false);
    expect(params).toEqual({
      TableName: 'orders',
      KeyConditionExpression: '#0 = :0',
      ExpressionAttributeNames: { '#0': 'cid' },
      ExpressionAttributeValues: { ':0': { S: 'c1' } },
    });
  });

  it('takes over order, consistency and selection', () => {
    const { params } = plan([customer], { descending: true, consistent: true, select: ['total'] });
    expect(params).toMatchObject({
      ScanIndexForward: false,
      ConsistentRead: true,
      ProjectionExpression: '#0, #1, #2',
      ExpressionAttributeNames: { '#0': 'cid', '#1': 'orderId', '#2': 'total' },
    });
  });

  it('starts a page of an index from the keys of both', () => {
    expect(plan([open, ['total', '>', 5]]).keyNames).toEqual(['cid', 'orderId', 'status', 'total']);
  });

  it.each<[string, Written[], Partial<QueryState>, object]>([
    ['an unknown attribute', [customer, ['colour', '=', 'red']], {}, { path: 'colour' }],
    ['a wrong type of a key', [['customerId', '=', 5]], {}, { path: 'customerId', keyword: 'type' }],
    ['an undefined key', [['customerId', '=', undefined]], {}, { path: 'customerId', keyword: 'type' }],
    ['a wrong type of a sort key', [customer, ['orderId', '>', 5]], {}, { path: 'orderId', keyword: 'type' }],
    ['a filter on a key', [customer, ['orderId', 'contains', 'x']], {}, { path: 'orderId', keyword: 'condition' }],
    ['two partitions', [customer, ['customerId', '=', 'c2']], {}, { path: 'customerId' }],
    ['two conditions on a sort key', [customer, ['orderId', '>', 'a'], ['orderId', '<', 'b']], {}, { path: 'orderId' }],
    ['an unknown index', [customer], { index: 'byColour' }, { keyword: 'index' }],
    ['an index named as a member of every object', [customer], { index: 'constructor' }, { keyword: 'index' }],
    ['an unknown selection', [customer], { select: ['colour'] }, { path: 'colour', keyword: 'select' }],
    ['a consistent read of a global index', [open], { index: 'byStatus', consistent: true }, { keyword: 'consistent' }],
  ])('refuses %s', (_what, comparisons, state, problem) => {
    const run = () => plan(comparisons, state);
    expect(run).toThrow(ValidationFailedError);
    expect(run).toThrow(expect.objectContaining({ problems: [expect.objectContaining(problem)] }));
  });

  it.each<[string, Written[], Partial<QueryState>, RegExp]>([
    ['nothing', [], {}, /call scan\(\)/],
    ['no partition key', [['total', '>', 5]], {}, /no partition key/],
    ['a partition key that is not equal', [['customerId', 'beginsWith', 'c']], {}, /no partition key/],
    ['half of a partition key', [['region', '=', 'eu']], {}, /no partition key/],
    ['a global index alone, consistently', [open], { consistent: true }, /no partition key/],
    ['an index by another key', [customer], { index: 'byStatus' }, /byStatus needs where\('status', '=', …\)/],
    ['an index by half its key', [['city', '=', 'x']], { index: 'byPlace' }, /byPlace needs where\('region'/],
  ])('does not scan for %s', (_what, comparisons, state, message) => {
    expect(() => plan(comparisons, state)).toThrow(ScanRefusedError);
    expect(() => plan(comparisons, state)).toThrow(message);
  });
});

describe('a query of a model with composed keys', () => {
  it('composes the key condition', () => {
    const { params, partition, filtered } = plan(
      [
        ['orderId', '=', 'o1'],
        ['group', '=', 'a'],
      ],
      {},
      Line,
    );
    expect(params.KeyConditionExpression).toBe('#0 = :0 AND begins_with(#1, :1)');
    expect(params.ExpressionAttributeValues).toEqual({ ':0': { S: 'ORDER#o1' }, ':1': { S: 'LINE#a#' } });
    expect({ partition, filtered }).toEqual({ partition: { PK: { S: 'ORDER#o1' } }, filtered: true });
  });

  it('leaves out the rows of other models', () => {
    const { accepts } = plan([['orderId', '=', 'o1']], {}, Line);
    expect(accepts({ PK: { S: 'ORDER#o1' }, SK: { S: 'LINE#a#1' } })).toBe(true);
    expect(accepts({ PK: { S: 'ORDER#o1' }, SK: { S: 'HEAD' } })).toBe(false);
  });

  it('reads through an index by its composed key', () => {
    const { index, params, keyNames } = plan(
      [
        ['sku', '=', 's1'],
        ['group', '>=', 'b'],
      ],
      {},
      Line,
    );
    expect(index?.name).toBe('bySku');
    expect(params.KeyConditionExpression).toBe('#0 = :0 AND #1 BETWEEN :1 AND :2');
    expect(keyNames).toEqual(['PK', 'SK', 'GSI1PK']);
  });

  it('cannot filter on what only a composed key holds', () => {
    expect(() =>
      plan(
        [
          ['orderId', '=', 'o1'],
          ['line', '=', '1'],
        ],
        {},
        Line,
      ),
    ).toThrow(ValidationFailedError);
  });

  it('refuses a value that no key can hold', () => {
    expect(() => plan([['orderId', '=', '']], {}, Line)).toThrow(ValidationFailedError);
  });
});

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
