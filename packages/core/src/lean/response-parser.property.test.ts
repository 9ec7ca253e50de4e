import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ResponseParser } from './response-parser.ts';
import { serveTcp, type TestServer } from './server.fixture.ts';

/** Reads an answer out of parts that are cut anywhere. */
function parse(bytes: Buffer, cuts: readonly number[]): unknown {
  const parser = new ResponseParser('POST');
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  let isWhole = false;
  try {
    for (const [i, at] of [0, ...places].entries()) {
      const part = bytes.subarray(at, places[i] ?? bytes.length);
      if (part.length > 0) isWhole = parser.push(Buffer.from(part));
    }
  } catch (error) {
    return { code: (error as { code: string }).code };
  }
  isWhole = parser.end();
  const { statusCode, headers, body } = parser.answer;
  return isWhole && { statusCode, headers: { ...headers }, body: body.toString('latin1') };
}

const token = fc.stringMatching(/^[xX]-[a-zA-Z0-9!#$%&'*+.^_`|~-]{1,12}$/);
const value = fc.stringMatching(/^[\x21-\x7e]([\t\x20-\x7e\xa1-\xff]{0,20}[\x21-\x7e])?$/);
const header = fc.tuple(token, value).map(([name, text]) => `${name}: ${text}`);
const single = fc.constantFrom('Server: a', 'server: b', 'ETag: "1"', 'Etag: "2"', 'date: today', 'Date: tomorrow');
const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

/** An answer, framed in one of the three ways. */
const answer = fc
  .record({
    status: fc.constantFrom(200, 201, 204, 304, 400, 500, 503),
    version: fc.constantFrom('1.0', '1.1'),
    headers: fc.array(fc.oneof(header, single), { maxLength: 12 }),
    framing: fc.constantFrom('length', 'chunked', 'end'),
    chunks: fc.array(body, { maxLength: 5 }),
    interim: fc.boolean(),
  })
  .map(({ status, version, headers, framing, chunks, interim }) => {
    const whole = chunks.join('');
    const isEmpty = status === 204 || status === 304;
    const isChunked = framing === 'chunked' && version === '1.1';
    const framed = isChunked
      ? ['Transfer-Encoding: chunked']
      : framing === 'length'
        ? [`Content-Length: ${whole.length}`]
        : ['Connection: close'];
    const sent = isChunked
      ? `${chunks
          .filter(Boolean)
          .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
          .join('')}0\r\n\r\n`
      : whole;
    const early = interim ? 'HTTP/1.1 103 Early Hints\r\nx-early: 1\r\n\r\n' : '';
    const head = [`HTTP/${version} ${status} Words`, ...headers, ...framed].join('\r\n');
    return Buffer.from(`${early}${head}\r\n\r\n${isEmpty ? '' : sent}`, 'latin1');
  });

const cuts = fc.array(fc.nat(2_000), { maxLength: 30 });

describe('ResponseParser', () => {
  let server: TestServer;
  let answering: Buffer = Buffer.alloc(0);

  beforeAll(async () => {
    server = await serveTcp((socket) => socket.end(answering));
  });
  afterAll(() => server.close());

  /** What Node's own client reads. */
  async function byNode(bytes: Buffer): Promise<unknown> {
    answering = bytes;
    try {
      const sent = request(server.url, { method: 'POST', agent: false }).end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part);
      const { statusCode, headers } = response;
      return { statusCode, headers: { ...headers }, body: Buffer.concat(parts).toString('latin1') };
    } catch (error) {
      return { code: (error as { code: string }).code };
    }
  }

  it("reads what Node's own client reads, wherever the bytes are cut", async () => {
    await fc.assert(
      fc.asyncProperty(answer, cuts, async (bytes, places) => {
        expect(parse(bytes, places)).toEqual(await byNode(bytes));
      }),
    );
  });

  it('reads the same wherever bytes are cut, also of a damaged answer', () => {
    const damage = fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { maxLength: 3 });
    fc.assert(
      fc.property(answer, damage, cuts, (bytes, changes, places) => {
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        expect(parse(bytes, places)).toEqual(parse(bytes, []));
      }),
    );
  });

  it("takes no damaged answer for another one than Node's own client does", async () => {
    const damage = fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { minLength: 1, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(answer, damage, async (bytes, changes) => {
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        const own = parse(bytes, []);
        if (typeof own === 'object' && own !== null && 'body' in own) expect(own).toEqual(await byNode(bytes));
      }),
    );
  });
});
