import type { AttributeValue, StoredItem } from '../codec/attribute-value.ts';
import { type Field, storedIn } from '../codec/object-codec.ts';
import { setOwn } from '../codec/plain-object.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import type { Encryption } from './encryption.ts';
import { placeOf } from './place.ts';
import { Plaintext, type Unopened } from './plaintext.ts';
import { withDataKeys } from './with-data-keys.ts';

// Stored items of a model with encrypted attributes, with every one of those opened. The codec refuses what could not
// be, by name, as it refuses any other value that does not fit.

// More would only wait in line: KMS has quotas for requests a second.
const CONCURRENCY = 16;

/** The part of a connection that decryption needs. */
export type Decrypting = Pick<Connection, 'encryption' | 'binding'>;

/**
 * Opens the encrypted attributes of a stored item, or of what a projection returned of it.
 *
 * @throws DataKeyUnavailableError when KMS cannot be asked for a data key.
 * @throws DeadlineExceededError when time runs out.
 */
export async function openStored(
  connection: Decrypting,
  model: CompiledModel,
  stored: StoredItem,
  operation: string,
): Promise<StoredItem> {
  const encryption = connection.encryption as Encryption; // createTables takes such a model with one only
  const there = model.encrypted.filter((field) => storedIn(stored, field) !== undefined);
  if (there.length === 0) return stored;
  const opened: StoredItem = { ...stored };
  const place = placeOf(model, stored, encryption.boundTable);
  await withDataKeys(connection, { operation, model: model.name }, true, async () => {
    for (const field of there) {
      const value = storedIn(stored, field) as AttributeValue;
      const plaintext = await encryption.open(place, field.name, value, connection.binding.signal);
      if (standsForNothing(field, plaintext)) delete opened[field.name];
      else setOwn<AttributeValue>(opened, field.name, plaintext);
    }
  });
  return opened;
}

// Other writers encrypt NULL for an attribute without a value. It would be written back unencrypted.
function standsForNothing({ nullIsAbsent }: Field, value: Plaintext | Unopened): boolean {
  return nullIsAbsent && value instanceof Plaintext && value.reveal().NULL === true;
}

/** A stored item, and the model it is of. */
export interface StoredOf {
  readonly model: CompiledModel;
  readonly stored: StoredItem;
}

/** Opens several items, and returns them in their order. Throws as {@link openStored} does. */
export async function openAll(
  connection: Connection,
  items: readonly StoredOf[],
  operation: string,
): Promise<StoredItem[]> {
  const opened: StoredItem[] = [];
  const left = items.entries();
  let failed = false;
  async function openNext(): Promise<void> {
    for (const [i, { model, stored }] of left) {
      if (failed) return;
      opened[i] = await openStored(connection, model, stored, operation);
    }
  }
  await Promise.all(
    Array.from({ length: Math.min(CONCURRENCY, items.length) }, () =>
      openNext().catch((error: unknown) => {
        failed = true;
        throw error;
      }),
    ),
  );
  return opened;
}

/**
 * Opens an item that comes along with what is known already: one that was deleted, or failed a condition.
 *
 * @returns the item as it is stored where it cannot be opened: it is then one that does not fit its model.
 */
export function openExisting(
  connection: Connection,
  model: CompiledModel,
  stored: StoredItem,
  operation: string,
): Promise<StoredItem> {
  return openStored(connection, model, stored, operation).catch(() => stored);
}
