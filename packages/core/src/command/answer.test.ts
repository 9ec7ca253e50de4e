import { PassThrough, Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { readAnswer, throwRefusals } from './answer.ts';

const ITEM = Buffer.from('{"Item":{"id":{"S":"a"},"n":{"N":"41"}}}');

interface Given {
  readonly status?: number;
  readonly sum?: string | undefined;
  readonly headers?: Record<string, string>;
}

/** Reads an answer as a client without the SDK's protocol does. */
function read(body: unknown, { status = 200, sum, headers: given = {} }: Given = {}): Promise<any> {
  const headers = sum === undefined ? given : { 'x-amz-crc32': sum };
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

/** The refusal a client without the SDK's protocol throws for an answer. */
const refused = (body: unknown, given: Parameters<typeof read>[1] = { status: 400 }): Promise<any> =>
  read(body, given).then(
    () => expect.unreachable(),
    (error) => error,
  );

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

describe('an answer', () => {
  it.each([undefined, null, '', Buffer.alloc(0)])('without a body is empty: %o', async (body) => {
    const { response, output } = await read(body);
    expect(response.statusCode).toBe(200);
    expect(output).toEqual({ $metadata: { httpStatusCode: 200 } });
  });

  it.each(['x-amzn-requestid', 'x-amzn-request-id', 'x-amz-request-id'])('has its id: %s', async (name) => {
    const headers = { [name]: 'r1', 'x-amz-id-2': 'x2', 'x-amz-cf-id': 'c1' };
    const { output } = await read(ITEM, { headers });
    expect(output.$metadata).toEqual({ httpStatusCode: 200, requestId: 'r1', extendedRequestId: 'x2', cfId: 'c1' });
  });

  it.each(['null', '5', '"a"', '[]', '{', 'true'])('that is no object was damaged: %s', async (body) => {
    const error = await refused(Buffer.from(body), { status: 200 });
    expect(error).toMatchObject({ name: 'SyntaxError', $metadata: { httpStatusCode: 200 } });
    expect(error.message).toBe('The answer was damaged');
  });

  it('of one part or of none is read from a stream', async () => {
    expect((await read(Readable.from([ITEM]))).output.Item.n).toEqual({ N: '41' });
    expect((await read(Readable.from([]))).output).toEqual({ $metadata: { httpStatusCode: 200 } });
  });

  it('is read from a view of a part of its bytes', async () => {
    const around = new Uint8Array(Buffer.concat([Buffer.from('{"a":'), ITEM, Buffer.from('}')]));
    expect((await read(around.subarray(5, 5 + ITEM.length))).output.Item.id).toEqual({ S: 'a' });
  });

  it.each([200, 400])('that breaks off tells its status: %i', async (status) => {
    const broken = new PassThrough();
    const error = refused(broken, { status });
    broken.write('{"Item"');
    broken.destroy();
    expect(await error).toMatchObject({
      message: 'The answer broke off',
      code: 'ECONNRESET',
      $metadata: { httpStatusCode: status },
    });
    const failing = new PassThrough();
    const thrown = refused(failing, { status });
    failing.destroy(Object.assign(new Error('x'), { code: 'EPIPE' }));
    expect(await thrown).toMatchObject({ code: 'EPIPE', $metadata: { httpStatusCode: status } });
  });
});

describe('a refusal', () => {
  const Item = { id: { S: 's3cret' } };

  it.each([
    [299, false],
    [300, true],
    [399, true],
  ])('has a status of 300 or more: %i', async (status, refuses) => {
    const answer = read(json({ a: 1 }), { status });
    if (refuses) await expect(answer).rejects.toMatchObject({ $metadata: { httpStatusCode: status } });
    else await expect(answer).resolves.toMatchObject({ output: { a: 1 } });
  });

  it.each([
    [
      { __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException', message: 'slow' },
      'ThrottlingException',
      'slow',
    ],
    [{ __type: 'ThrottlingException', Message: 'Slow' }, 'ThrottlingException', 'Slow'],
    [{ message: 'slow', Message: 'Slow' }, 'UnknownError', 'slow'],
    [{}, 'UnknownError', ''],
  ])('has a name and a message: case %#', async (body, name, message) => {
    const error = await refused(json(body));
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name, message, $fault: 'client' });
  });

  it.each([
    [499, 'client'],
    [500, 'server'],
    [503, 'server'],
  ])('of status %i is the fault of the %s', async (status, $fault) => {
    expect(await refused(json({}), { status })).toMatchObject({ $fault });
  });

  it('keeps its item and its reasons as they are stored, without nulls', async () => {
    const CancellationReasons = [
      { Code: 'None', Item: null },
      { Code: 'None' },
      { Code: 'ConditionalCheckFailed', Message: 'no', Item },
    ];
    const error = await refused(json({ Item, CancellationReasons }));
    expect(error.Item).toEqual(Item);
    expect(error.CancellationReasons).toEqual([{ Code: 'None' }, { Code: 'None' }, CancellationReasons[2]]);
    expect(error.CancellationReasons[0]).not.toHaveProperty('Item');
    const without = await refused(json({ Item: null }));
    expect(without).not.toHaveProperty('Item');
    expect(without).not.toHaveProperty('CancellationReasons');
  });

  it('has its answer where no logger sees it, and without the body', async () => {
    const error = await refused(json({ Item }), { status: 400, headers: { 'x-amzn-requestid': 'r1' } });
    expect(error.$response).toEqual({ statusCode: 400, headers: { 'x-amzn-requestid': 'r1' }, body: undefined });
    expect(Object.keys(error)).not.toContain('$response');
    expect(error.$metadata).toMatchObject({ httpStatusCode: 400, requestId: 'r1' });
  });

  it.each([
    ['<html>', 502],
    ['<html>', 500],
    ['null', 502],
    ['5', 502],
    ['"text"', 502],
  ])('of a gateway still has its status: %s, %i', async (body, status) => {
    expect(await refused(Buffer.from(body), { status })).toMatchObject({
      name: 'UnknownError',
      $fault: 'server',
      $metadata: { httpStatusCode: status },
    });
  });

  it('of a failure has its name', async () => {
    const body = json({ __type: 'x#InternalServerError', message: 'sorry' });
    expect(await refused(body, { status: 500 })).toMatchObject({ name: 'InternalServerError', message: 'sorry' });
  });

  it.each(['<html>', '[]'])('that is no JSON of DynamoDB was damaged: %s', async (body) => {
    expect(await refused(Buffer.from(body), { status: 499 })).toMatchObject({ name: 'SyntaxError' });
  });

  it('without a body still has its status', async () => {
    expect(await refused(Buffer.alloc(0))).toMatchObject({ name: 'UnknownError', $metadata: { httpStatusCode: 400 } });
  });
});

describe("a refusal on a client with the SDK's protocol", () => {
  const Item = { id: { S: 's3cret' } };
  const body = json({ __type: 'x#ConditionalCheckFailedException', message: 'no', Item, CancellationReasons: [] });
  const response = { statusCode: 400, headers: { 'x-amzn-requestid': 'r1' }, body };

  function through(step: typeof readAnswer, deserializeResponse: (...args: any[]) => Promise<unknown>): Promise<any> {
    const config = { region: 'of the client', protocol: { deserializeResponse } } as never;
    const handler = step(config, 'GetItem')(async () => ({ response }), { commandName: 'GetItemCommand' });
    return handler({}).catch((error) => error);
  }

  it.each([readAnswer, throwRefusals])('is its exception, made without the items: case %#', async (step) => {
    const exception = new Error('the SDK’s');
    const deserialize = vi.fn(async () => {
      throw exception;
    });
    expect(await through(step, deserialize)).toBe(exception);
    expect(exception).toMatchObject({ Item, CancellationReasons: [], $metadata: { requestId: 'r1' } });
    const [schema, context, given] = deserialize.mock.calls[0] as any[];
    expect(schema).toEqual({ namespace: 'com.amazonaws.dynamodb', name: 'GetItem', traits: 0, input: 15, output: 15 });
    expect(context).toMatchObject({ region: 'of the client', commandName: 'GetItemCommand' });
    expect(given).toMatchObject({ statusCode: 400, headers: response.headers });
    expect(JSON.parse(given.body)).toEqual({ __type: 'x#ConditionalCheckFailedException', message: 'no' });
  });

  it('is one of our own where the protocol makes none', async () => {
    const error = await through(readAnswer, async () => ({}));
    expect(error).toMatchObject({ name: 'ConditionalCheckFailedException', message: 'no', $fault: 'client', Item });
  });

  it('is no answer: that is left to the SDK, unread', async () => {
    const answer = { response: { statusCode: 299, headers: {}, body: ITEM } };
    const next = async () => answer;
    expect(await throwRefusals({} as never, 'GetItem')(next, {})({})).toBe(answer);
    const refusal = { response: { statusCode: 300, headers: {}, body: Buffer.alloc(0) } };
    const refusing = throwRefusals({} as never, 'GetItem')(async () => refusal, {})({});
    await expect(refusing).rejects.toMatchObject({ $metadata: { httpStatusCode: 300 } });
  });
});
