import { describe, expect, it } from 'vitest';
import { compileModel } from '../compiled-model.ts';
import { binary, decimal, defineModel, string } from '../index.ts';
import { identities } from './item-identity.ts';

const Price = compileModel(
  defineModel({
    name: 'Price',
    table: 'prices',
    key: { partition: 'amount', sort: 'digest' },
    attributes: { amount: decimal(), digest: binary(), note: string({ optional: true }) },
  }),
);
const Note = compileModel(
  defineModel({ name: 'Note', table: 'notes', key: { partition: 'id' }, attributes: { id: string() } }),
);
const identityOf = identities([Price, Note]);
const price = (N: string, bytes: Uint8Array, more: object = {}): string =>
  identityOf('prices', { amount: { N }, digest: { B: Buffer.from(bytes).toString('base64') }, ...more });

describe('the identity of an item', () => {
  it('is that of its key, however numbers and bytes are written', () => {
    const id = price('100', Uint8Array.of(0, 255));
    expect(price('100.0', Buffer.from([0, 255]))).toBe(id);
    expect(price('1E2', Uint8Array.of(0, 255), { note: { S: 'x' } })).toBe(id);
    expect(price('-0', new Uint8Array())).toBe(price('0', Buffer.alloc(0)));
  });

  it('differs for every other key', () => {
    const ids = [
      price('1', Uint8Array.of(1)),
      price('-1', Uint8Array.of(1)),
      price('10', Uint8Array.of(1)),
      price('1', Uint8Array.of(1, 0)),
      price('1.0000000000000000000000000000000000001', Uint8Array.of(1)),
      identityOf('notes', { id: { S: '1' } }),
      identityOf('notes', { id: { S: 'N1' } }),
      identityOf('notes', { id: { N: '1' } }),
      identityOf('notes', { id: { S: '","' } }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
