import { abortable } from '../send.ts';

/** A data key in both its forms. */
export interface DataKeyMaterial {
  readonly key: Uint8Array;
  /** The same key, encrypted by KMS, in base64. */
  readonly encryptedKey: string;
}

/** Asks KMS for a data key. */
export type RequestDataKey = (signal: AbortSignal) => Promise<DataKeyMaterial>;

/** A data key, from the request for it until nobody uses it any more and its bytes are overwritten. */
export class DataKey {
  readonly requestedAt: number = Date.now();
  /** How many values were, or will be, encrypted or decrypted with it. */
  uses = 0;
  readonly #requesting = new AbortController();
  readonly #material: Promise<DataKeyMaterial>;
  #key: Uint8Array | undefined;
  readonly #onFailed: (key: DataKey) => void;
  #users = 0;
  #dropped = false;

  /** @param onFailed called when there will be no key, so that nobody waits for it. */
  constructor(request: RequestDataKey, onFailed: (key: DataKey) => void) {
    this.#onFailed = onFailed;
    this.#material = request(this.#requesting.signal).then((material) => {
      this.#key = material.key;
      this.#clear();
      return material;
    });
    // Stryker disable next-line ArrowFunction: the last one to wait for it says so as well, a moment later.
    this.#material.catch(() => onFailed(this));
  }

  /**
   * Uses the key, once it is there. The request for it goes on as long as anybody waits.
   *
   * @throws the signal's reason, or what KMS refused the key with.
   */
  async use<T>(signal: AbortSignal | undefined, work: (material: DataKeyMaterial) => T): Promise<T> {
    this.uses++;
    this.#users++;
    try {
      signal?.throwIfAborted();
      return work(await abortable(this.#material, signal));
    } finally {
      this.#users--;
      this.#clear();
      if (this.#users === 0 && this.#key === undefined) {
        this.#onFailed(this);
        this.#requesting.abort();
      }
    }
  }

  /** The key is given to nobody any more. */
  drop(): void {
    this.#dropped = true;
    this.#clear();
  }

  #clear(): void {
    if (this.#dropped && this.#users === 0) this.#key?.fill(0);
  }
}
