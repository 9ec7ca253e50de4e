import { describe, expect, it } from 'vitest';
import { compileModel } from '../compiled-model.ts';
import { defineModel, string } from '../index.ts';
import { selectionOf } from '../projection.ts';
import { type BatchKey, batchGetParams } from './batch-get.ts';

const Note = compileModel(
  defineModel({
    name: 'Note',
    table: 'notes',
    key: { partition: 'id' },
    attributes: { id: string(), text: string({ name: 't' }), author: string({ optional: true }) },
  }),
);
const Tag = compileModel(
  defineModel({ name: 'Tag', table: 'tags', key: { partition: 'tag' }, attributes: { tag: string() } }),
);
const note = (id: string): BatchKey => ({ model: Note, id, stored: { id: { S: id } } });
const tag = (id: string): BatchKey => ({ model: Tag, id, stored: { tag: { S: id } } });

describe('the request of a batch of reads', () => {
  it('groups its keys by table', () => {
    expect(batchGetParams([note('a'), tag('b'), note('c')], {})).toEqual({
      RequestItems: {
        notes: { Keys: [{ id: { S: 'a' } }, { id: { S: 'c' } }] },
        tags: { Keys: [{ tag: { S: 'b' } }] },
      },
    });
  });

  it('reads consistently from every table', () => {
    expect(batchGetParams([note('a'), tag('b')], { consistent: true }).RequestItems).toMatchObject({
      notes: { ConsistentRead: true },
      tags: { ConsistentRead: true },
    });
  });

  it('fetches the selected attributes, and the key to know items by', () => {
    const selection = selectionOf(Note, ['text']);
    expect(batchGetParams([note('a')], { selection }).RequestItems).toEqual({
      notes: {
        Keys: [{ id: { S: 'a' } }],
        ProjectionExpression: '#0, #1',
        ExpressionAttributeNames: { '#0': 'id', '#1': 't' },
      },
    });
  });
});
