import { describe, expect, it } from 'vitest';
import { type Answer, ResponseParser } from './response-parser.ts';

interface Parsed extends Answer {
  readonly keepsConnection: boolean;
}

/** Reads one answer; `undefined` when it is not whole. */
function parse(text: string, { method = 'POST', parts = 1, isEnd = false } = {}): Parsed | undefined {
  const parser = new ResponseParser(method);
  const bytes = Buffer.from(text, 'latin1');
  let isWhole = false;
  const size = Math.ceil(bytes.length / parts);
  for (let at = 0; at < bytes.length; at += size) isWhole = parser.push(bytes.subarray(at, at + size));
  if (isEnd) isWhole = parser.end();
  return isWhole ? { ...parser.answer, keepsConnection: parser.keepsConnection } : undefined;
}

function lines(...all: string[]): string {
  return `${all.join('\r\n')}\r\n\r\n`;
}

describe('ResponseParser', () => {
  it('reads status, headers and a body of a given length', () => {
    const answer = parse(`${lines('HTTP/1.1 400 Bad Request', 'Content-Length: 3', 'X-A:  \t b c \t')}abc`);
    expect(answer).toEqual({
      statusCode: 400,
      headers: { 'content-length': '3', 'x-a': 'b c' },
      body: Buffer.from('abc'),
      keepsConnection: true,
    });
  });

  it.each(['HTTP/1.1 200', 'HTTP/1.1 200 ', 'HTTP/1.1 200 All is well', 'HTTP/1.1 200 gr\xfc\xdf'])(
    'takes the status line %j',
    (line) => {
      expect(parse(lines(line, 'content-length: 0'))?.statusCode).toBe(200);
    },
  );

  it('joins repeated headers as Node does', () => {
    const all = ['X-A: 1', 'x-a: 2', 'Server: a', 'server: b', 'retry-after: 1', 'Retry-After: 2', 'X-A: 3'];
    const { headers } = parse(lines('HTTP/1.1 200 OK', 'content-length: 0', ...all)) as Parsed;
    expect(headers).toEqual({ 'content-length': '0', 'x-a': '1, 2, 3', server: 'a', 'retry-after': '1' });
  });

  it('takes `__proto__` as a name like others', () => {
    const { headers } = parse(
      lines('HTTP/1.1 200 OK', 'content-length: 0', '__proto__: x', 'constructor: y'),
    ) as Parsed;
    expect(Object.entries(headers)).toEqual([
      ['content-length', '0'],
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.getPrototypeOf(headers)).toBeNull();
  });

  it('reads chunks, and leaves out extensions and trailers', () => {
    const head = lines('HTTP/1.1 200 OK', 'Transfer-Encoding: Chunked');
    const text = `${head}5\r\nabcde\r\n1A;name="x"\r\n${'f'.repeat(26)}\r\n0\r\nx-later: 1\r\nx: 2\r\n\r\n`;
    for (const parts of [1, text.length]) {
      const answer = parse(text, { parts });
      expect(answer?.body.toString()).toBe(`abcde${'f'.repeat(26)}`);
      expect(answer?.headers).toEqual({ 'transfer-encoding': 'Chunked' });
      expect(answer?.keepsConnection).toBe(true);
    }
    for (let cut = 1; cut < text.length; cut++) {
      const parser = new ResponseParser('POST');
      expect(parser.push(Buffer.from(text.slice(0, cut)))).toBe(false);
      expect(parser.push(Buffer.from(text.slice(cut)))).toBe(true);
    }
    expect(parse(`${head}0\r\n\r\n`)?.body).toHaveLength(0);
    expect(parse(`${head}0\r\n`)).toBeUndefined();
    expect(parse(`${head}5\r\nabcde\r\n`, { isEnd: true })).toBeUndefined();
  });

  it('reads a body without length to the end of the connection', () => {
    const text = `${lines('HTTP/1.1 200 OK', 'x: 1')}abc`;
    expect(parse(text)).toBeUndefined();
    expect(parse(text, { isEnd: true })).toMatchObject({ body: Buffer.from('abc'), keepsConnection: false });
  });

  it.each([
    ['before its head', 'HTTP/1.1 200'],
    ['within its head', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n'],
    ['within its body', `${lines('HTTP/1.1 200 OK', 'content-length: 3')}ab`],
  ])('knows an answer that ends %s', (_where, text) => {
    expect(parse(text)).toBeUndefined();
    expect(parse(text, { isEnd: true })).toBeUndefined();
  });

  it('tells of the head as soon as it has come', () => {
    const parser = new ResponseParser('POST');
    parser.push(Buffer.from('HTTP/1.1 500 No\r\nx-amzn-requestid: r\r\ncontent-length: 9\r\n\r'));
    expect(parser.head).toBeUndefined();
    parser.push(Buffer.from('\n'));
    expect(parser.head).toEqual({ statusCode: 500, headers: { 'x-amzn-requestid': 'r', 'content-length': '9' } });
  });

  it('skips informational answers', () => {
    const text = `${lines('HTTP/1.1 100 Continue')}${lines('HTTP/1.1 103 Early Hints', 'x-early: 1')}${lines('HTTP/1.1 200 OK', 'content-length: 1')}a`;
    for (const parts of [1, text.length]) {
      expect(parse(text, { parts })).toEqual({
        statusCode: 200,
        headers: { 'content-length': '1' },
        body: Buffer.from('a'),
        keepsConnection: true,
      });
    }
    expect(parse(lines('HTTP/1.1 100 Continue'), { isEnd: true })).toBeUndefined();
  });

  it.each([
    ['204', 'POST'],
    ['304', 'POST'],
    ['200', 'HEAD'],
  ])('knows that %s to %s has no body', (status, method) => {
    for (const header of ['x: 1', 'content-length: 5', 'transfer-encoding: chunked']) {
      expect(parse(lines(`HTTP/1.1 ${status} x`, header), { method })).toMatchObject({
        body: Buffer.alloc(0),
        keepsConnection: true,
      });
    }
  });

  it.each<[boolean, string, string[]]>([
    [true, 'HTTP/1.1', []],
    [true, 'HTTP/1.1', ['Connection: Keep-Alive']],
    [false, 'HTTP/1.1', ['Connection: Close']],
    [false, 'HTTP/1.1', ['connection: keep-alive,close']],
    [false, 'HTTP/1.1', ['connection: x', 'connection: close']],
    [false, 'HTTP/1.0', []],
    [true, 'HTTP/1.0', ['connection: keep-alive']],
    [false, 'HTTP/1.0', ['connection: close']],
    [false, 'HTTP/1.0', ['connection: x']],
  ])('says %s to the next request after %s with %j', (keeps, version, headers) => {
    expect(parse(lines(`${version} 200 OK`, 'content-length: 0', ...headers))?.keepsConnection).toBe(keeps);
  });

  it('does not keep a connection with more on it than was asked for, or with an unlikely framing', () => {
    expect(parse(`${lines('HTTP/1.1 200 OK', 'content-length: 1')}ab`)).toMatchObject({
      body: Buffer.from('a'),
      keepsConnection: false,
    });
    expect(parse(`${lines('HTTP/1.1 204 OK', 'content-length: 1')}a`)?.keepsConnection).toBe(false);
    const old = lines('HTTP/1.0 200 OK', 'connection: keep-alive', 'transfer-encoding: chunked');
    expect(parse(`${old}0\r\n\r\n`)?.keepsConnection).toBe(false);
  });

  const OK = 'HTTP/1.1 200 OK';

  it.each<[string, string]>([
    ['HPE_INVALID_CONSTANT', lines('nonsense')],
    ['HPE_INVALID_CONSTANT', lines('HTTP/2 200 OK')],
    ['HPE_INVALID_CONSTANT', lines('HTTP/1.1 20 OK')],
    ['HPE_INVALID_CONSTANT', lines('HTTP/1.1 099 OK')],
    ['HPE_INVALID_CONSTANT', lines('HTTP/1.1  200 OK')],
    ['HPE_INVALID_CONSTANT', `\r\n${lines(OK)}`],
    ['HPE_INVALID_CONSTANT', lines('HTTP/1.1 200 O\0K')],
    ['HPE_INVALID_CONSTANT', lines('HTTP/1.1 200 OK\nx: 1')],
    ['HPE_INVALID_STATUS', lines('HTTP/1.1 101 Switching Protocols', 'upgrade: x')],
    ['HPE_INVALID_HEADER_TOKEN', lines(OK, 'nothing')],
    ['HPE_INVALID_HEADER_TOKEN', lines(OK, ': x')],
    ['HPE_INVALID_HEADER_TOKEN', lines(OK, 'x : 1')],
    ['HPE_INVALID_HEADER_TOKEN', lines(OK, ' x: 1')],
    ['HPE_INVALID_HEADER_TOKEN', lines(OK, 'x: 1', ' folded')],
    ['HPE_INVALID_HEADER_TOKEN', lines(OK, 'x: a\rb')],
    ['HPE_INVALID_HEADER_TOKEN', lines(OK, 'x: a\nb: c')],
    ['HPE_INVALID_HEADER_TOKEN', lines(OK, 'x: \0')],
    ['HPE_INVALID_HEADER_TOKEN', lines(OK, '\xfc: 1')],
    ['HPE_INVALID_CONTENT_LENGTH', lines(OK, 'content-length: x')],
    ['HPE_INVALID_CONTENT_LENGTH', lines(OK, 'content-length: -1')],
    ['HPE_INVALID_CONTENT_LENGTH', lines(OK, 'content-length: 1, 1')],
    ['HPE_INVALID_CONTENT_LENGTH', lines(OK, 'content-length:')],
    ['HPE_INVALID_CONTENT_LENGTH', lines(OK, `content-length: ${'9'.repeat(16)}`)],
    ['HPE_UNEXPECTED_CONTENT_LENGTH', lines(OK, 'content-length: 1', 'Content-Length: 1')],
    ['HPE_INVALID_TRANSFER_ENCODING', lines(OK, 'transfer-encoding: gzip')],
    ['HPE_INVALID_TRANSFER_ENCODING', lines(OK, 'transfer-encoding: gzip, chunked')],
    ['HPE_INVALID_TRANSFER_ENCODING', lines(OK, 'transfer-encoding: chunked', 'content-length: 1')],
    ...['', 'x', '-1', '1 2', '0x1', '1'.repeat(13), '1;\0', '1\n'].map<[string, string]>((size) => [
      'HPE_INVALID_CHUNK_SIZE',
      `${lines(OK, 'transfer-encoding: chunked')}${size}\r\na\r\n`,
    ]),
    ['HPE_STRICT', `${lines(OK, 'transfer-encoding: chunked')}1\r\nab`],
    ['HPE_STRICT', `${lines(OK, 'transfer-encoding: chunked')}1\r\nabc`],
    ['HPE_STRICT', `${lines(OK, 'transfer-encoding: chunked')}1\r\nab\n`],
    ['HPE_STRICT', `${lines(OK, 'transfer-encoding: chunked')}1\r\na\rb`],
    ['HPE_HEADER_OVERFLOW', lines(OK, `x: ${'a'.repeat(17_000)}`)],
    ['HPE_HEADER_OVERFLOW', 'a'.repeat(17_000)],
    ['HPE_HEADER_OVERFLOW', `${lines(OK, 'transfer-encoding: chunked')}${'0'.repeat(17_000)}`],
    [
      'HPE_HEADER_OVERFLOW',
      `${lines(OK, 'transfer-encoding: chunked')}0\r\n${lines(...Array(200).fill('x: '.padEnd(100, 'a')))}`,
    ],
  ])('refuses with %s: %j', (code, text) => {
    for (const parts of [1, text.length])
      expect(() => parse(text, { parts })).toThrow(expect.objectContaining({ code }));
  });

  it.each([16_384, 16_385])('reads a head and trailers of %d bytes the same wherever they are cut', (size) => {
    const head = `${OK}\r\ncontent-length: 0\r\nx: `.padEnd(size, 'a');
    const trailers = `${lines(OK, 'transfer-encoding: chunked')}0\r\n${'x:'.padEnd(100)}\r\n${'x:'.padEnd(size - 100)}`;
    for (const text of [head, trailers]) {
      for (const end of ['\r\n\r\n', '\n\r\n', '\r\n', '\n'].map((rest) => text.length + 4 - rest.length)) {
        const parser = new ResponseParser('POST');
        const bytes = Buffer.from(`${text}\r\n\r\n`);
        const read = (): boolean => [bytes.subarray(0, end), bytes.subarray(end)].map((part) => parser.push(part))[1]!;
        if (size === 16_384) expect(read()).toBe(true);
        else expect(read).toThrow(expect.objectContaining({ code: 'HPE_HEADER_OVERFLOW' }));
      }
    }
  });

  it('refuses a head as soon as it is too large', () => {
    const parser = new ResponseParser('POST');
    parser.push(Buffer.alloc(16_387, 'a')); // the last three may belong to the line break at its end
    expect(() => parser.push(Buffer.from('a'))).toThrow(expect.objectContaining({ code: 'HPE_HEADER_OVERFLOW' }));
  });

  it('counts what comes before the trailers for nothing', () => {
    const chunk = `5000\r\n${'a'.repeat(0x5000)}\r\n`;
    expect(parse(`${lines(OK, 'transfer-encoding: chunked')}${chunk}0\r\nx: 1\r\n\r\n`)?.body).toHaveLength(0x5000);
  });

  it('copies no body that comes in one part', () => {
    const bytes = Buffer.from(`${lines(OK, 'content-length: 20000')}${'a'.repeat(20_000)}`);
    const parser = new ResponseParser('POST');
    parser.push(bytes);
    expect(parser.answer.body.buffer).toBe(bytes.buffer);
  });

  it.each<[string, string]>([
    ['It does not begin with a status line of HTTP/1.x', lines('secret')],
    ['Nobody has asked for another protocol', lines('HTTP/1.1 101 secret')],
    ['One of its headers is not well-formed', lines(OK, 'secret')],
    ['It has two lengths', lines(OK, 'content-length: 1', 'content-length: 1')],
    ['Its content-length is no number', lines(OK, 'content-length: secret')],
    ['It says its length in two ways', lines(OK, 'content-length: 1', 'transfer-encoding: secret')],
    ['Its transfer-encoding is not `chunked`', lines(OK, 'transfer-encoding: secret')],
    ['A chunk does not begin with its size', `${lines(OK, 'transfer-encoding: chunked')}secret\r\n`],
    ['A chunk is not as long as it says', `${lines(OK, 'transfer-encoding: chunked')}1\r\nsecret`],
    ['Its head is larger than 16 KB', 'secret'.repeat(3_000)],
    [
      'Its trailers are larger than 16 KB',
      `${lines(OK, 'transfer-encoding: chunked')}0\r\n${'secret: 1\r\n'.repeat(2_000)}`,
    ],
  ])('quotes nothing of the answer in an error: %s', (what, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ message: `The answer is no HTTP: ${what}` }));
  });
});
