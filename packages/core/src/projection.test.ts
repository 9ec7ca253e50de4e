import { describe, expect, it } from 'vitest';
import { readSelected } from './codec/item-codec.ts';
import { compileModel } from './compiled-model.ts';
import { Expression } from './expression.ts';
import { any, defineModel, integer, list, map, record, string } from './index.ts';
import { projectionExpression, selectionOf } from './projection.ts';

const Order = compileModel(
  defineModel({
    name: 'Order',
    table: 'shop',
    key: {
      partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' },
      sort: { attribute: 'SK', template: 'ORDER#{orderId}' },
    },
    attributes: {
      customerId: string(),
      orderId: string(),
      status: string({ name: 's', default: 'open' }),
      address: map({ city: string({ name: 'c' }), zip: string() }),
      lines: list(map({ sku: string(), tags: list(string(), { optional: true }) })),
      matrix: list(list(integer()), { optional: true }),
      counts: record(integer(), { optional: true }),
      free: any({ optional: true }),
      'dotted.name': string({ optional: true }),
    },
  }),
);

function projected(...selected: string[]): string {
  const expression = new Expression();
  const text = projectionExpression(Order, selectionOf(Order, selected), expression);
  const { ExpressionAttributeNames: names = {} } = expression.params();
  return text.replace(/#\d+/g, (placeholder) => names[placeholder] as string);
}

describe('projectionExpression', () => {
  it.each<[string[], string]>([
    [[], 'PK, SK'],
    [['orderId', 'customerId'], 'PK, SK'],
    [['status'], 'PK, SK, s'],
    [['status', 'status'], 'PK, SK, s'],
    [['address.city', 'address.zip'], 'PK, SK, address.c, address.zip'],
    [['lines[0].sku', 'lines[10].sku', 'lines[1]'], 'PK, SK, lines[0].sku, lines[10].sku, lines[1]'],
    [['lines[0].tags[2]'], 'PK, SK, lines[0].tags[2]'],
    [['matrix[0][1]', 'matrix[0][2]'], 'PK, SK, matrix[0][1], matrix[0][2]'],
    [['counts.red'], 'PK, SK, counts.red'],
    [['free.a[0].b'], 'PK, SK, free.a[0].b'],
    [['dotted.name'], 'PK, SK, dotted.name'],
  ])('fetches the keys and %j', (selected, text) => {
    expect(projected(...selected)).toBe(text);
  });
});

it('fetches the keys of an index as well, where it is read through one', () => {
  const Visit = compileModel(
    defineModel({
      name: 'Visit',
      table: 'visits',
      key: { partition: 'id' },
      attributes: { id: string(), shop: string({ name: 's' }), day: string() },
      indexes: { byShop: { partition: 'shop', sort: 'day' } },
    }),
  );
  const expression = new Expression();
  const selection = selectionOf(Visit, ['day']);
  const text = projectionExpression(Visit, selection, expression, Visit.indexes.get('byShop'));
  expect(text).toBe('#0, #1, #2');
  expect(expression.params().ExpressionAttributeNames).toEqual({ '#0': 'id', '#1': 's', '#2': 'day' });
});

describe('selectionOf', () => {
  it.each<[string[], string]>([
    [['address', 'address.city'], 'address.city'],
    [['address.city', 'address'], 'address'],
    [['lines[0].sku', 'lines[0]'], 'lines[0]'],
    [['lines[0].tags', 'lines[0].tags[1]'], 'lines[0].tags[1]'],
    [['free.a', 'free[0]'], 'free[0]'],
    [['free.a.b', 'free.a[0]'], 'free.a[0]'],
  ])('refuses paths that overlap: %j', (selected, path) => {
    const problem = { path, keyword: 'select', message: expect.stringContaining('overlaps with') };
    expect(() => selectionOf(Order, selected)).toThrow(expect.objectContaining(problem));
  });

  it.each(['colour', 'address.street', 'status.x', 'lines.sku', 'lines[x]', 'lines[-1]', '', 'address.', 'address[0]'])(
    'refuses %j, which leads nowhere',
    (path) => {
      expect(() => selectionOf(Order, [path])).toThrow(expect.objectContaining({ keyword: 'select', path }));
    },
  );
});

describe('readSelected', () => {
  const stored = {
    PK: { S: 'CUSTOMER#c1' },
    SK: { S: 'ORDER#o1' },
    address: { M: { c: { S: 'Oslo' } } },
    lines: { L: [{ M: { sku: { S: 'a' } } }, { M: {} }] },
  };
  const read = (...selected: string[]) => readSelected(Order, stored, selectionOf(Order, selected).fields);

  it('reads parts, which may be missing, and keys from the composed key', () => {
    expect(read('customerId', 'address.city', 'lines[0].sku', 'lines[1].sku', 'matrix[0][0]')).toEqual({
      customerId: 'c1',
      address: { city: 'Oslo' },
      lines: [{ sku: 'a' }, {}],
    });
  });

  it('reads whole attributes as the model says: with defaults, and complete', () => {
    expect(read('status', 'counts')).toEqual({ status: 'open' });
    expect(() => read('address')).toThrow(expect.objectContaining({ path: 'address.zip', keyword: 'required' }));
    expect(() =>
      readSelected(Order, { ...stored, address: undefined as never }, selectionOf(Order, ['address']).fields),
    ).toThrow(expect.objectContaining({ path: 'address', keyword: 'required' }));
  });
});
