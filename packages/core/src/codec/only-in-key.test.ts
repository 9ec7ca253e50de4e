import { describe, expect, it } from 'vitest';
import { type CompiledModel, compileModel } from '../compiled-model.ts';
import { defineModel, string } from '../index.ts';
import { selectionOf } from '../projection.ts';
import type { StoredItem } from './attribute-value.ts';
import { readItem, readSelected, writeItem, writeKey } from './item-codec.ts';

const write = (model: CompiledModel, item: object): StoredItem =>
  writeItem(model, item, { now: new Date(0), version: 1 }, 'PutItem');

describe('a key composed of what an index has by itself', () => {
  const definition = {
    name: 'Seat',
    table: 'seats',
    key: { partition: { attribute: 'PK', template: '{hall}#{row}' } },
    attributes: { hall: string(), row: string() },
  } as const;
  const HallInKey = compileModel(defineModel({ ...definition, indexes: { byRow: { partition: 'row' } } }));
  const AllStored = compileModel(
    defineModel({ ...definition, indexes: { byRow: { partition: 'row', sort: 'hall' } } }),
  );
  const seat = { hall: 'a', row: '1' };

  it('is written beside it', () => {
    expect(write(HallInKey, seat)).toEqual({ PK: { S: 'a#1' }, row: { S: '1' } });
    expect(write(AllStored, seat)).toEqual({ PK: { S: 'a#1' }, hall: { S: 'a' }, row: { S: '1' } });
    expect(writeKey(HallInKey, seat, 'GetItem')).toEqual({ PK: { S: 'a#1' } });
  });

  it('is read for what it alone holds', () => {
    const stored: StoredItem = { PK: { S: 'a#1' }, row: { S: '2' } };
    const { fields } = selectionOf(HallInKey, ['hall', 'row']);
    expect(readItem(HallInKey, stored)).toEqual({ hall: 'a', row: '2' });
    expect(readSelected(HallInKey, stored, fields)).toEqual({ hall: 'a', row: '2' });
  });

  it('is refused where the model did not make it', () => {
    const problem = expect.objectContaining({ path: 'PK', keyword: 'key', message: 'was not made by the model' });
    expect(() => readItem(HallInKey, { PK: { S: 'made otherwise' }, row: { S: '1' } })).toThrow(problem);
  });

  it('is not read where it alone holds nothing', () => {
    const stored: StoredItem = { PK: { S: 'made otherwise' }, hall: { S: 'a' }, row: { S: '1' } };
    const { fields } = selectionOf(AllStored, ['hall', 'row']);
    expect(readItem(AllStored, stored)).toEqual(seat);
    expect(readSelected(AllStored, stored, fields)).toEqual(seat);
  });
});
