import { describe, expect, it } from 'vitest';
import { compileModel } from './compiled-model.ts';
import { type Condition, conditionBuilder } from './condition.ts';
import { conditionExpression } from './condition-expression.ts';
import { Expression } from './expression.ts';
import {
  any,
  binary,
  boolean,
  date,
  decimal,
  defineModel,
  list,
  map,
  number,
  numberSet,
  string,
  stringSet,
  ttl,
} from './index.ts';

/** The builder as untyped code sees it. */
const c = conditionBuilder as unknown as {
  (path: string, operator: string, operand: unknown): Condition;
  and(...conditions: Condition[]): Condition;
  or(...conditions: Condition[]): Condition;
  not(condition: Condition): Condition;
};

const Order = compileModel(
  defineModel({
    name: 'Order',
    table: 'shop',
    key: { partition: { attribute: 'PK', template: 'ORDER#{orderId}' } },
    attributes: {
      orderId: string(),
      status: string({ enum: ['open', 'paid'], name: 's', nullable: true }),
      total: number(),
      body: binary(),
      labels: stringSet(),
      sizes: numberSet(),
      prices: list(decimal()),
      reminders: list(ttl()),
      lines: list(map({ sku: string({ name: 'k' }) })),
      placedAt: date(),
      free: any(),
      gift: boolean({ nullable: true }),
    },
  }),
);

function written(condition: Condition): { text: string; names: unknown; values: unknown } {
  const expression = new Expression();
  const text = conditionExpression(Order, condition, expression);
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = expression.params();
  return { text, names, values };
}

describe('a comparison', () => {
  it.each(['=', '<>', '<', '<=', '>', '>='])('with %s', (operator) => {
    expect(written(c('total', operator, 5))).toEqual({
      text: `#0 ${operator} :0`,
      names: { '#0': 'total' },
      values: { ':0': { N: '5' } },
    });
  });

  it.each<[Condition, string, unknown]>([
    [c('total', 'between', [1, 2]), '#0 BETWEEN :0 AND :1', [{ N: '1' }, { N: '2' }]],
    [c('status', 'in', ['open', 'paid']), '#0 IN (:0, :1)', [{ S: 'open' }, { S: 'paid' }]],
    [c('status', 'beginsWith', 'op'), 'begins_with(#0, :0)', [{ S: 'op' }]],
    [c('placedAt', 'beginsWith', '2026-01'), 'begins_with(#0, :0)', [{ S: '2026-01' }]],
    [c('body', 'beginsWith', new Uint8Array([1])), 'begins_with(#0, :0)', [{ B: 'AQ==' }]],
    [c('status', 'contains', 'pe'), 'contains(#0, :0)', [{ S: 'pe' }]],
    [c('labels', 'contains', 'a'), 'contains(#0, :0)', [{ S: 'a' }]],
    [c('sizes', 'contains', 5), 'contains(#0, :0)', [{ N: '5' }]],
    [c('prices', 'contains', '0.10'), 'contains(#0, :0)', [{ N: '0.1' }]],
    [c('reminders', 'contains', new Date(5000)), 'contains(#0, :0)', [{ N: '5' }]],
    [c('lines', 'contains', { sku: 'a' }), 'contains(#0, :0)', [{ M: { k: { S: 'a' } } }]],
    [c('free', 'contains', 5), 'contains(#0, :0)', [{ N: '5' }]],
    [c('total', 'exists', true), 'attribute_exists(#0)', undefined],
    [c('total', 'exists', false), 'attribute_not_exists(#0)', undefined],
    [c('free', 'type', 'SS'), 'attribute_type(#0, :0)', [{ S: 'SS' }]],
    [c('labels', 'size >=', 2), 'size(#0) >= :0', [{ N: '2' }]],
    [c('labels', 'size <>', 0), 'size(#0) <> :0', [{ N: '0' }]],
    [c('status', '=', null), '#0 = :0', [{ NULL: true }]],
    [c('lines[1].sku', '=', 'a'), '#0[1].#1 = :0', [{ S: 'a' }]],
  ])('%j', (condition, text, values) => {
    const expression = written(condition);
    expect(expression.text).toBe(text);
    expect(expression.values && Object.values(expression.values)).toEqual(values);
  });

  it('looks for text in text, and for whole elements in a list', () => {
    expect(() => written(c('status', 'contains', 5))).toThrow(expect.objectContaining({ keyword: 'type' }));
    expect(() => written(c('lines', 'contains', {}))).toThrow(expect.objectContaining({ keyword: 'required' }));
    expect(written(c('lines', 'contains', { sku: 'a' }))).toMatchObject({ values: { ':0': { M: { k: { S: 'a' } } } } });
  });

  it('takes 100 values and no more', () => {
    const values = (count: number) => Array.from({ length: count }, (_, i) => i);
    expect(written(c('total', 'in', values(100))).text).toContain(':99)');
    expect(() => written(c('total', 'in', values(101)))).toThrow(expect.objectContaining({ keyword: 'in' }));
  });

  it.each(['size =', 'size <>', 'size <', 'size <=', 'size >', 'size >='])('with %s', (operator) => {
    expect(written(c('labels', operator, 3))).toMatchObject({
      text: `size(#0) ${operator.slice(5)} :0`,
      values: { ':0': { N: '3' } },
    });
  });

  it('puts names and values into placeholders, never into the text', () => {
    const hostile = 'x OR attribute_exists(secret)';
    const { text, names, values } = written(c('free.a) OR (b', '=', hostile));
    expect(text).toBe('#0.#1 = :0');
    expect(names).toEqual({ '#0': 'free', '#1': 'a) OR (b' });
    expect(values).toEqual({ ':0': { S: hostile } });
  });

  it('does not apply the keywords: an older value can be looked for', () => {
    expect(written(c('status', '=', 'shipped')).values).toEqual({ ':0': { S: 'shipped' } });
  });

  it.each<[string, Condition, object]>([
    ['an unknown attribute', c('colour', '=', 'red'), { path: 'colour' }],
    ['a wrong type', c('total', '=', '5'), { path: 'total', keyword: 'type' }],
    ['a wrong type in a list', c('total', 'in', [1, '2']), { path: 'total', keyword: 'type' }],
    ['no values', c('total', 'in', []), { path: 'total', keyword: 'in' }],
    ['101 values', c('total', 'in', new Array(101).fill(1)), { path: 'total', keyword: 'in' }],
    ['one value for several', c('total', 'in', 5), { path: 'total', keyword: 'in' }],
    ['one bound', c('total', 'between', [1]), { path: 'total', keyword: 'type' }],
    ['bounds that are no array', c('total', 'between', 1), { path: 'total', keyword: 'type' }],
    ['bounds in the wrong order', c('total', 'between', [10, 9]), { path: 'total', keyword: 'between' }],
    ['bounds of two types', c('free', 'between', [1, 'a']), { path: 'free', keyword: 'type' }],
    ['a number as a start', c('free', 'beginsWith', 1), { path: 'free', keyword: 'type' }],
    ['an unknown stored type', c('total', 'type', 'X'), { path: 'total', keyword: 'type' }],
    ['existence that is no boolean', c('total', 'exists', undefined), { path: 'total', keyword: 'type' }],
    ['a size that is no whole number', c('labels', 'size =', 1.5), { path: 'labels', keyword: 'type' }],
    ['an element of another type', c('prices', 'contains', 5), { path: 'prices', keyword: 'type' }],
    ['an unknown operator', c('total', '==', 5), { path: 'total', keyword: 'condition' }],
    ['an attribute that only a composed key holds', c('orderId', '=', 'o1'), { path: 'orderId' }],
    ['undefined', c('total', '=', undefined), { path: 'total', keyword: 'type' }],
  ])('refuses %s', (_what, condition, problem) => {
    expect(() => written(condition)).toThrow(expect.objectContaining(problem));
  });
});

describe('an order', () => {
  const operators = ['<', '<=', '>', '>=', 'between'];
  const compared = (path: string, operator: string, value: unknown): Condition =>
    c(path, operator, operator === 'between' ? [value, value] : value);

  it.each<[path: string, value: unknown]>([
    ['gift', true],
    ['gift', null],
    ['status', null],
    ['labels', new Set(['a'])],
    ['prices', ['1']],
    ['lines', []],
    ['lines[0]', { sku: 'a' }],
    ['free', false],
    ['free', null],
    ['free', [1]],
    ['free', { a: 1 }],
    ['free', new Set([1])],
  ])('DynamoDB has none of is refused: %s, case %#', (path, value) => {
    for (const operator of operators) {
      expect(() => written(compared(path, operator, value))).toThrow(
        expect.objectContaining({ path, keyword: 'type' }),
      );
    }
    for (const operator of ['=', '<>']) expect(written(c(path, operator, value)).text).toContain(operator);
  });

  it.each<[path: string, value: unknown]>([
    ['status', 'open'],
    ['total', 1],
    ['body', new Uint8Array()],
    ['placedAt', new Date(0)],
    ['free', 'a'],
    ['free', 1n],
  ])('of %s is taken, case %#', (path, value) => {
    for (const operator of operators) expect(written(compared(path, operator, value)).text).not.toBe('');
  });

  it.each<[path: string, low: unknown, high: unknown]>([
    ['total', 9, 10],
    ['total', -10, -9],
    ['total', -1e-7, 0],
    ['total', 0, 1e-7],
    ['total', 0.12, 0.123],
    ['total', 2e21, 1e22],
    ['free', 9007199254740992n, 9007199254740993n],
    ['free', '\uffff', '😀'], // by UTF-8 bytes; by UTF-16 units it is the other way round
    ['body', new Uint8Array([1]), new Uint8Array([1, 0])],
    ['placedAt', new Date(0), new Date(1)],
  ])('is checked of the bounds of %s: case %#', (path, low, high) => {
    expect(written(c(path, 'between', [low, high])).text).toContain('BETWEEN');
    expect(() => written(c(path, 'between', [high, low]))).toThrow(
      expect.objectContaining({ path, keyword: 'between' }),
    );
  });
});

describe('joined conditions', () => {
  const a = c('total', '=', 1);
  const b = c('total', '=', 2);

  it.each<[Condition, string]>([
    [c.and(a, b), '(#0 = :0 AND #0 = :1)'],
    [c.or(a, b), '(#0 = :0 OR #0 = :1)'],
    [c.not(a), 'NOT (#0 = :0)'],
    [c.not(c.not(a)), 'NOT (NOT (#0 = :0))'],
    [c.not(c.or(a, b)), 'NOT (#0 = :0 OR #0 = :1)'],
    [c.and(a), '#0 = :0'],
    [c.or(c.and(a)), '#0 = :0'],
    [c.and(c.or(a, b), c.not(c.and(a, b))), '((#0 = :0 OR #0 = :1) AND NOT (#0 = :2 AND #0 = :3))'],
  ])('%j', (condition, text) => {
    expect(written(condition).text).toBe(text);
    // DynamoDB refuses parentheses directly around parentheses.
    expect(text).not.toMatch(/^\(\((?:[^()]|\([^()]*\))*\)\)$/);
  });

  it.each([c.and(), c.or(), c.not(c.and())])('join at least one', (condition) => {
    expect(() => written(condition)).toThrow(expect.objectContaining({ keyword: 'condition' }));
  });
});
