import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attribute } from './attribute.ts';
import type { StoredItem } from './codec/attribute-value.ts';
import { readItem, writeItem } from './codec/item-codec.ts';
import { compileModel } from './compiled-model.ts';
import {
  type AnyModel,
  any,
  bigint,
  binary,
  binarySet,
  boolean,
  createStreamReader,
  date,
  decimal,
  defineModel,
  integer,
  json,
  list,
  map,
  number,
  numberSet,
  record,
  string,
  stringSet,
  ttl,
} from './index.ts';

describe('any item of any model', () => {
  const dates = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31T23:59:59Z') });
  const keys = fc.string({ minLength: 1 });
  const bytes = fc.uint8Array({ maxLength: 12 });
  const numbers = fc.oneof(fc.integer(), fc.constantFrom(0.1, -1.5e-30, 123_456.789));
  const setOf = <T>(elements: fc.Arbitrary<T>) =>
    fc.uniqueArray(elements, { minLength: 1, maxLength: 4, selector: String });
  // An attribute of every kind, with values of it.
  const kinds: readonly (readonly [Attribute, fc.Arbitrary<unknown>])[] = [
    [string(), fc.string({ unit: 'binary' })],
    [string({ nullable: true }), fc.option(fc.string())],
    [number(), numbers],
    [integer(), fc.maxSafeInteger()],
    [bigint(), fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n })],
    [decimal(), fc.constantFrom('0.1', '-12345678901234567890.5', '1e100')],
    [boolean(), fc.boolean()],
    [binary(), bytes],
    [date(), dates],
    [ttl(), dates],
    [list(list(binary())), fc.array(fc.array(bytes, { maxLength: 3 }), { maxLength: 3 })],
    [map({ a: string({ name: 'b' }), b: binary({ name: 'a' }) }), fc.record({ a: fc.string(), b: bytes })],
    [record(number()), fc.dictionary(keys, numbers, { maxKeys: 3 })],
    [stringSet(), setOf(fc.string()).map((elements) => new Set(elements))],
    [numberSet(), setOf(fc.integer()).map((elements) => new Set(elements))],
    [binarySet(), setOf(bytes).map((elements) => new Set(elements))],
    [json(), fc.jsonValue()],
    [any(), fc.oneof(fc.string(), bytes, fc.array(fc.dictionary(keys, bytes, { maxKeys: 2 }), { maxLength: 2 }))],
  ];
  const templated = {
    partition: { attribute: 'PK', template: 'T#{id}' },
    sort: { attribute: 'SK', template: 'N#{n}' },
  } as const;
  const modelsAndItems = fc
    .record({
      composed: fc.boolean(),
      chosen: fc.uniqueArray(fc.nat(kinds.length - 1), { minLength: 1, maxLength: 6 }),
    })
    .chain(({ composed, chosen }) => {
      // Two of a kind that may be there once only are not chosen, as each kind is chosen once.
      const picked = chosen.map((i) => [`attribute${i}`, ...(kinds[i] as (typeof kinds)[number])] as const);
      const attributes = Object.fromEntries(picked.map(([name, attribute]) => [name, attribute]));
      const model = defineModel({
        name: 'Random',
        table: 'random',
        key: composed ? templated : { partition: 'id', sort: 'n' },
        attributes: { id: string(), n: integer(), ...attributes } as any,
      }) as AnyModel;
      const values = Object.fromEntries(picked.map(([name, , arbitrary]) => [name, arbitrary]));
      const item = fc.record({ id: fc.string({ minLength: 1 }), n: fc.maxSafeInteger(), ...values });
      return fc.tuple(fc.constant(model), item, item);
    });

  it('comes out of a stream as a read returns it', () => {
    fc.assert(
      fc.property(modelsAndItems, ([model, before, after]) => {
        const compiled = compileModel(model);
        const stored = [before, { ...after, id: before.id, n: before.n }].map((item) =>
          writeItem(compiled, item, { now: new Date(0), version: 1 }, 'PutItem'),
        ) as [StoredItem, StoredItem];
        const [OldImage, NewImage] = stored;
        const names = model.key === templated ? ['PK', 'SK'] : ['id', 'n'];
        const Keys = Object.fromEntries(names.map((name) => [name, NewImage[name]]));
        const record = {
          eventName: 'MODIFY',
          eventSourceARN: 'arn:aws:dynamodb:eu-west-1:123456789012:table/random/stream/2026-01-31T00:00:00.000',
          dynamodb: { SequenceNumber: '1', Keys, OldImage, NewImage },
        };
        const readRecord = createStreamReader({ models: { random: model } });
        // A record is JSON on its way.
        const change = readRecord(JSON.parse(JSON.stringify(record)));
        expect(change).toMatchObject({ model: 'random', keys: { id: before.id, n: before.n } });
        expect((change as any).oldItem).toStrictEqual(readItem(compiled, stored[0]));
        expect((change as any).newItem).toStrictEqual(readItem(compiled, stored[1]));
      }),
      { numRuns: 300 },
    );
  });
});
