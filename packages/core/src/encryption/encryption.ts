import type { AttributeValue } from '../codec/attribute-value.ts';
import { fromBase64, toBase64 } from '../codec/base64.ts';
import type { DataKeyMaterial } from './data-key.ts';
import { DataKeyCache } from './data-key-cache.ts';
import { DataKeyError, failedKey, isRefusedKey } from './data-key-error.ts';
import type { EncryptionOptions } from './encryption-options.ts';
import { type EnvelopeVersion, envelopeIn, open, seal } from './envelope.ts';
import type { EncryptionContext, Kms } from './kms.ts';
import { additionalData, encryptionContext, type Place } from './place.ts';
import { Plaintext, Unopened } from './plaintext.ts';

const KEY_BYTES = 32;

const MAX_USES = 1_000;
const MAX_AGE_MS = 5 * 60 * 1_000;
const MAX_KEYS = 1_000;

/** Encrypts and decrypts attributes with data keys of AWS KMS. One for a set of tables, whatever requests use it. */
export class Encryption {
  readonly boundTable: (table: string) => string;
  readonly #keyId: string;
  readonly #makeKms: () => Promise<Kms>;
  readonly #version: EnvelopeVersion;
  readonly #readVersions: ReadonlySet<EnvelopeVersion>;
  readonly #acceptUnencrypted: boolean;
  readonly #sealing: DataKeyCache;
  readonly #opening: DataKeyCache;
  #kms: Promise<Kms> | undefined;

  /** @param makeKms gives what asks KMS; called at the first use. */
  constructor(options: EncryptionOptions, makeKms: () => Promise<Kms>) {
    const { keyId, version = 2, readVersions = [1, 2], acceptUnencrypted = false, cache = {} } = options;
    const { maxUses = MAX_USES, maxAgeMs = MAX_AGE_MS, maxKeys = MAX_KEYS } = cache;
    this.boundTable = options.boundTable ?? ((table) => table);
    this.#keyId = keyId;
    this.#makeKms = makeKms;
    this.#version = version;
    this.#readVersions = new Set(readVersions);
    this.#acceptUnencrypted = acceptUnencrypted;
    this.#sealing = new DataKeyCache({ maxUses, maxAgeMs, maxKeys });
    this.#opening = new DataKeyCache({ maxUses: Infinity, maxAgeMs, maxKeys });
  }

  /**
   * Encrypts the value of an attribute of an item.
   *
   * @throws DataKeyError when there is no data key.
   * @throws the signal's reason.
   */
  seal(place: Place, plaintext: Plaintext, signal: AbortSignal | undefined): Promise<AttributeValue> {
    const version = this.#version;
    const context = encryptionContext(version, place);
    return this.#sealing.use(
      JSON.stringify(context ?? null),
      (requesting) => this.#generate(context, requesting),
      signal,
      ({ key, encryptedKey }) =>
        seal(version, plaintext.reveal(), key, encryptedKey, additionalData(version, place, plaintext.attribute)),
    );
  }

  /**
   * Decrypts the stored value of an attribute of an item. What is no envelope of it, or was changed, is not opened.
   *
   * @throws DataKeyError when KMS cannot be asked for the data key.
   * @throws the signal's reason.
   */
  async open(
    place: Place,
    attribute: string,
    stored: AttributeValue,
    signal: AbortSignal | undefined,
  ): Promise<Plaintext | Unopened> {
    const envelope = envelopeIn(stored);
    if (envelope === undefined) {
      return this.#acceptUnencrypted ? new Plaintext(attribute, stored) : new Unopened('is not stored encrypted');
    }
    const { version, encryptedKey } = envelope;
    if (!this.#readVersions.has(version)) return new Unopened(`is encrypted in version ${version}, which is not read`);
    const context = encryptionContext(version, place);
    try {
      return await this.#opening.use(
        `${JSON.stringify(context ?? null)} ${encryptedKey}`,
        (requesting) => this.#decrypt(encryptedKey, context, requesting),
        signal,
        ({ key }) => {
          try {
            return new Plaintext(attribute, open(envelope, key, additionalData(version, place, attribute)));
          } catch {
            return new Unopened(CHANGED_OR_MOVED); // the reason is the cipher's, and says no more
          }
        },
      );
    } catch (error) {
      if (isRefusedKey(error)) return new Unopened(CHANGED_OR_MOVED);
      throw error;
    }
  }

  async #generate(context: EncryptionContext | undefined, signal: AbortSignal): Promise<DataKeyMaterial> {
    const kms = await this.#client();
    const { Plaintext: key, CiphertextBlob: encrypted } = await kms
      .generateDataKey({ KeyId: this.#keyId, KeySpec: 'AES_256', ...given(context) }, { abortSignal: signal })
      .catch(failedKey);
    if (key?.length !== KEY_BYTES || encrypted === undefined || encrypted.length === 0) {
      throw new DataKeyError('answered without a data key of 256 bits');
    }
    return { key, encryptedKey: toBase64(encrypted) };
  }

  async #decrypt(
    encryptedKey: string,
    context: EncryptionContext | undefined,
    signal: AbortSignal,
  ): Promise<DataKeyMaterial> {
    const kms = await this.#client();
    const { Plaintext: key } = await kms
      .decrypt({ CiphertextBlob: fromBase64(encryptedKey), ...given(context) }, { abortSignal: signal })
      .catch(failedKey);
    if (key?.length !== KEY_BYTES) throw new DataKeyError('answered without a data key of 256 bits');
    return { key, encryptedKey };
  }

  #client(): Promise<Kms> {
    this.#kms ??= this.#makeKms().catch((error: unknown) => {
      this.#kms = undefined;
      throw error;
    });
    return this.#kms;
  }
}

const CHANGED_OR_MOVED = 'does not decrypt: it was changed, or belongs to another item, attribute, model or table';

function given(context: EncryptionContext | undefined): { EncryptionContext?: EncryptionContext } {
  return context === undefined ? {} : { EncryptionContext: context };
}
