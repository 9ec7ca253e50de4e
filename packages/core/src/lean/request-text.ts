/** The part of a request that is sent. */
export interface SentRequest {
  readonly protocol?: string | undefined;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array | undefined;
}

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const NOT_IN_VALUE = /[^\t\x20-\x7e]/;
const PATH = /^\/[\x21-\x7e]*$/;

/**
 * A request as it goes over HTTP/1.1, for one write: text where its body is text. `host` and `content-length` are added
 * where they are missing.
 *
 * @throws TypeError for what would be read as something else at the other end: line breaks and other characters that a
 * header cannot have, a wrong length, a body that is neither text nor bytes. Values are not quoted.
 */
export function requestText({ hostname, port, path, method, headers, body }: SentRequest): string | Buffer {
  if (!TOKEN.test(method)) throw new TypeError('The method of the request contains a character that no method has');
  if (!PATH.test(path)) throw new TypeError('The path of the request must begin with / and be percent-encoded');
  const size = sizeOf(body);
  let text = `${method} ${path} HTTP/1.1\r\n`;
  let hasHost = false;
  let hasLength = false;
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (!TOKEN.test(name)) throw new TypeError(`${JSON.stringify(name)} cannot be the name of a header`);
    if (value === undefined || value === null || NOT_IN_VALUE.test(value)) {
      throw new TypeError(`The header ${name} has no value, or one with characters that a header cannot have`);
    }
    const lowerName = name.toLowerCase();
    // In two spellings, it is signed in this one; both would be read as one header with two values.
    if (lowerName !== name && headers[lowerName] !== undefined) continue;
    switch (lowerName) {
      case 'host':
        hasHost = true;
        break;
      case 'content-length':
        if (`${value}` !== `${size}`) throw new TypeError(`The content-length is not that of the body, ${size}`);
        hasLength = true;
        break;
      case 'transfer-encoding':
        throw new TypeError('A request is sent with its length, and cannot have a transfer-encoding');
    }
    text += `${name}: ${value}\r\n`;
  }
  if (!hasHost) text += `host: ${hostOf(hostname, port)}\r\n`;
  if (!hasLength && (size > 0 || method === 'POST' || method === 'PUT')) text += `content-length: ${size}\r\n`;
  text += '\r\n';
  if (size === 0) return text;
  return typeof body === 'string' ? text + body : Buffer.concat([Buffer.from(text), body as Uint8Array]);
}

function hostOf(hostname: string, port: number | undefined): string {
  const host = hostname.includes(':') && !hostname.startsWith('[') ? `[${hostname}]` : hostname;
  if (NOT_IN_VALUE.test(host)) throw new TypeError('The name of the host contains a character that no host has');
  return port === undefined ? host : `${host}:${port}`;
}

function sizeOf(body: unknown): number {
  if (body === undefined || body === null) return 0;
  if (typeof body === 'string') return Buffer.byteLength(body);
  if (body instanceof Uint8Array) return body.byteLength;
  throw new TypeError(
    'The body of a request must be a string or a Uint8Array; for streams, use the NodeHttpHandler of the SDK',
  );
}
