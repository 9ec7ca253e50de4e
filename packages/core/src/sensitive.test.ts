import { describe, expect, it } from 'vitest';
import { defineModel, list, map, record, string, stringSet } from './index.ts';
import { sensitiveAttributesOf } from './sensitive.ts';

describe('sensitiveAttributesOf', () => {
  it('names sensitive attributes in code and in the table, at any depth, once', () => {
    const Person = defineModel({
      name: 'Person',
      table: 'people',
      key: { partition: 'id' },
      attributes: {
        id: string(),
        email: string({ sensitive: true, name: 'e' }),
        address: map({ city: string(), street: string({ sensitive: true, name: 'st' }) }),
        contacts: list(map({ phone: string({ sensitive: true }) })),
        notes: record(map({ text: string({ sensitive: true }), phone: string({ sensitive: true }) })),
        tokens: stringSet({ sensitive: true }),
        keys: list(string({ sensitive: true }), { name: 'k' }),
        codes: record(list(string({ sensitive: true }))),
        open: list(string()),
      },
    });
    expect(sensitiveAttributesOf(Person).sort()).toEqual(
      ['email', 'e', 'street', 'st', 'phone', 'text', 'tokens', 'keys', 'k', 'codes'].sort(),
    );
  });

  it('names nothing where nothing is sensitive', () => {
    const Plain = defineModel({ name: 'Plain', table: 't', key: { partition: 'id' }, attributes: { id: string() } });
    expect(sensitiveAttributesOf(Plain)).toEqual([]);
  });
});
