import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What a ciphertext is bound to. */
export type EncryptionContext = Readonly<Record<string, string>>;

/** A symmetric KMS key: its material never leaves it. */
export class KmsKey {
  readonly id: string;
  readonly arn: string;
  enabled = true;
  readonly #material = randomBytes(KEY_BYTES);

  constructor(id: string, arn: string) {
    this.id = id;
    this.arn = arn;
  }

  /** A blob that says which key it is of, as those of KMS do. */
  encrypt(plaintext: Uint8Array, context: EncryptionContext): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#material, nonce);
    cipher.setAAD(this.#bound(context));
    const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    const id = Buffer.from(this.id);
    return Buffer.concat([Buffer.of(id.length), id, nonce, encrypted, cipher.getAuthTag()]);
  }

  /** @throws Error when the blob was changed, or is bound to another context. */
  decrypt(blob: Uint8Array, context: EncryptionContext): Buffer {
    const sealed = Buffer.from(blob).subarray(1 + Buffer.byteLength(this.id));
    const decipher = createDecipheriv(ALGORITHM, this.#material, sealed.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(this.#bound(context));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  }

  #bound(context: EncryptionContext): Buffer {
    return Buffer.from(JSON.stringify([this.id, Object.entries(context).sort()]));
  }
}

/** The id of the key a blob is of. */
export function keyIdIn(blob: Uint8Array): string {
  return Buffer.from(blob)
    .subarray(1, 1 + (blob[0] ?? 0))
    .toString();
}
