import type { EnvelopeVersion } from './envelope.ts';
import type { Kms } from './kms.ts';

/** How attributes marked `encrypted` are encrypted. */
export interface EncryptionOptions {
  /**
   * The KMS key that encrypts data keys: its ARN, id or alias. After a change, what was written before stays readable
   * as long as the function may decrypt with the old key.
   */
  readonly keyId: string;
  /**
   * What asks KMS, for example a `KMS` of `@aws-sdk/client-kms`. Without it, that package is loaded at the first use,
   * and asked with the credentials of the tables' client.
   */
  readonly kms?: Kms | undefined;
  /** The envelope that is written. Default 2, which binds a value to its table, model, item and attribute. */
  readonly version?: EnvelopeVersion | undefined;
  /** The envelopes that are read. Default both; `[2]` where nothing of version 1 is left. */
  readonly readVersions?: readonly EnvelopeVersion[] | undefined;
  /**
   * Whether values that are not encrypted are read, as while a table is changed over to encryption. Default `false`:
   * they are refused.
   */
  readonly acceptUnencrypted?: boolean | undefined;
  /** The name a table's values are bound to, where it is another than the table's: after a restore under a new name. */
  readonly boundTable?: ((table: string) => string) | undefined;
  /** How long data keys are kept in memory. */
  readonly cache?: DataKeyCacheOptions | undefined;
}

/** Bounds of the data keys in memory. */
export interface DataKeyCacheOptions {
  /** The most values that are encrypted with one key. Default 1,000. */
  readonly maxUses?: number | undefined;
  /** How long a key is used, in milliseconds. Default 300,000, which is five minutes. */
  readonly maxAgeMs?: number | undefined;
  /** The most keys that are kept, of those to encrypt with and of those to decrypt with. Default 1,000. */
  readonly maxKeys?: number | undefined;
}

// Random nonces of 96 bits: https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf, 8.3
const MOST_USES = 2 ** 32;

const OPTIONS: readonly (keyof EncryptionOptions)[] = [
  'keyId',
  'kms',
  'version',
  'readVersions',
  'acceptUnencrypted',
  'boundTable',
  'cache',
];
const CACHE_OPTIONS: readonly (keyof DataKeyCacheOptions)[] = ['maxUses', 'maxAgeMs', 'maxKeys'];

/** @throws TypeError, RangeError naming the option that is wrong or unknown. */
export function checkEncryptionOptions(options: EncryptionOptions): void {
  const { keyId, kms, version = 2, readVersions = [2], boundTable, cache = {} } = options;
  const wrong = (problem: string): TypeError => new TypeError(`encryption: ${problem}`);
  const unknown = [...unknownIn(options, OPTIONS, ''), ...unknownIn(cache, CACHE_OPTIONS, 'cache.')];
  if (unknown.length > 0) throw wrong(`${unknown.join(', ')} is unknown; known are ${OPTIONS.join(', ')}`);
  if (typeof keyId !== 'string' || keyId === '') throw wrong('keyId must name a KMS key: its ARN, id or alias');
  if (kms !== undefined && (typeof kms?.generateDataKey !== 'function' || typeof kms.decrypt !== 'function')) {
    throw wrong('kms must have generateDataKey and decrypt, as a KMS of @aws-sdk/client-kms has');
  }
  if (!Array.isArray(readVersions) || readVersions.length === 0 || ![version, ...readVersions].every(isVersion)) {
    throw wrong('version must be 1 or 2, and readVersions a list of these');
  }
  if (!readVersions.includes(version) && options.readVersions !== undefined) {
    throw wrong(`readVersions must have ${version}, the version that is written`);
  }
  if (boundTable !== undefined && typeof boundTable !== 'function') throw wrong('boundTable must be a function');
  checkBound('maxUses', cache.maxUses, 1, MOST_USES);
  checkBound('maxAgeMs', cache.maxAgeMs, 0, Infinity);
  checkBound('maxKeys', cache.maxKeys, 1, Infinity);
}

function unknownIn(options: object, known: readonly string[], prefix: string): string[] {
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => prefix + name);
}

function isVersion(version: unknown): boolean {
  return version === 1 || version === 2;
}

function checkBound(name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  const bound = most === Infinity ? '' : ` and at most ${most}`;
  throw new RangeError(`encryption: cache.${name} must be a whole number of at least ${least}${bound}`);
}
