import { describe, expect, it } from 'vitest';
import { compileModel } from '../compiled-model.ts';
import { defineModel, string } from '../index.ts';
import { selectionOf } from '../projection.ts';
import { readItem, readSelected, writeItem, writeKey } from './item-codec.ts';

const generated = { now: new Date('2026-01-31T12:00:00.000Z'), version: 1 };

describe('an attribute named as a member of every object', () => {
  const names = Object.getOwnPropertyNames(Object.prototype);
  const Odd = compileModel(
    defineModel({
      name: 'Odd',
      table: 'odd',
      key: { partition: 'constructor' },
      attributes: Object.fromEntries([
        ...names.map((name) => [name, string({ optional: name !== 'constructor' })] as const),
        ['plain', string({ optional: true, name: 'valueOf2' })],
      ]),
    } as any),
  );

  it('is absent from an item that lacks it', () => {
    const item = { constructor: 'a' };
    expect(Object.keys(writeItem(Odd, item, generated, 'PutItem'))).toEqual(['constructor']);
    expect(Object.entries(readItem(Odd, { constructor: { S: 'a' } as never }))).toEqual([['constructor', 'a']]);
    const optional = selectionOf(
      Odd,
      names.filter((name) => name !== 'constructor'),
    );
    expect(Object.keys(readSelected(Odd, {}, optional.fields))).toEqual([]);
  });

  it('is missing from a key that lacks it', () => {
    const missing = expect.objectContaining({
      problems: [expect.objectContaining({ path: 'constructor', keyword: 'required' })],
    });
    expect(() => writeKey(Odd, {}, 'GetItem')).toThrow(missing);
    expect(() => writeItem(Odd, {}, generated, 'PutItem')).toThrow(missing);
  });

  it('is data where the item has it', () => {
    const item = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
    const stored = structuredClone(writeItem(Odd, item, generated, 'PutItem'));
    expect(Object.keys(stored).sort()).toEqual([...names].sort());
    const read = readItem(Odd, stored);
    expect(Object.entries(read).sort()).toEqual(Object.entries(item).sort());
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.entries(readSelected(Odd, stored, selectionOf(Odd, names).fields)).sort()).toEqual(
      Object.entries(item).sort(),
    );
  });
});
