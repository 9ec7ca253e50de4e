import { describe, expect, it, vi } from 'vitest';
import { compileModel } from '../compiled-model.ts';
import { defineModel, string } from '../index.ts';
import { Encryption } from './encryption.ts';
import { encryptionFor, type MakeKms } from './encryption-for.ts';
import type { Kms } from './kms.ts';
import { Plaintext } from './plaintext.ts';

const modelWith = (attributes: object) =>
  compileModel(
    defineModel({
      name: 'Note',
      table: 'notes',
      key: { partition: 'id' },
      attributes: { id: string(), ...attributes },
    } as never),
  );
const Plain = modelWith({});
const Secret = modelWith({ card: string({ encrypted: true }), note: string({ encrypted: true, name: 'n' }) });

const kms = (): Kms => ({
  generateDataKey: vi.fn(async () => ({ Plaintext: new Uint8Array(32), CiphertextBlob: Uint8Array.of(1) })),
  decrypt: async () => ({}),
});
const use = (encryption: Encryption | undefined) =>
  encryption?.seal({ table: 't', model: 'm', key: [] }, new Plaintext('a', { S: 'x' }), undefined);

describe('encryptionFor', () => {
  it('is none where nothing is encrypted', () => {
    expect(encryptionFor('createTables', [Plain], undefined, undefined, {})).toBeUndefined();
  });

  it('needs the option where something is', () => {
    expect(() => encryptionFor('createTables', [Plain, Secret], undefined, undefined, {})).toThrow(
      new TypeError(
        'createTables: model Note has encrypted attributes (card, note): give the option encryption, ' +
          'for example { keyId: process.env.KMS_KEY_ARN }',
      ),
    );
  });

  it('asks the KMS that is given', async () => {
    const given = kms();
    const makeKms = vi.fn<MakeKms>();
    for (const make of [makeKms, undefined]) {
      const encryption = encryptionFor('createTables', [Plain], { keyId: 'k', kms: given }, make, {});
      expect(encryption).toBeInstanceOf(Encryption);
      await use(encryption);
    }
    expect(given.generateDataKey).toHaveBeenCalledTimes(2);
    expect(makeKms).not.toHaveBeenCalled();
  });

  it('has one made at the first use, or needs one', async () => {
    const made = kms();
    const makeKms = vi.fn<MakeKms>(async () => made);
    const config = {};
    const encryption = encryptionFor('createTables', [Secret], { keyId: 'k' }, makeKms, config);
    expect(makeKms).not.toHaveBeenCalled();
    await use(encryption);
    expect(made.generateDataKey).toHaveBeenCalledTimes(1);
    expect(makeKms.mock.calls).toEqual([['k', config]]);
    expect(() => encryptionFor('createTables', [Secret], { keyId: 'k' }, undefined, {})).toThrow(
      new TypeError('createTables: give encryption.kms, for example a KMS of @aws-sdk/client-kms'),
    );
  });

  it('refuses wrong options, also where nothing is encrypted', () => {
    expect(() => encryptionFor('createTables', [Plain], { keyId: '' }, undefined, {})).toThrow(/keyId must name/);
  });
});
