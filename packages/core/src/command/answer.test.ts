import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readAnswer } from './answer.ts';

const ITEM = Buffer.from('{"Item":{"id":{"S":"a"},"n":{"N":"41"}}}');

/** Reads an answer as a client without the SDK's protocol does. */
function read(body: unknown, { status = 200, sum }: { status?: number; sum?: string | undefined } = {}): Promise<any> {
  const headers = sum === undefined ? {} : { 'x-amz-crc32': sum };
  const next = async () => ({ response: { statusCode: status, headers, body } });
  return readAnswer({} as never, 'GetItem')(next, {})({});
}

const changed = (from: string, to: string): Buffer => Buffer.from(ITEM.toString().replace(from, to));

describe('the checksum of an answer', () => {
  const sum = String(crc32(ITEM));

  it.each([
    ['bytes', () => ITEM],
    ['a view of bytes', () => new Uint8Array(ITEM)],
    ['a stream', () => Readable.from([ITEM.subarray(0, 5), ITEM.subarray(5)])],
  ])('is that of %s that arrived whole', async (_name, body) => {
    const { output } = await read(body(), { sum });
    expect(output.Item).toEqual({ id: { S: 'a' }, n: { N: '41' } });
  });

  it.each([
    ['bytes', () => changed('41', '47')],
    ['a stream', () => Readable.from([changed('41', '47')])],
    ['a name', () => changed('"n"', '"m"')],
    ['nothing at all', () => Buffer.alloc(0)],
  ])('tells what was damaged on its way and is JSON all the same: %s', async (_name, body) => {
    const error = await read(body(), { sum }).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'SyntaxError', $metadata: { httpStatusCode: 200 } });
    expect(error.message).not.toMatch(/4[17]/);
  });

  it('tells a damaged refusal', async () => {
    const body = Buffer.from('{"__type":"x#ConditionalCheckFailedException"}');
    const answer = read(body, { status: 400, sum: String(crc32(body) + 1) });
    await expect(answer).rejects.toMatchObject({ name: 'SyntaxError', $metadata: { httpStatusCode: 400 } });
    const refused = read(body, { status: 400, sum: String(crc32(body)) });
    await expect(refused).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  it('is not asked for where there is none', async () => {
    expect((await read(changed('41', '47'))).output.Item.n).toEqual({ N: '47' });
  });

  it('is that of bytes: text of a request handler of the user has none', async () => {
    expect((await read(ITEM.toString(), { sum: '1' })).output.Item.n).toEqual({ N: '41' });
  });
});
