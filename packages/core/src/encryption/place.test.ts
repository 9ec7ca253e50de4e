import { describe, expect, it } from 'vitest';
import { compileModel } from '../compiled-model.ts';
import { binary, defineModel, number, string } from '../index.ts';
import { additionalData, encryptionContext, type Place, placeOf } from './place.ts';

const Note = compileModel(
  defineModel({
    name: 'Note',
    table: 'arn:aws:dynamodb:eu-west-1:123456789012:table/notes',
    key: { partition: 'page', sort: 'hash' },
    attributes: { page: number(), hash: binary(), card: string({ encrypted: true, optional: true }) },
  }),
);

const place: Place = {
  table: 'notes',
  model: 'Note',
  key: [
    ['page', 'N:5'],
    ['hash', 'B:AQI='],
  ],
};

describe('the place of an item', () => {
  it('is its table, its model and its key, however that is written', () => {
    const stored = { page: { N: '5' }, hash: { B: 'AQI=' }, card: { S: 'x' } };
    expect(placeOf(Note, stored, (table) => table)).toEqual(place);
    expect(placeOf(Note, { ...stored, page: { N: '5.0' } }, (table) => table)).toEqual(place);
    expect(placeOf(Note, stored, (table) => `${table}-old`)).toEqual({ ...place, table: 'notes-old' });
  });
});

// Stored ciphertexts were made with exactly these texts: to change one makes all of them unreadable.
describe('what a ciphertext is bound to', () => {
  it('is in version 1 the name of the attribute', () => {
    expect(additionalData(1, place, 'card')).toBe('theorydb:encrypted:v1|attr=card');
    expect(encryptionContext(1, place)).toBeUndefined();
  });

  it('is in version 2 the place as well', () => {
    expect(additionalData(2, place, 'card')).toBe(
      '["tabletheory:encrypted:v2","notes","Note",[["page","N:5"],["hash","B:AQI="]],"card"]',
    );
    expect(encryptionContext(2, place)).toEqual({ 'tabletheory:table': 'notes', 'tabletheory:model': 'Note' });
  });
});
