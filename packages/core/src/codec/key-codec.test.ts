import { describe, expect, it } from 'vitest';
import { compileModel } from '../compiled-model.ts';
import { bigint, binary, date, decimal, defineModel, integer, number, string } from '../index.ts';
import { attributeCodec } from './attribute-codec.ts';
import {
  completeKeyPart,
  composeText,
  type Encoded,
  keyCodec,
  namesOf,
  partsOf,
  readKeyPart,
  writeKeyPart,
} from './key-codec.ts';
import { fieldsOfObject } from './object-codec.ts';

const Event = compileModel(
  defineModel({
    name: 'Event',
    table: 'events',
    key: {
      partition: { attribute: 'PK', template: 'TENANT#{tenant}' },
      sort: { attribute: 'SK', template: 'E#{at}#{sequence}' },
    },
    attributes: {
      tenant: string(),
      at: date(),
      sequence: integer(),
      size: bigint(),
      price: decimal(),
      weight: number({ optional: true }),
      hash: binary({ optional: true }),
      region: string({ optional: true, name: 'r' }),
    },
    indexes: {
      byPlace: { partition: 'region', sort: 'hash' },
      byAll: { partition: ['tenant', 'region'], sort: ['size', 'weight'] },
      composed: { partition: { attribute: 'GSI1PK', template: '{size}/{price}' } },
    },
  }),
);

const encodedFrom =
  (values: Record<string, unknown>): Encoded =>
  (field) =>
    values[field.property] === undefined ? undefined : field.codec.operand(values[field.property]);

const at = new Date('2026-01-31T12:00:00.000Z');
const sort = Event.key.sort!;
const place = Event.indexes.get('byPlace')!;
const all = Event.indexes.get('byAll')!;
const composed = Event.indexes.get('composed')!;

describe('a composed key', () => {
  it('is written as text', () => {
    const stored = {};
    expect(writeKeyPart(sort, encodedFrom({ at, sequence: 7 }), stored)).toBe(true);
    expect(stored).toEqual({ SK: { S: 'E#2026-01-31T12:00:00.000Z#7' } });
  });

  it('reads back as values of their types', () => {
    expect(readKeyPart(sort, { SK: { S: 'E#2026-01-31T12:00:00.000Z#7' } })).toEqual([at, 7]);
    const stored = {};
    writeKeyPart(composed.partition, encodedFrom({ size: 10n ** 30n, price: '0.10' }), stored);
    expect(readKeyPart(composed.partition, stored)).toEqual([10n ** 30n, '0.1']);
  });

  it('is not written, not even in part, while a value is missing', () => {
    const stored = {};
    expect(writeKeyPart(sort, encodedFrom({ at }), stored)).toBe(false);
    expect(stored).toEqual({});
    expect(composeText(sort, encodedFrom({ at }))).toEqual({ key: 'E#2026-01-31T12:00:00.000Z#', complete: false });
  });

  it('does not take a value that would make it ambiguous', () => {
    expect(() => composeText(Event.key.partition, encodedFrom({ tenant: '' }))).toThrow(
      expect.objectContaining({ keyword: 'key', message: expect.stringContaining('tenant') }),
    );
  });

  it('of another model reads as none', () => {
    expect(readKeyPart(sort, { SK: { S: 'PROFILE' } })).toBeUndefined();
    expect(readKeyPart(sort, {})).toBeUndefined();
    expect(readKeyPart(sort, { SK: { N: '5' } })).toBeUndefined();
  });

  it('with a value of another type names the attribute', () => {
    expect(() => readKeyPart(sort, { SK: { S: 'E#2026-01-31T12:00:00.000Z#seven' } })).toThrow(
      expect.objectContaining({ path: 'sequence', keyword: 'type' }),
    );
  });
});

describe('a plain key', () => {
  it('is stored under the stored names', () => {
    expect(namesOf(place)).toEqual(['r', 'hash']);
    expect(namesOf(all)).toEqual(['tenant', 'r', 'size', 'weight']);
    expect(partsOf(composed)).toHaveLength(1);
  });

  it('of several attributes is written whole or not at all', () => {
    const stored = {};
    expect(writeKeyPart(all.partition, encodedFrom({ tenant: 'a' }), stored)).toBe(false);
    expect(stored).toEqual({});
    expect(writeKeyPart(all.partition, encodedFrom({ tenant: 'a', region: 'b' }), stored)).toBe(true);
    expect(stored).toEqual({ tenant: { S: 'a' }, r: { S: 'b' } });
  });

  it.each([
    ['region', { region: '' }, place.partition],
    ['hash', { hash: new Uint8Array(0) }, place.sort!],
  ])('is never empty: %s', (property, values, part) => {
    expect(() => writeKeyPart(part, encodedFrom(values), {})).toThrow(
      expect.objectContaining({ path: property, keyword: 'key', message: 'is a key and must not be empty' }),
    );
  });

  it('is completed by being checked, once it has all its attributes', () => {
    const none = encodedFrom({});
    const stored = { tenant: { S: '' }, size: { N: '1' } };
    completeKeyPart(all.partition, none, stored);
    completeKeyPart(all.sort!, none, stored);
    completeKeyPart(place.partition, none, stored);
    expect(stored).toEqual({ tenant: { S: '' }, size: { N: '1' } });
    const whole = { tenant: { S: 'a' }, r: { S: '' } };
    expect(() => completeKeyPart(all.partition, (field) => field.codec.operand(''), whole)).toThrow(
      expect.objectContaining({ keyword: 'key' }),
    );
  });

  it('may be zero, or bytes that are all zero', () => {
    const stored = {};
    writeKeyPart(all.sort!, encodedFrom({ size: 0n, weight: 0 }), stored);
    writeKeyPart(place.sort!, encodedFrom({ hash: new Uint8Array(2) }), stored);
    expect(stored).toEqual({ size: { N: '0' }, weight: { N: '0' }, hash: { B: 'AAA=' } });
  });
});

describe('what is known of a key beforehand', () => {
  const attributes = {
    text: string(),
    more: string({ minLength: 0 }),
    filled: string({ minLength: 1 }),
    count: number(),
    at: date(),
    bytes: binary(),
  };

  const partOf = (...part: string[]) => {
    const fields = fieldsOfObject(attributes, (attribute) => attributeCodec(attribute, false));
    const named = new Map(fields.map((field) => [field.property, field]));
    const [template] = part;
    const partition = template?.includes('{') ? { attribute: 'PK', template } : part;
    return keyCodec({ partition }, named).partition;
  };

  it.each([
    [['text'], true],
    [['more'], true],
    [['filled'], false],
    [['count'], false],
    [['at'], false],
    [['bytes'], true],
    [['filled', 'text'], true],
    [['filled', 'count'], false],
    [['{text}'], false],
  ])('%j: whether it may be empty', (part, expected) => {
    expect(partOf(...part).mayBeEmpty).toBe(expected);
  });

  it.each([
    [['text', 'filled'], true],
    [['text', 'count'], false],
    [['bytes'], false],
    [['{text}#{filled}'], true],
    [['{text}#{at}'], false],
  ])('%j: whether it is all text', (part, expected) => {
    expect(partOf(...part).allText).toBe(expected);
  });
});
