import type { AttributeValue, StoredItem } from '../codec/attribute-value.ts';
import { namesOf } from '../codec/key-codec.ts';
import { canonicalDecimal } from '../codec/numbers.ts';
import type { CompiledModel } from '../compiled-model.ts';
import { tableNameOf } from '../table-name.ts';
import type { EnvelopeVersion } from './envelope.ts';
import type { EncryptionContext } from './kms.ts';

/** Where encrypted attributes are: the item that has them. */
export interface Place {
  /** The table's name. */
  readonly table: string;
  /** The model's name. */
  readonly model: string;
  /** The item's primary key, by stored name. */
  readonly key: readonly (readonly [name: string, value: string])[];
}

/**
 * The place of an item.
 *
 * @param stored the item or its key, as it is stored.
 * @param boundTable another name that ciphertexts are bound to, for a table.
 */
export function placeOf(model: CompiledModel, stored: StoredItem, boundTable: (table: string) => string): Place {
  return {
    table: boundTable(tableNameOf(model.table)),
    model: model.name,
    key: namesOf(model.key).map((name) => [name, keyText(stored[name])] as const),
  };
}

// DynamoDB returns numbers in its own notation.
function keyText({ S, N, B }: AttributeValue = {}): string {
  if (N !== undefined) return `N:${canonicalDecimal(N)}`;
  return S === undefined ? `B:${B}` : `S:${S}`;
}

/** What the ciphertext of an attribute is authenticated with: the additional data of AES-GCM. */
export function additionalData(version: EnvelopeVersion, { table, model, key }: Place, attribute: string): string {
  if (version === 1) return `theorydb:encrypted:v1|attr=${attribute}`;
  return JSON.stringify(['tabletheory:encrypted:v2', table, model, key, attribute]);
}

/** What KMS binds a data key to; `undefined` for version 1, whose keys are bound to nothing. */
export function encryptionContext(version: EnvelopeVersion, { table, model }: Place): EncryptionContext | undefined {
  return version === 1 ? undefined : { 'tabletheory:table': table, 'tabletheory:model': model };
}
