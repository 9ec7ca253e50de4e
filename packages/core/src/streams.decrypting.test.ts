import { describe, expect, it, vi } from 'vitest';
import { Encryption } from './encryption/encryption.ts';
import type { Kms } from './encryption/kms.ts';
import { Plaintext } from './encryption/plaintext.ts';
import { createStreamReader, defineModel, type StreamRecord, string } from './index.ts';

describe('a stream reader that decrypts', () => {
  const Secret = defineModel({
    name: 'Secret',
    table: 'secrets',
    key: { partition: 'id' },
    attributes: { id: string(), card: string({ encrypted: true, optional: true }) },
  });
  const Note = defineModel({
    name: 'Note',
    table: 'secrets',
    key: { partition: 'noteId' },
    attributes: { noteId: string(), text: string() },
  });
  const decrypt = vi.fn(async () => ({ Plaintext: new Uint8Array(32).fill(1) }));
  const kms: Kms = {
    generateDataKey: async () => ({ Plaintext: new Uint8Array(32).fill(1), CiphertextBlob: Uint8Array.of(7) }),
    decrypt,
  };
  const readSecret = createStreamReader({
    models: { notes: Note, secrets: Secret },
    encryption: { keyId: 'k', kms },
  });
  const recordOf = (change: StreamRecord['dynamodb'], eventName: 'INSERT' | 'MODIFY' = 'INSERT'): StreamRecord => ({
    eventName,
    eventSourceARN: 'arn:aws:dynamodb:eu-west-1:123456789012:table/secrets/stream/2026-01-31T00:00:00.000',
    dynamodb: { SequenceNumber: '100', ...change },
  });
  const Keys = { id: { S: '1' } };
  const sealed = (text: string) =>
    new Encryption({ keyId: 'k' }, async () => kms).seal(
      { table: 'secrets', model: 'Secret', key: [['id', 'S:1']] },
      new Plaintext('card', { S: text }),
      undefined,
    );

  it('opens both images, and asks KMS with the signal', async () => {
    const OldImage = { ...Keys, card: await sealed('4111') };
    const NewImage = { ...Keys, card: await sealed('4112') };
    const record = recordOf({ Keys, OldImage, NewImage }, 'MODIFY');
    expect(await readSecret(record)).toMatchObject({
      model: 'secrets',
      keys: { id: '1' },
      oldItem: { id: '1', card: '4111' },
      newItem: { id: '1', card: '4112' },
    });
    expect(NewImage.card).toHaveProperty('M');
    const other = { ...Keys, card: await sealed('4113') };
    const late = recordOf({ Keys, NewImage: other });
    await expect(readSecret(late, { signal: AbortSignal.abort() })).rejects.toThrow(/deadline/);
  });

  it('asks KMS for nothing where nothing is encrypted, and says what cannot be opened', async () => {
    decrypt.mockClear();
    const note = { noteId: { S: '1' }, text: { S: 'x' } };
    expect(await readSecret(recordOf({ Keys: { noteId: note.noteId }, NewImage: note }))).toMatchObject({
      model: 'notes',
      newItem: { noteId: '1', text: 'x' },
    });
    expect(await readSecret(recordOf({ Keys, NewImage: Keys }))).toMatchObject({
      model: 'secrets',
      newItem: { id: '1' },
    });
    const bare = recordOf({ Keys, NewImage: { ...Keys, card: { S: '4111' } } });
    expect(await readSecret(bare)).toMatchObject({
      model: undefined,
      problems: [
        { model: 'notes', path: 'Keys.noteId' },
        { model: 'secrets', path: 'NewImage.card', message: 'is not stored encrypted' },
      ],
    });
    expect(await readSecret({} as StreamRecord)).toMatchObject({ model: undefined, problems: [{ path: 'eventName' }] });
    expect(decrypt).not.toHaveBeenCalled();
  });

  it('is not made without the option', () => {
    expect(() => createStreamReader({ models: { secrets: Secret } })).toThrow(
      /^createStreamReader: model Secret has encrypted attributes/,
    );
  });
});
