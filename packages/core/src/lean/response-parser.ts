/** The most bytes of a head, of the size line of a chunk, and of all trailers. Node's own client takes as many. */
const MAX_HEAD = 16_384;

const NOTHING: Buffer = Buffer.alloc(0);

/** An answer that has been read to its end. */
export interface Answer {
  readonly statusCode: number;
  /** By name in lower case, without a prototype. A repeated header is joined with `, `. */
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

type State = 'head' | 'body' | 'bodyUntilEnd' | 'chunkSize' | 'chunk' | 'chunkEnd' | 'trailers' | 'done';

/**
 * Reads one HTTP/1.x answer out of bytes in any parts. It is strict: what is not well-formed is an
 * error, since bytes read in two ways let one answer be taken for two. It keeps slices of what it is given.
 *
 * Source: RFC 9112, https://www.rfc-editor.org/rfc/rfc9112
 */
export class ResponseParser {
  readonly #hasBody: boolean;
  #state: State = 'head';
  /** The beginning of a head, a size line or the trailers. */
  #rest: Buffer = NOTHING;
  /** Bytes of the body or the chunk that are to come. */
  #missing = 0;
  #trailers = 0;
  readonly #parts: Buffer[] = [];
  #statusCode = 0;
  #headers: Record<string, string> = {};
  // Stryker disable next-line BooleanLiteral: the head says it.
  #keepsConnection = true;

  /** @param method of the request that is answered. */
  constructor(method: string) {
    this.#hasBody = method !== 'HEAD';
  }

  /**
   * Takes the next bytes.
   *
   * @returns whether the answer is whole.
   * @throws Error with a `code` of Node's own parser (`HPE_…`).
   */
  push(bytes: Buffer): boolean {
    const all = this.#rest === NOTHING ? bytes : Buffer.concat([this.#rest, bytes]);
    this.#rest = NOTHING;
    let at = 0;
    while (at < all.length && this.#state !== 'done') at = this.#step(all, at);
    if (at < all.length) this.#keepsConnection = false; // nobody has asked for more
    return this.#state === 'done';
  }

  /**
   * Takes the end of the connection.
   *
   * @returns whether the answer is whole.
   */
  end(): boolean {
    if (this.#state === 'bodyUntilEnd') this.#state = 'done';
    return this.#state === 'done';
  }

  /** Status and headers, once they have come. */
  get head(): Pick<Answer, 'statusCode' | 'headers'> | undefined {
    if (this.#state === 'head') return undefined;
    return { statusCode: this.#statusCode, headers: this.#headers };
  }

  /** The whole answer. */
  get answer(): Answer {
    const parts = this.#parts;
    const body = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    return { statusCode: this.#statusCode, headers: this.#headers, body };
  }

  /** Whether the connection may be used after this answer, as far as the answer says. */
  get keepsConnection(): boolean {
    return this.#keepsConnection;
  }

  /** Takes what begins at `at`, and says where it ends. */
  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'chunkSize':
        return this.#readChunkSize(bytes, at);
      case 'chunkEnd':
        return this.#readChunkEnd(bytes, at);
      case 'trailers':
        return this.#readTrailer(bytes, at);
      case 'bodyUntilEnd':
        this.#parts.push(bytes.subarray(at));
        return bytes.length;
      default:
        return this.#readBody(bytes, at);
    }
  }

  #readBody(bytes: Buffer, at: number): number {
    const end = Math.min(at + this.#missing, bytes.length);
    this.#parts.push(bytes.subarray(at, end));
    this.#missing -= end - at;
    if (this.#missing === 0) this.#state = this.#state === 'chunk' ? 'chunkEnd' : 'done';
    return end;
  }

  #readHead(bytes: Buffer, at: number): number {
    const end = this.#endOf('\r\n\r\n', bytes, at);
    if (end === -1) return bytes.length;
    const lines = bytes.toString('latin1', at, end).split('\r\n');
    const line = STATUS_LINE.exec(lines[0] as string);
    if (line === null) throw malformed('INVALID_CONSTANT', 'It does not begin with a status line of HTTP/1.x');
    const [, minor, status] = line;
    this.#statusCode = Number(status);
    if (this.#statusCode === 101) throw malformed('INVALID_STATUS', 'Nobody has asked for another protocol');
    const headers = headersIn(lines);
    if (this.#statusCode < 200) return end + 4; // informational: the answer is yet to come
    this.#headers = headers;
    this.#frame(headers, minor === '1');
    return end + 4;
  }

  /** Finds out how long the body is. Source: RFC 9112, section 6.3 */
  #frame(headers: Record<string, string>, isHttp11: boolean): void {
    const { connection, 'content-length': length, 'transfer-encoding': encoding } = headers;
    const keeps = connection === undefined ? isHttp11 : keepsOpen(connection.toLowerCase(), isHttp11);
    this.#keepsConnection = keeps && (isHttp11 || encoding === undefined);
    if (length !== undefined && !/^\d{1,15}$/.test(length)) {
      throw malformed('INVALID_CONTENT_LENGTH', 'Its content-length is no number');
    }
    if (!this.#hasBody || this.#statusCode === 204 || this.#statusCode === 304) {
      this.#state = 'done';
    } else if (encoding !== undefined) {
      if (length !== undefined) throw malformed('INVALID_TRANSFER_ENCODING', 'It says its length in two ways');
      if (encoding.toLowerCase() !== 'chunked') {
        throw malformed('INVALID_TRANSFER_ENCODING', 'Its transfer-encoding is not `chunked`');
      }
      this.#state = 'chunkSize';
    } else if (length !== undefined) {
      this.#missing = Number(length);
      // Stryker disable next-line StringLiteral: what is in no other state is in its body.
      this.#state = this.#missing === 0 ? 'done' : 'body';
    } else {
      this.#keepsConnection = false;
      this.#state = 'bodyUntilEnd';
    }
  }

  #readChunkSize(bytes: Buffer, at: number): number {
    const end = this.#endOf('\r\n', bytes, at);
    if (end === -1) return bytes.length;
    const size = CHUNK_SIZE.exec(bytes.toString('latin1', at, end))?.[1];
    if (size === undefined) throw malformed('INVALID_CHUNK_SIZE', 'A chunk does not begin with its size');
    this.#missing = Number.parseInt(size, 16);
    this.#state = this.#missing === 0 ? 'trailers' : 'chunk';
    return end + 2;
  }

  #readChunkEnd(bytes: Buffer, at: number): number {
    if (bytes.length - at < 2 && bytes[at] === CR) {
      this.#rest = bytes.subarray(at);
      return bytes.length;
    }
    if (bytes[at] !== CR || bytes[at + 1] !== LF) throw malformed('STRICT', 'A chunk is not as long as it says');
    this.#state = 'chunkSize';
    return at + 2;
  }

  /** Trailers are of no use to anybody here; the last one is an empty line. */
  #readTrailer(bytes: Buffer, at: number): number {
    const end = this.#endOf('\r\n', bytes, at);
    if (end === -1) return bytes.length;
    this.#trailers += end - at;
    if (this.#trailers > MAX_HEAD) throw malformed('HEADER_OVERFLOW', 'Its trailers are larger than 16 KB');
    if (end === at) this.#state = 'done';
    return end + 2;
  }

  /** Where something ends, or -1 when that is yet to come. */
  #endOf(mark: string, bytes: Buffer, at: number): number {
    const end = bytes.indexOf(mark, at, 'latin1');
    // Where it has not come, its beginning may have: bytes that are cut within it are no larger.
    if ((end === -1 ? bytes.length - mark.length + 1 : end) - at > MAX_HEAD) {
      throw malformed('HEADER_OVERFLOW', 'Its head is larger than 16 KB');
    }
    if (end === -1) this.#rest = bytes.subarray(at);
    return end;
  }
}

const CR = 13;
const LF = 10;

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const CHUNK_SIZE = /^([\da-f]{1,12})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/i;
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers of which Node's own client takes the first one where they are repeated. */
const SINGLE = new Set(
  (
    'age authorization content-type etag expires from host if-modified-since if-unmodified-since last-modified ' +
    'location max-forwards proxy-authorization referer retry-after server user-agent'
  ).split(' '),
);

/** @throws Error for a line that is no header, and for a second length. */
function headersIn(lines: readonly string[]): Record<string, string> {
  // Without a prototype, so that `__proto__` is a name like others.
  const headers: Record<string, string> = Object.create(null);
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] as string;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    const value = withoutSpace(line, colon + 1);
    if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(value)) {
      throw malformed('INVALID_HEADER_TOKEN', 'One of its headers is not well-formed');
    }
    const before = headers[name];
    if (before === undefined) headers[name] = value;
    else if (name === 'content-length') throw malformed('UNEXPECTED_CONTENT_LENGTH', 'It has two lengths');
    else if (!SINGLE.has(name)) headers[name] = `${before}, ${value}`;
  }
  return headers;
}

/** The end of a line, without spaces and tabs around it. `trim` would remove more than HTTP allows. */
function withoutSpace(line: string, start: number): string {
  let end = line.length;
  while (isSpace(line.charCodeAt(start))) start++;
  while (isSpace(line.charCodeAt(end - 1))) end--;
  return line.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9;
}

function keepsOpen(connection: string, isHttp11: boolean): boolean {
  const options = connection.split(',').map((option) => option.trim());
  return !options.includes('close') && (isHttp11 || options.includes('keep-alive'));
}

/** It does not quote the answer, which may hold an item. */
function malformed(code: string, what: string): Error {
  return Object.assign(new Error(`The answer is no HTTP: ${what}`), { code: `HPE_${code}` });
}
