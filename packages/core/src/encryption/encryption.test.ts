import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AttributeValue } from '../codec/attribute-value.ts';
import { DataKeyError } from './data-key-error.ts';
import { Encryption } from './encryption.ts';
import type { EncryptionOptions } from './encryption-options.ts';
import type { Kms } from './kms.ts';
import type { Place } from './place.ts';
import { Plaintext, Unopened } from './plaintext.ts';

afterEach(() => {
  vi.useRealTimers();
});

const here: Place = { table: 't', model: 'M', key: [['id', 'S:1']] };
const context = { 'tabletheory:table': 't', 'tabletheory:model': 'M' };
const value = new Plaintext('card', { S: 'x' });

/** A KMS whose only key is of ones, with what it was asked. */
function oneKey(changed: Partial<Record<keyof Kms, () => Promise<object>>> = {}) {
  const kms = {
    generateDataKey: vi.fn(
      changed.generateDataKey ??
        (async () => ({ Plaintext: new Uint8Array(32).fill(1), CiphertextBlob: Uint8Array.of(7) })),
    ),
    decrypt: vi.fn(changed.decrypt ?? (async () => ({ Plaintext: new Uint8Array(32).fill(1) }))),
  };
  return kms as typeof kms & Kms;
}

const using = (kms: Kms, options: Partial<EncryptionOptions> = {}) =>
  new Encryption({ keyId: 'k', ...options }, async () => kms);

const sealed = (version: 1 | 2): Promise<AttributeValue> => using(oneKey(), { version }).seal(here, value, undefined);

describe('sealing', () => {
  it.each([
    [2, { KeyId: 'k', KeySpec: 'AES_256', EncryptionContext: context }],
    [1, { KeyId: 'k', KeySpec: 'AES_256' }],
  ] as const)('in version %i asks for a key that is bound to what the value is', async (version, asked) => {
    const kms = oneKey();
    const { M } = await using(kms, { version }).seal(here, value, undefined);
    expect(M).toMatchObject({ v: { N: String(version) }, edk: { B: 'Bw==' } });
    expect(kms.generateDataKey.mock.calls).toStrictEqual([[asked, { abortSignal: expect.any(AbortSignal) }]]);
  });

  it('is in version 2 where nothing else is said', async () => {
    expect((await using(oneKey()).seal(here, value, undefined)).M?.v).toEqual({ N: '2' });
  });

  it('uses a key for 1,000 values of a model in a table, and for five minutes', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const kms = oneKey();
    const encryption = using(kms);
    for (let i = 0; i < 1_000; i++) await encryption.seal({ ...here, key: [['id', `S:${i}`]] }, value, undefined);
    expect(kms.generateDataKey).toHaveBeenCalledTimes(1);
    await encryption.seal(here, value, undefined);
    expect(kms.generateDataKey).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(299_999);
    await encryption.seal(here, value, undefined);
    expect(kms.generateDataKey).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1);
    await encryption.seal(here, value, undefined);
    expect(kms.generateDataKey).toHaveBeenCalledTimes(3);
    await encryption.seal({ ...here, model: 'N' }, value, undefined);
    expect(kms.generateDataKey).toHaveBeenCalledTimes(4);
  });

  it('keeps 1,000 keys', async () => {
    const kms = oneKey();
    const encryption = using(kms);
    for (let i = 0; i < 1_000; i++) await encryption.seal({ ...here, table: `t${i}` }, value, undefined);
    await encryption.seal({ ...here, table: 't0' }, value, undefined);
    expect(kms.generateDataKey).toHaveBeenCalledTimes(1_000);
    await encryption.seal({ ...here, table: 'one more' }, value, undefined);
    await encryption.seal({ ...here, table: 't0' }, value, undefined);
    expect(kms.generateDataKey).toHaveBeenCalledTimes(1_002);
  });

  it.each([
    ['nothing', {}],
    ['a short key', { Plaintext: new Uint8Array(16), CiphertextBlob: Uint8Array.of(7) }],
    ['no encrypted key', { Plaintext: new Uint8Array(32) }],
    ['an empty encrypted key', { Plaintext: new Uint8Array(32), CiphertextBlob: new Uint8Array() }],
  ])('is refused where KMS answers %s', async (_what, answer) => {
    const encryption = using(oneKey({ generateDataKey: async () => answer }));
    const error = await encryption.seal(here, value, undefined).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DataKeyError);
    expect(error.message).toBe('answered without a data key of 256 bits');
  });

  it('is refused as KMS refuses', async () => {
    const refused = Object.assign(new Error(), { name: 'KMSInternalException', $fault: 'server' });
    const encryption = using(oneKey({ generateDataKey: () => Promise.reject(refused) }));
    await expect(encryption.seal(here, value, undefined)).rejects.toMatchObject({
      constructor: DataKeyError,
      retryable: true,
      cause: refused,
    });
  });

  it('ends with the signal, and so does what KMS was asked', async () => {
    const kms = oneKey({ generateDataKey: () => new Promise(() => {}) });
    const controller = new AbortController();
    const sealing = using(kms).seal(here, value, controller.signal);
    await vi.waitFor(() => expect(kms.generateDataKey).toHaveBeenCalled());
    controller.abort(new Error('time is up'));
    await expect(sealing).rejects.toThrow('time is up');
    const [, { abortSignal }] = kms.generateDataKey.mock.calls[0] as any[];
    expect(abortSignal.aborted).toBe(true);
  });
});

describe('opening', () => {
  it.each([
    [2, { CiphertextBlob: expect.anything(), EncryptionContext: context }],
    [1, { CiphertextBlob: expect.anything() }],
  ] as const)('in version %i asks for the key once, with what it is bound to', async (version, asked) => {
    const kms = oneKey();
    const encryption = using(kms);
    const stored = await sealed(version);
    for (let i = 0; i < 1_001; i++) {
      const opened = await encryption.open(here, 'card', stored, undefined);
      expect((opened as Plaintext).reveal()).toEqual({ S: 'x' });
      expect((opened as Plaintext).attribute).toBe('card');
    }
    expect(kms.decrypt.mock.calls).toStrictEqual([[asked, { abortSignal: expect.any(AbortSignal) }]]);
    expect([...(kms.decrypt.mock.calls as any)[0][0].CiphertextBlob]).toEqual([7]);
  });

  it('asks again for another key, and for a key of another model', async () => {
    const kms = oneKey();
    const encryption = using(kms);
    const stored = await sealed(2);
    await encryption.open(here, 'card', stored, undefined);
    await encryption.open({ ...here, model: 'N' }, 'card', stored, undefined);
    await encryption.open(here, 'card', { M: { ...stored.M, edk: { B: 'CA==' } } }, undefined);
    expect(kms.decrypt).toHaveBeenCalledTimes(3);
  });

  it('refuses what is not encrypted, unless it is to be accepted', async () => {
    const kms = oneKey();
    const refused = await using(kms).open(here, 'card', { S: 'plain' }, undefined);
    expect(refused).toBeInstanceOf(Unopened);
    expect(refused).toEqual({ reason: 'is not stored encrypted' });
    const accepted = await using(kms, { acceptUnencrypted: true }).open(here, 'card', { S: 'plain' }, undefined);
    expect(accepted).toBeInstanceOf(Plaintext);
    expect((accepted as Plaintext).attribute).toBe('card');
    expect((accepted as Plaintext).reveal()).toEqual({ S: 'plain' });
    expect(kms.decrypt).not.toHaveBeenCalled();
  });

  it('refuses versions that are not to be read', async () => {
    const kms = oneKey();
    const refused = await using(kms, { readVersions: [2] }).open(here, 'card', await sealed(1), undefined);
    expect(refused).toEqual({ reason: 'is encrypted in version 1, which is not read' });
    expect(kms.decrypt).not.toHaveBeenCalled();
  });

  it.each<[what: string, kms: Kms]>([
    ['KMS refuses its key', oneKey({ decrypt: () => Promise.reject({ name: 'InvalidCiphertextException' }) })],
    ['its key is another', oneKey({ decrypt: async () => ({ Plaintext: new Uint8Array(32) }) })],
  ])('tells that a value was changed or moved where %s', async (_what, kms) => {
    const unopened = await using(kms).open(here, 'card', await sealed(2), undefined);
    expect(unopened).toEqual({
      reason: 'does not decrypt: it was changed, or belongs to another item, attribute, model or table',
    });
  });

  it.each<[what: string, place: Place, attribute: string]>([
    ['of another item', { ...here, key: [['id', 'S:2']] }, 'card'],
    ['of another attribute', here, 'pin'],
    ['of another model', { ...here, model: 'N' }, 'card'],
    ['of another table', { ...here, table: 'u' }, 'card'],
  ])('refuses a value %s, also where KMS gives its key', async (_what, place, attribute) => {
    expect(await using(oneKey()).open(place, attribute, await sealed(2), undefined)).toBeInstanceOf(Unopened);
  });

  it('fails where KMS gives no key', async () => {
    const denied = Object.assign(new Error(), { name: 'AccessDeniedException', $fault: 'client' });
    const failing = using(oneKey({ decrypt: () => Promise.reject(denied) }));
    await expect(failing.open(here, 'card', await sealed(2), undefined)).rejects.toMatchObject({
      constructor: DataKeyError,
      cause: denied,
    });
    for (const answer of [{}, { Plaintext: new Uint8Array(16) }]) {
      const short = using(oneKey({ decrypt: async () => answer }));
      await expect(short.open(here, 'card', await sealed(2), undefined)).rejects.toThrow(
        'answered without a data key of 256 bits',
      );
    }
  });
});

describe('what asks KMS', () => {
  it('is made at the first use, once, and again where that failed', async () => {
    const kms = oneKey();
    const make = vi.fn(async (): Promise<Kms> => kms);
    make.mockRejectedValueOnce(new TypeError('not installed'));
    const encryption = new Encryption({ keyId: 'k' }, make);
    expect(make).not.toHaveBeenCalled();
    await expect(encryption.seal(here, value, undefined)).rejects.toThrow('not installed');
    await encryption.open(here, 'card', await encryption.seal(here, value, undefined), undefined);
    expect(make).toHaveBeenCalledTimes(2);
  });
});

describe('the table values are bound to', () => {
  it('is the table, where no other is named', () => {
    expect(using(oneKey()).boundTable('orders')).toBe('orders');
    expect(using(oneKey(), { boundTable: (table) => `${table}-old` }).boundTable('orders')).toBe('orders-old');
  });
});
