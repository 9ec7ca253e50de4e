import { DataKey, type DataKeyMaterial, type RequestDataKey } from './data-key.ts';

/** How long data keys are kept. */
export interface DataKeyBounds {
  /** The most values a key is used for. */
  readonly maxUses: number;
  /** Milliseconds since it was asked for. */
  readonly maxAgeMs: number;
  /** The most keys that are kept. */
  readonly maxKeys: number;
}

/** Data keys that are used again, within bounds. Each is asked for once, whoever waits for it. */
export class DataKeyCache {
  readonly #bounds: DataKeyBounds;
  // In the order they were asked for: the oldest comes first.
  readonly #keys = new Map<string, DataKey>();

  constructor(bounds: DataKeyBounds) {
    this.#bounds = bounds;
  }

  /** Uses the key with an identity; `request` asks for it where there is none, or none that may be used once more. */
  use<T>(
    id: string,
    request: RequestDataKey,
    signal: AbortSignal | undefined,
    work: (material: DataKeyMaterial) => T,
  ): Promise<T> {
    this.#dropOld();
    const known = this.#keys.get(id);
    if (known !== undefined && known.uses < this.#bounds.maxUses) return known.use(signal, work);
    if (known !== undefined) this.#drop(id, known);
    const key = new DataKey(request, (failed) => this.#drop(id, failed));
    this.#keys.set(id, key);
    for (const [oldest, old] of this.#keys) {
      if (this.#keys.size <= this.#bounds.maxKeys) break;
      this.#drop(oldest, old);
    }
    return key.use(signal, work);
  }

  #dropOld(): void {
    const now = Date.now();
    for (const [id, key] of this.#keys) {
      const age = now - key.requestedAt;
      // A clock that was set back says nothing about the age.
      if (age >= 0 && age < this.#bounds.maxAgeMs) break;
      this.#drop(id, key);
    }
  }

  #drop(id: string, key: DataKey): void {
    if (this.#keys.get(id) === key) this.#keys.delete(id);
    key.drop();
  }
}
