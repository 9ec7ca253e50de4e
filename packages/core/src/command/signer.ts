import type { KeyObject } from 'node:crypto';
import type { Credentials } from './client.ts';

/** What of a request is signed. */
export interface SignedRequest {
  readonly headers: Record<string, string>;
  readonly body: string;
  /** `/` where it is not said otherwise. */
  readonly path?: string;
}

/** The headers that are signed, in order; the same from one request to the next. */
interface SignedNames {
  /** The names of all headers, as they came. */
  readonly of: string;
  /** Each header by its name as it came and, for signing, in lower case. */
  readonly names: readonly (readonly [name: string, signedName: string])[];
  readonly list: string;
}

/**
 * Signs requests with AWS Signature Version 4: `POST`, without a query. The signing key is derived once per day, region
 * and secret, which takes most of a signature's time.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class Signer {
  readonly #service: string;
  #key: { readonly of: string; readonly scope: string; readonly object: KeyObject } | undefined;
  #signed: SignedNames | undefined;

  constructor(service = 'dynamodb') {
    this.#service = service;
  }

  /** Adds the headers `x-amz-date`, `x-amz-security-token` (for credentials with a session) and `authorization`. */
  // Stryker disable next-line StringLiteral: no path at all is signed as this one.
  sign({ headers, body, path = '/' }: SignedRequest, credentials: Credentials, region: string, now: Date): void {
    const { createHmac, hash } = process.getBuiltinModule('node:crypto');
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const iso = now.toISOString();
    const day = iso.slice(0, 4) + iso.slice(5, 7) + iso.slice(8, 10);
    const time = `${day}T${iso.slice(11, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
    headers['x-amz-date'] = time;
    if (sessionToken) headers['x-amz-security-token'] = sessionToken;
    else delete headers['x-amz-security-token']; // of an earlier try

    const { names, list } = this.#signedNames(headers);
    let canonicalHeaders = '';
    for (const [name, signedName] of names) {
      canonicalHeaders += `${signedName}:${canonicalValue(headers[name] as string)}\n`;
    }
    const canonicalRequest = `POST\n${canonicalPath(path)}\n\n${canonicalHeaders}\n${list}\n${hash('sha256', body)}`;
    const { scope, object } = this.#keyFor(secretAccessKey, day, region);
    const signature = createHmac('sha256', object)
      .update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', canonicalRequest)}`)
      .digest('hex');
    headers.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${list}, Signature=${signature}`;
  }

  #keyFor(secret: string, day: string, region: string): { readonly scope: string; readonly object: KeyObject } {
    const of = `${day} ${region} ${secret}`;
    // Stryker disable next-line ConditionalExpression: to derive it again takes time, and gives the same.
    if (this.#key?.of === of) return this.#key;
    const { createHmac, createSecretKey } = process.getBuiltinModule('node:crypto');
    let key: string | Buffer = `AWS4${secret}`;
    for (const part of [day, region, this.#service, 'aws4_request']) {
      key = createHmac('sha256', key).update(part).digest();
    }
    const scope = `${day}/${region}/${this.#service}/aws4_request`;
    this.#key = { of, scope, object: createSecretKey(key as Buffer) };
    return this.#key;
  }

  #signedNames(headers: Record<string, string | undefined>): SignedNames {
    const given = Object.keys(headers).filter((name) => headers[name] !== undefined);
    const of = given.join();
    // Stryker disable next-line ConditionalExpression: as above.
    if (this.#signed?.of === of) return this.#signed;
    const bySignedName = new Map<string, string>();
    for (const name of given.sort()) {
      const signedName = name.toLowerCase();
      if (!UNSIGNED.has(signedName) && !/^(proxy|sec)-/.test(signedName)) bySignedName.set(signedName, name);
    }
    const sorted = [...bySignedName.keys()].sort();
    const names = sorted.map((signedName) => [bySignedName.get(signedName) as string, signedName] as const);
    this.#signed = { of, names, list: sorted.join(';') };
    return this.#signed;
  }
}

// The SDK's list: headers that something on the way may change.
const UNSIGNED = new Set([
  'authorization',
  'cache-control',
  'connection',
  'expect',
  'from',
  'keep-alive',
  'max-forwards',
  'pragma',
  'referer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
]);

function canonicalValue(value: string): string {
  // Stryker disable next-line Regex,ConditionalExpression: to replace what is as it should be takes time, and gives the same.
  if (!/^ | $|[\t\r\n]| {2}/.test(value)) return value;
  return value.replace(/[ \t\r\n]+/g, ' ').trim();
}

/** The path, encoded a second time: it is encoded once in the request itself. */
function canonicalPath(path: string): string {
  // Stryker disable next-line ConditionalExpression,StringLiteral: what is below gives the same, and takes time.
  if (path === '/') return path;
  const parts = path.split('/').filter((part) => part !== '');
  return `/${parts.map(encoded).join('/')}${path.endsWith('/') && parts.length > 0 ? '/' : ''}`;
}

function encoded(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
