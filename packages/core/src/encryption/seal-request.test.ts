import { describe, expect, it, vi } from 'vitest';
import { compileModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import { DataKeyUnavailableError } from '../errors.ts';
import { defineModel, string } from '../index.ts';
import { DataKeyError } from './data-key-error.ts';
import type { Place } from './place.ts';
import { Plaintext } from './plaintext.ts';
import { sealBatchWrite, sealPut, sealTransactWrite, sealUpdate } from './seal-request.ts';

const Note = compileModel(
  defineModel({
    name: 'Note',
    table: 'notes',
    key: { partition: 'id' },
    attributes: { id: string(), card: string({ encrypted: true }) },
  }),
);

const seal = vi.fn(async (place: Place, value: Plaintext, _signal?: AbortSignal) => ({
  S: `${value.reveal().S} of ${JSON.stringify(place)}`,
}));
const { signal } = new AbortController();
const connection: Connection = {
  binding: { signal },
  encryption: { seal, boundTable: (table: string) => `${table}!` },
} as never;

const sealed = { S: 'x of {"table":"notes!","model":"Note","key":[["id","S:1"]]}' };
const key = { id: { S: '1' } };
const Item: any = { ...key, card: new Plaintext('card', { S: 'x' }) };
const put = { TableName: 'notes', Item };
const update: any = { TableName: 'notes', Key: key, ExpressionAttributeValues: { ':0': Item.card, ':1': { S: 'y' } } };
const sealedUpdate = { ...update, ExpressionAttributeValues: { ':0': sealed, ':1': { S: 'y' } } };

describe('a sealed request', () => {
  it('is a put, whose item is copied', async () => {
    expect(await sealPut(connection, Note, put, 'PutItem')).toEqual({
      TableName: 'notes',
      Item: { ...key, card: sealed },
    });
    expect(Item.card).toBeInstanceOf(Plaintext);
    expect(seal).toHaveBeenCalledWith(expect.anything(), Item.card, signal);
  });

  it('is an update, at the place of its key', async () => {
    expect(await sealUpdate(connection, Note, update, 'UpdateItem')).toEqual(sealedUpdate);
    const without = { TableName: 'notes', Key: key };
    expect(await sealUpdate(connection, Note, without, 'UpdateItem')).toBe(without);
  });

  it('is a write of a transaction', async () => {
    const write = (item: any) => sealTransactWrite(connection, Note, item, 'TransactWriteItems');
    expect(await write({ Put: put })).toEqual({ Put: { TableName: 'notes', Item: { ...key, card: sealed } } });
    expect(await write({ Update: update })).toEqual({ Update: sealedUpdate });
    const Delete = { TableName: 'notes', Key: key };
    expect(await write({ Delete })).toEqual({ Delete });
  });

  it('is a write of a batch', async () => {
    const write = (request: any) => sealBatchWrite(connection, Note, request, 'BatchWriteItem');
    expect(await write({ PutRequest: { Item } })).toEqual({ PutRequest: { Item: { ...key, card: sealed } } });
    const request = { DeleteRequest: { Key: key } };
    expect(await write(request)).toBe(request);
  });

  it('is none where there is no key, and nothing had been sent', async () => {
    seal.mockRejectedValueOnce(new DataKeyError('failed'));
    const error = await sealPut(connection, Note, put, 'PutItem').catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DataKeyUnavailableError);
    expect(error).toMatchObject({ operation: 'PutItem', model: 'Note' });
    const reason = new Error('time is up');
    seal.mockRejectedValueOnce(reason);
    const late = { ...connection, binding: { signal: AbortSignal.abort(reason) } };
    await expect(sealPut(late, Note, put, 'PutItem')).rejects.toMatchObject({ sent: false, cause: reason });
  });
});
