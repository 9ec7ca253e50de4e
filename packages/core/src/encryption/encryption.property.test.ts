import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeValue } from '../codec/attribute-value.ts';
import { Encryption } from './encryption.ts';
import type { EnvelopeVersion } from './envelope.ts';
import type { Kms } from './kms.ts';
import type { Place } from './place.ts';
import { Plaintext, Unopened } from './plaintext.ts';
import { fromTaggedJson, toTaggedJson } from './tagged-json.ts';

const RUNS = { numRuns: 300 };

/** Data keys by their encrypted form, which is random text; contexts are checked as KMS does. */
function memoryKms(): Kms {
  const keys = new Map<string, { key: Uint8Array; context: string }>();
  return {
    generateDataKey: async ({ EncryptionContext }) => {
      const CiphertextBlob = crypto.getRandomValues(new Uint8Array(24));
      const key = crypto.getRandomValues(new Uint8Array(32));
      keys.set(String(CiphertextBlob), { key: key.slice(), context: JSON.stringify(EncryptionContext) });
      return { Plaintext: key, CiphertextBlob };
    },
    decrypt: async ({ CiphertextBlob, EncryptionContext }) => {
      const known = keys.get(String(CiphertextBlob));
      if (known === undefined || known.context !== JSON.stringify(EncryptionContext)) {
        throw Object.assign(new Error('refused'), { name: 'InvalidCiphertextException' });
      }
      return { Plaintext: known.key.slice() };
    },
  };
}

const kms = memoryKms();
const encryption = { 1: of(1), 2: of(2) };

function of(version: EnvelopeVersion): Encryption {
  return new Encryption({ keyId: 'k', kms, version, cache: { maxUses: 20, maxKeys: 5 } }, async () => kms);
}

const text = fc.string({ unit: 'binary' });
const number = fc.integer().map(String);
const base64 = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'));
const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.record({ S: text }),
    fc.record({ N: number }),
    fc.record({ B: base64 }),
    fc.record({ BOOL: fc.boolean() }),
    fc.constant({ NULL: true }),
    fc.record({ SS: fc.uniqueArray(text, { minLength: 1 }) }),
    fc.record({ NS: fc.uniqueArray(number, { minLength: 1 }) }),
    fc.record({ BS: fc.uniqueArray(base64, { minLength: 1 }) }),
    fc.record({ L: fc.array(tie('value')) }),
    fc.record({ M: fc.dictionary(fc.oneof(text, fc.constant('__proto__')), tie('value')) }),
  ),
}));
const version = fc.constantFrom<EnvelopeVersion>(1, 2);
const place = fc.record<Place>({
  table: text,
  model: text,
  key: fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 2 }),
});

describe('encryption', () => {
  it('opens what it sealed, whatever the value and the place', () =>
    fc.assert(
      fc.asyncProperty(version, place, text, value, async (written, at, attribute, stored) => {
        const sealed = await encryption[written].seal(at, new Plaintext(attribute, stored), undefined);
        expect(sealed.M?.v).toEqual({ N: String(written) });
        // As it comes back from DynamoDB.
        const opened = await encryption[2].open(at, attribute, JSON.parse(JSON.stringify(sealed)), undefined);
        expect(opened).toBeInstanceOf(Plaintext);
        expect(JSON.stringify((opened as Plaintext).reveal())).toBe(
          JSON.stringify(written === 1 ? sorted(stored) : stored),
        );
      }),
      RUNS,
    ));

  it('does not open what it sealed at another place, or under another attribute', () =>
    fc.assert(
      fc.asyncProperty(place, place, text, text, async (from, to, attribute, other) => {
        fc.pre(JSON.stringify([from, attribute]) !== JSON.stringify([to, other]));
        const sealed = await encryption[2].seal(from, new Plaintext(attribute, { S: 'mine' }), undefined);
        expect(await encryption[2].open(to, other, sealed, undefined)).toBeInstanceOf(Unopened);
        if (attribute === other) return;
        const old = await encryption[1].seal(from, new Plaintext(attribute, { S: 'mine' }), undefined);
        expect(await encryption[2].open(from, other, old, undefined)).toBeInstanceOf(Unopened);
      }),
      RUNS,
    ));

  it('does not open what was changed, in any bit of any part', () =>
    fc.assert(
      fc.asyncProperty(
        version,
        fc.constantFrom('edk', 'nonce', 'ct'),
        fc.nat(),
        fc.nat(7),
        async (v, part, at, bit) => {
          const here: Place = { table: 't', model: 'm', key: [['id', 'S:1']] };
          const sealed = await encryption[v].seal(here, new Plaintext('a', { S: 'text' }), undefined);
          const bytes = Buffer.from(sealed.M?.[part]?.B as string, 'base64');
          const index = at % bytes.length;
          bytes[index] = (bytes[index] as number) ^ (1 << bit);
          const changed = { M: { ...sealed.M, [part]: { B: bytes.toString('base64') } } };
          expect(await encryption[2].open(here, 'a', changed, undefined)).toBeInstanceOf(Unopened);
        },
      ),
      RUNS,
    ));

  it('takes nothing else for an envelope', () =>
    fc.assert(
      fc.asyncProperty(value, async (stored) => {
        const here: Place = { table: 't', model: 'm', key: [] };
        expect(await encryption[2].open(here, 'a', stored, undefined)).toBeInstanceOf(Unopened);
      }),
      RUNS,
    ));

  it('does not take one version for the other', async () => {
    const here: Place = { table: 't', model: 'm', key: [['id', 'S:1']] };
    for (const [from, to] of [
      [1, 2],
      [2, 1],
    ] as const) {
      const sealed = await encryption[from].seal(here, new Plaintext('a', { S: 'x' }), undefined);
      const relabelled = { M: { ...sealed.M, v: { N: String(to) } } };
      expect(await encryption[2].open(here, 'a', relabelled, undefined)).toBeInstanceOf(Unopened);
    }
  });
});

describe('tagged JSON', () => {
  it('holds any value', () =>
    fc.assert(
      fc.property(value, (stored) => {
        expect(JSON.stringify(fromTaggedJson(toTaggedJson(stored)))).toBe(JSON.stringify(sorted(stored)));
      }),
      RUNS,
    ));
});

/** Tagged JSON has the keys of maps sorted. */
function sorted(stored: AttributeValue): AttributeValue {
  if (stored.L !== undefined) return { L: stored.L.map(sorted) };
  if (stored.M === undefined) return stored;
  const entries = Object.entries(stored.M).sort(([a], [b]) => (a < b ? -1 : 1));
  return { M: Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)])) };
}

describe('a plaintext', () => {
  it('cannot be made into JSON, nor seen', () => {
    const plaintext = new Plaintext('card', { S: 'canary' });
    expect(() => JSON.stringify({ Item: { card: plaintext } })).toThrow(/card is an encrypted attribute/);
    expect(String(plaintext) + Object.values(plaintext)).not.toContain('canary');
    expect({ ...plaintext }).toEqual({ attribute: 'card' });
  });
});
