import { describe, expect, it } from 'vitest';
import { compileModel } from '../compiled-model.ts';
import { defineModel, string } from '../index.ts';
import { batchWriteParams } from './batch-write.ts';

const modelIn = (table: string) =>
  compileModel(defineModel({ name: table, table, key: { partition: 'id' }, attributes: { id: string() } }));

describe('the request of a batch of writes', () => {
  it('groups its writes by table', () => {
    const [notes, tags] = [modelIn('notes'), modelIn('tags')];
    const put = { PutRequest: { Item: { id: { S: 'a' } } } };
    const remove = { DeleteRequest: { Key: { id: { S: 'b' } } } };
    const writes = [
      { model: notes, id: '0', request: put },
      { model: tags, id: '1', request: remove },
      { model: notes, id: '2', request: remove },
    ];
    expect(batchWriteParams(writes)).toEqual({ RequestItems: { notes: [put, remove], tags: [remove] } });
  });
});
