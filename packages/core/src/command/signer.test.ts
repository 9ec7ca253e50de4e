import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Credentials } from './client.ts';
import { Signer } from './signer.ts';

const EXAMPLE = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};

const EXAMPLE_TOKEN =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==';

const FORM_HASH = '9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e';

/**
 * AWS's published vectors that are a `POST` of the path `/` without a query.
 * Source: https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4
 */
const VECTORS: {
  name: string;
  headers: Record<string, string>;
  body?: string;
  sessionToken?: string;
  signature: string;
}[] = [
  {
    name: 'post-vanilla',
    headers: { Host: 'example.amazonaws.com' },
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'post-header-key-sort',
    headers: { Host: 'example.amazonaws.com', 'My-Header1': 'value1' },
    signature: 'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
  },
  {
    name: 'post-header-value-case',
    headers: { Host: 'example.amazonaws.com', 'My-Header1': 'VALUE1' },
    signature: 'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
  },
  {
    name: 'post-sts-header-before',
    headers: { Host: 'example.amazonaws.com' },
    sessionToken: EXAMPLE_TOKEN,
    signature: '85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead',
  },
  {
    name: 'post-x-www-form-urlencoded',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      Host: 'example.amazonaws.com',
      'Content-Length': '13',
      'x-amz-content-sha256': FORM_HASH,
    },
    body: 'Param1=value1',
    signature: 'd3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b',
  },
  {
    name: 'post-x-www-form-urlencoded-parameters',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
      Host: 'example.amazonaws.com',
      'Content-Length': '13',
      'x-amz-content-sha256': FORM_HASH,
    },
    body: 'Param1=value1',
    signature: '328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422',
  },
];

describe('Signer', () => {
  it.each(VECTORS)('signs as published: $name', ({ headers, body = '', sessionToken, signature }) => {
    const signed = { ...headers };
    const now = new Date('2015-08-30T12:36:00Z');
    new Signer('service').sign({ headers: signed, body }, { ...EXAMPLE, sessionToken }, 'us-east-1', now);
    const names = Object.keys(signed)
      .map((name) => name.toLowerCase())
      .filter((name) => name !== 'authorization');
    expect(signed.authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
        `SignedHeaders=${names.sort().join(';')}, Signature=${signature}`,
    );
    expect(signed['x-amz-date']).toBe('20150830T123600Z');
  });

  it("signs as the SDK does, with one signer for all of a client's requests", async () => {
    const signer = new Signer();
    await fc.assert(
      fc.asyncProperty(request(), async ({ headers, body, path, credentials, region, now }) => {
        const own = { ...headers };
        signer.sign({ headers: own, body, path }, credentials, region, now);
        const sdk = sdkSigner(credentials, region);
        const signed = await sdk.sign(
          { method: 'POST', protocol: 'https:', hostname: 'h', path, query: {}, headers: { ...headers }, body },
          { signingDate: now },
        );
        expect(own).toEqual(signed.headers);
      }),
      { numRuns: 500 },
    );
  });

  it('signs no header without a value', () => {
    const now = new Date('2026-01-01T00:00:00Z');
    const given = { host: 'h', 'x-amz-meta': undefined } as unknown as Record<string, string>;
    const without: Record<string, string> = { host: 'h' };
    new Signer().sign({ headers: given, body: '' }, EXAMPLE, 'eu-west-1', now);
    new Signer().sign({ headers: without, body: '' }, EXAMPLE, 'eu-west-1', now);
    expect(given.authorization).toBe(without.authorization);
  });

  it('signs the last one of a header that is there in both cases, as the SDK does', async () => {
    const now = new Date('2026-01-01T00:00:00Z');
    for (const headers of [
      { host: 'h', 'x-twice': '1', 'X-Twice': '2' },
      { host: 'h', 'X-Twice': '2', 'x-twice': '1' },
    ] as Record<string, string>[]) {
      const own = { ...headers };
      new Signer().sign({ headers: own, body: '' }, EXAMPLE, 'eu-west-1', now);
      const signed = await sdkSigner(EXAMPLE, 'eu-west-1').sign(
        { method: 'POST', protocol: 'https:', hostname: 'h', path: '/', query: {}, headers, body: '' },
        { signingDate: now },
      );
      expect(own.authorization).toBe(signed.headers.authorization);
    }
  });

  it('signs a second try anew, with the credentials of that moment', () => {
    const headers: Record<string, string> = { host: 'h', 'x-amz-target': 't' };
    const request = { headers, body: '{}' };
    const fresh = { host: 'h', 'x-amz-target': 't' };
    const signer = new Signer();
    signer.sign(request, { ...EXAMPLE, sessionToken: 'one' }, 'eu-west-1', new Date('2026-01-01T23:59:59Z'));
    signer.sign(request, { ...EXAMPLE, secretAccessKey: 'other' }, 'eu-west-1', new Date('2026-01-02T00:00:00Z'));
    new Signer().sign(
      { headers: fresh, body: '{}' },
      { ...EXAMPLE, secretAccessKey: 'other' },
      'eu-west-1',
      new Date('2026-01-02T00:00:00Z'),
    );
    expect(headers).toEqual(fresh);
    expect(headers).not.toHaveProperty('x-amz-security-token');
  });
});

function sdkSigner(given: Credentials, region: string): SignatureV4 {
  const { accessKeyId, secretAccessKey, sessionToken } = given;
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  return new SignatureV4({ service: 'dynamodb', region, credentials, sha256: Sha256, applyChecksum: false });
}

/** Requests with headers that middleware may have added; few days, regions and secrets, so that keys are reused. */
function request() {
  const headerName = fc.oneof(
    fc.constantFrom('User-Agent', 'X-Amzn-Trace-Id', 'Proxy-X', 'sec-y', 'x-sec-y', 'amz-sdk-request', 'Expect'),
    fc.constantFrom('x-amz-meta', 'X-Amz-Meta'),
    fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/).filter((name) => !['date', 'authorization'].includes(name)),
  );
  const headerValue = fc.oneof(fc.stringMatching(/^[ -~]{0,20}$/), fc.stringMatching(/^[ \ta-c]{0,10}$/));
  const base = { host: 'dynamodb.eu-west-1.amazonaws.com', 'content-type': 'application/x-amz-json-1.0' };
  return fc.record({
    headers: fc
      .dictionary(headerName, headerValue, { maxKeys: 6, noNullPrototype: true })
      .map((added) => ({ ...base, ...added })),
    body: fc.oneof(fc.string({ unit: 'grapheme' }), fc.json()),
    path: fc.oneof(
      { weight: 3, arbitrary: fc.constant('/') },
      fc.constant('//'),
      fc.webPath().map((path) => new URL(`/base${path}`, 'https://host').pathname),
    ),
    credentials: fc.record({
      accessKeyId: fc.constantFrom('AKIA1', 'AKIA2'),
      secretAccessKey: fc.constantFrom('secret/one', 'secret+two'),
      sessionToken: fc.option(fc.constantFrom('token==', 'other/token'), { nil: undefined }),
    }),
    region: fc.constantFrom('eu-west-1', 'us-gov-west-1'),
    now: fc.date({ min: new Date('2026-02-28T23:59:00Z'), max: new Date('2026-03-01T00:01:00Z'), noInvalidDate: true }),
  });
}

/** The SDK's kind of a hash. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}
