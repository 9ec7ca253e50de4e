import { describe, expect, it } from 'vitest';
import { checkEncryptionOptions } from './encryption-options.ts';

const kms = { generateDataKey: () => {}, decrypt: () => {} };

describe('the options of encryption', () => {
  it.each<[options: object]>([
    [{}],
    [{ kms }],
    [{ version: 1 }],
    [{ version: 2, readVersions: [1, 2], acceptUnencrypted: true, boundTable: (table: string) => table }],
    [{ version: 1, readVersions: [1] }],
    [{ cache: {} }],
    [{ cache: { maxUses: 1, maxAgeMs: 0, maxKeys: 1 } }],
    [{ cache: { maxUses: 2 ** 32, maxAgeMs: Number.MAX_SAFE_INTEGER, maxKeys: Number.MAX_SAFE_INTEGER } }],
  ])('may be %o', (options) => {
    expect(() => checkEncryptionOptions({ keyId: 'k', ...options } as never)).not.toThrow();
  });

  it.each<[options: object, problem: string]>([
    [{ keyId: undefined }, 'keyId must name a KMS key: its ARN, id or alias'],
    [{ keyId: '' }, 'keyId must name a KMS key: its ARN, id or alias'],
    [{ keyId: 5 }, 'keyId must name a KMS key: its ARN, id or alias'],
    [
      { key: 'k', cache: { size: 1 } },
      'key, cache.size is unknown; known are keyId, kms, version, readVersions, acceptUnencrypted, boundTable, cache',
    ],
    ...[null, {}, { generateDataKey: () => {} }, { decrypt: () => {} }, { ...kms, decrypt: true }].map(
      (given): [object, string] => [
        { kms: given },
        'kms must have generateDataKey and decrypt, as a KMS of @aws-sdk/client-kms has',
      ],
    ),
    ...[{ version: 3 }, { version: '2' }, { readVersions: [] }, { readVersions: 2 }, { readVersions: [2, 3] }].map(
      (given): [object, string] => [given, 'version must be 1 or 2, and readVersions a list of these'],
    ),
    [{ version: 1, readVersions: [2] }, 'readVersions must have 1, the version that is written'],
    [{ readVersions: [1] }, 'readVersions must have 2, the version that is written'],
    [{ boundTable: 'orders' }, 'boundTable must be a function'],
  ])('may not be %o', (options, problem) => {
    const check = () => checkEncryptionOptions({ keyId: 'k', ...options } as never);
    expect(check).toThrow(new TypeError(`encryption: ${problem}`));
  });

  it.each<[cache: object, problem: string]>([
    [{ maxUses: 0 }, 'maxUses must be a whole number of at least 1 and at most 4294967296'],
    [{ maxUses: 2 ** 32 + 1 }, 'maxUses must be a whole number of at least 1 and at most 4294967296'],
    [{ maxUses: 1.5 }, 'maxUses must be a whole number of at least 1 and at most 4294967296'],
    [{ maxAgeMs: -1 }, 'maxAgeMs must be a whole number of at least 0'],
    [{ maxAgeMs: Number.NaN }, 'maxAgeMs must be a whole number of at least 0'],
    [{ maxKeys: 0 }, 'maxKeys must be a whole number of at least 1'],
    [{ maxKeys: Infinity }, 'maxKeys must be a whole number of at least 1'],
  ])('have bounds: %o', (cache, problem) => {
    const check = () => checkEncryptionOptions({ keyId: 'k', cache });
    expect(check).toThrow(new RangeError(`encryption: cache.${problem}`));
  });
});
