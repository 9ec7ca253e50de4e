import { describe, expect, it } from 'vitest';
import { compileModel } from './compiled-model.ts';
import { any, defineModel, integer, json, list, map, record, string } from './index.ts';
import { resolvePath } from './path.ts';

const Order = compileModel(
  defineModel({
    name: 'Order',
    table: 'orders',
    key: { partition: 'id' },
    attributes: {
      id: string(),
      'odd.name': string({ optional: true, name: 'o' }),
      lines: list(map({ sku: string({ name: 's' }), counts: list(integer()), note: string({ optional: true }) }), {
        name: 'l',
      }),
      labels: record(map({ text: string({ name: 't' }) }, { name: 'ignored' }), { name: 'r' }),
      meta: any({ name: 'm' }),
      settings: json(),
    },
  }),
);

describe('resolvePath', () => {
  it.each([
    ['id', ['id'], 'string'],
    ['odd.name', ['o'], 'string'],
    ['lines', ['l'], 'list'],
    ['lines[0]', ['l', 0], 'map'],
    ['lines[12].sku', ['l', 12, 's'], 'string'],
    ['lines[0].counts[3]', ['l', 0, 'counts', 3], 'integer'],
    ['labels.first', ['r', 'first'], 'map'],
    ['labels.first.text', ['r', 'first', 't'], 'string'],
    ['labels.constructor.text', ['r', 'constructor', 't'], 'string'],
    ['meta.a.b[2].c', ['m', 'a', 'b', 2, 'c'], 'any'],
    ['meta[0]', ['m', 0], 'any'],
  ])('%s is stored at %j', (path, steps, kind) => {
    const resolved = resolvePath(Order, path);
    expect(resolved).toMatchObject({ text: path, steps, attribute: { kind } });
    expect(resolved.property).toBe(path === 'odd.name' ? path : path.split(/[.[]/)[0]);
  });

  it.each([
    '',
    '.',
    'total',
    'constructor',
    '__proto__',
    'id.x',
    'id[0]',
    'lines.sku',
    'lines[0].s',
    'lines[0].constructor',
    'lines[0].__proto__',
    'lines[-1]',
    'lines[x]',
    'lines[0',
    'lines0]',
    'lines[0]sku',
    'lines[0]..sku',
    '.id',
    'id.',
    'labels[0]',
    'labels.first.colour',
    'settings.theme',
    'l',
  ])('%j is no attribute', (path) => {
    expect(() => resolvePath(Order, path)).toThrow(expect.objectContaining({ path, keyword: 'additionalProperties' }));
  });

  it('encodes values of the attribute it leads to', () => {
    expect(resolvePath(Order, 'lines[0].counts[1]').codec.write(5)).toEqual({ N: '5' });
    expect(resolvePath(Order, 'lines[0]').codec.write({ sku: 'a', counts: [] })).toEqual({
      M: { s: { S: 'a' }, counts: { L: [] } },
    });
  });

  it.each([
    ['id', true],
    ['odd.name', false],
    ['lines', true],
    ['lines[0]', false],
    ['lines[0].sku', true],
    ['lines[0].note', false],
    ['lines[0].counts', true],
    ['lines[0].counts[1]', false],
    ['labels.first', false],
    ['labels.first.text', true],
    ['meta.a', false],
  ])('tells whether there must be a value: %s', (path, required) => {
    expect(resolvePath(Order, path).required).toBe(required);
  });

  it('refuses a part of a map in place of all of it', () => {
    const { codec } = resolvePath(Order, 'lines[0]');
    expect(() => codec.write({ sku: 'a' })).toThrow(expect.objectContaining({ path: 'counts', keyword: 'required' }));
    expect(resolvePath(Order, 'lines[1]').codec).toBe(codec);
  });

  it('takes a long path that leads nowhere in no time', () => {
    expect(() => resolvePath(Order, `${'a.'.repeat(50_000)}!]`)).toThrow(
      expect.objectContaining({ keyword: 'additionalProperties' }),
    );
  });
});
