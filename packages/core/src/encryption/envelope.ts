import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { AttributeValue } from '../codec/attribute-value.ts';
import { fromBase64, toBase64 } from '../codec/base64.ts';
import { fromTaggedJson, toTaggedJson } from './tagged-json.ts';

/** A version of the envelope. */
export type EnvelopeVersion = 1 | 2;

/** An encrypted value as it is stored, but for its bytes in base64. */
export interface Envelope {
  readonly version: EnvelopeVersion;
  /** The data key, encrypted by KMS, in base64. */
  readonly encryptedKey: string;
  readonly nonce: string;
  /** Ciphertext and authentication tag. */
  readonly ciphertext: string;
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts a value with AES-256-GCM under a data key.
 *
 * @param boundTo what the ciphertext opens together with, and with nothing else.
 */
export function seal(
  version: EnvelopeVersion,
  value: AttributeValue,
  key: Uint8Array,
  encryptedKey: string,
  boundTo: string,
): AttributeValue {
  const nonce = randomBytes(NONCE_BYTES);
  // Stryker disable next-line ObjectLiteral: the length is that of the cipher where none is given.
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(boundTo));
  const text = version === 1 ? toTaggedJson(value) : JSON.stringify(value);
  // Stryker disable next-line StringLiteral: text is in UTF-8 where nothing else is said.
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    M: {
      v: { N: String(version) },
      edk: { B: encryptedKey },
      nonce: { B: toBase64(nonce) },
      ct: { B: toBase64(ciphertext) },
    },
  };
}

/**
 * Decrypts a value.
 *
 * @throws Error when key, nonce, ciphertext or what it is bound to is another.
 */
export function open({ version, nonce, ciphertext }: Envelope, key: Uint8Array, boundTo: string): AttributeValue {
  const sealed = fromBase64(ciphertext);
  const tagAt = sealed.length - TAG_BYTES;
  // Stryker disable next-line ObjectLiteral: a shorter tag has been refused with its envelope, and is refused here again.
  const decipher = createDecipheriv(ALGORITHM, key, fromBase64(nonce), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(boundTo));
  decipher.setAuthTag(sealed.subarray(tagAt));
  const text = Buffer.concat([decipher.update(sealed.subarray(0, tagAt)), decipher.final()]).toString('utf8');
  return version === 1 ? fromTaggedJson(text) : (JSON.parse(text) as AttributeValue);
}

/** The envelope in a stored value; `undefined` when it is none. */
export function envelopeIn({ M }: AttributeValue): Envelope | undefined {
  if (M === undefined || Object.keys(M).length !== 4) return undefined;
  const { v, edk, nonce, ct } = M;
  const encryptedKey = edk?.B ?? '';
  if ((v?.N !== '1' && v?.N !== '2') || encryptedKey === '' || nonce?.B === undefined || ct?.B === undefined) {
    return undefined;
  }
  if (bytesIn(nonce.B) !== NONCE_BYTES || bytesIn(ct.B) < TAG_BYTES) return undefined;
  return { version: v.N === '1' ? 1 : 2, encryptedKey, nonce: nonce.B, ciphertext: ct.B };
}

function bytesIn(base64: string): number {
  return Buffer.byteLength(base64, 'base64');
}
