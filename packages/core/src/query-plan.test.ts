import { describe, expect, it } from 'vitest';
import { compileModel } from './compiled-model.ts';
import { conditionBuilder as c } from './condition.ts';
import { ScanRefusedError, ValidationFailedError } from './errors.ts';
import { defineModel, number, string } from './index.ts';
import { customer, Line, open, plan, type Written } from './query-plan.fixture.ts';
import type { QueryState } from './query-plan.ts';

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
