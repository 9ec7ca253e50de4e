import { describe, expect, it } from 'vitest';
import { envelopeIn, open, seal } from './envelope.ts';

const key = new Uint8Array(32).fill(7);
const bytes = (count: number) => Buffer.alloc(count).toString('base64');
const parts = { v: { N: '2' }, edk: { B: 'AQ==' }, nonce: { B: bytes(12) }, ct: { B: bytes(16) } };

describe('an envelope', () => {
  it.each([
    ['1', 1],
    ['2', 2],
  ] as const)('of version %s is taken apart', (N, version) => {
    expect(envelopeIn({ M: { ...parts, v: { N } } })).toEqual({
      version,
      encryptedKey: 'AQ==',
      nonce: bytes(12),
      ciphertext: bytes(16),
    });
  });

  it.each<[what: string, value: object]>([
    ['no map', { S: 'x' }],
    ['an empty map', { M: {} }],
    ['a map with more', { M: { ...parts, more: { S: 'x' } } }],
    ...(['v', 'edk', 'nonce', 'ct'] as const).flatMap((part): [string, object][] => {
      const { [part]: _, ...others } = parts;
      return [
        [`a map without ${part}`, { M: others }],
        [`a map with something else for ${part}`, { M: { ...others, more: { S: 'x' } } }],
        [`a map whose ${part} is of another type`, { M: { ...others, [part]: { S: 'AQ==' } } }],
      ];
    }),
    ['one of another version', { M: { ...parts, v: { N: '3' } } }],
    ['one with no key', { M: { ...parts, edk: { B: '' } } }],
    ['one with a short nonce', { M: { ...parts, nonce: { B: bytes(11) } } }],
    ['one with a long nonce', { M: { ...parts, nonce: { B: bytes(13) } } }],
    ['one without a whole tag', { M: { ...parts, ct: { B: bytes(15) } } }],
  ])('is not %s', (_what, value) => {
    expect(envelopeIn(value)).toBeUndefined();
  });

  it.each([1, 2] as const)('of version %i opens with what it is bound to, and with nothing else', (version) => {
    const value = { S: 'ä€😀' };
    const sealed = seal(version, value, key, 'AQ==', 'here');
    const envelope = envelopeIn(JSON.parse(JSON.stringify(sealed)));
    if (envelope === undefined) throw new Error('no envelope');
    expect(open(envelope, key, 'here')).toEqual(value);
    expect(() => open(envelope, key, 'there')).toThrow();
    expect(() => open(envelope, new Uint8Array(32), 'here')).toThrow();
    expect(seal(version, value, key, 'AQ==', 'here').M?.nonce).not.toEqual(sealed.M?.nonce);
  });
});
