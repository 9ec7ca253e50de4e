import middy from '@middy/core';
import {
  any,
  bigint,
  binary,
  binarySet,
  boolean,
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
} from '@tabletheory/core';
import { InputError, validator } from '@tabletheory/validator';
import { afterAll, describe, expect, test } from 'vitest';
import { Article, Customer, Order, Reading } from '../support/models.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';

/** An attribute of every kind. */
const Everything = defineModel({
  name: 'Everything',
  table: 'everything',
  key: { partition: 'id', sort: 'bytes' },
  attributes: {
    id: string({ format: 'uuid' }),
    bytes: binary(),
    kind: string({ enum: ['a', 'b'], nullable: true, default: 'a' }),
    code: string({ minLength: 2, maxLength: 3, pattern: '^\\p{Lu}+$' }),
    share: number({ minimum: 0, exclusiveMaximum: 1, multipleOf: 0.25 }),
    count: integer({ nullable: true }),
    ledger: bigint(),
    price: decimal({ default: '0.10' }),
    on: boolean({ default: false }),
    at: date({ optional: true }),
    until: ttl({ optional: true }),
    lines: list(map({ sku: string(), quantity: integer({ default: 1 }) }), { minItems: 1, maxItems: 2 }),
    prices: record(number(), { maxItems: 1 }),
    labels: stringSet({ optional: true, maxItems: 2 }),
    sizes: numberSet({ optional: true }),
    parts: binarySet({ optional: true }),
    settings: json({ optional: true }),
    extra: any({ optional: true, description: 'Whatever there is.' }),
  },
});

const valid = {
  id: '0190b5b8-8b8a-7000-8000-000000000000',
  bytes: 'AQ==',
  code: 'ÄÖ',
  share: 0.25,
  count: null,
  ledger: '-12345678901234567890123456789012345678',
  at: '2026-01-31T12:00:00Z',
  until: '2027-01-31T12:00:00.000+01:00',
  lines: [{ sku: 'x' }],
  prices: { net: 1.5 },
  labels: ['a', 'b'],
  sizes: [1, 2.5],
  parts: ['', 'AID/'],
  settings: { deep: [1, null] },
  extra: [1],
};

const validate = (schema: object) => {
  const handler = middy()
    .use(validator({ body: schema }))
    .handler(async (_event: unknown, { input }: any) => input);
  return (body: unknown): Promise<any> =>
    handler({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }, {} as never);
};

const dialects = [
  ['draft-07', {}],
  ['2020-12', { $schema: 'https://json-schema.org/draft/2020-12/schema' }],
] as const;

describe.each(dialects)('the schema of a model, as %s', (_dialect, more) => {
  test.each([
    ['Article', Article],
    ['Reading', Reading],
    ['Customer', Customer],
    ['Order', Order],
    ['Everything', Everything],
  ])('compiles strictly for %s', async (_name, model) => {
    for (const kind of ['new', 'key', 'update'] as const) {
      // A schema that does not compile is a TypeError, not an InputError.
      const error = await thrownBy(validate({ ...model.jsonSchema(kind), ...more })('text'), InputError);
      expect(error).toMatchObject({ statusCode: 400 });
    }
  });

  test('takes what is valid, and fills defaults in', async () => {
    const input = await validate({ ...Everything.jsonSchema(), ...more })(valid);
    expect(input).toEqual({
      ...valid,
      kind: 'a',
      price: '0.10',
      on: false,
      lines: [{ sku: 'x', quantity: 1 }],
    });
  });

  test('fills nothing into an update', async () => {
    const check = validate({ ...Everything.jsonSchema('update'), ...more });
    expect(await check({})).toEqual({});
    expect(await check({ kind: null, share: 0 })).toEqual({ kind: null, share: 0 });
    await thrownBy(check({ id: valid.id }), InputError);
  });

  const check = validate({ ...Everything.jsonSchema(), ...more });
  test.each<[string, object]>([
    ['no key', { id: undefined }],
    ['another format', { id: '1' }],
    ['an empty key', { bytes: '' }],
    ['other base64', { bytes: 'AQ' }],
    ['no member', { kind: 'c' }],
    ['no match', { code: 'ab' }],
    ['an excluded bound', { share: 1 }],
    ['no multiple', { share: 0.3 }],
    ['a fraction', { count: 1.5 }],
    ['a number of many digits as a number', { ledger: 12 }],
    ['text for digits', { ledger: '1.5' }],
    ['text for a decimal', { price: '1,5' }],
    ['null for what is not nullable', { on: null }],
    ['a date without time', { at: '2026-01-31' }],
    ['no element', { lines: [] }],
    ['an unknown nested attribute', { lines: [{ sku: 'x', colour: 'red' }] }],
    ['too many entries', { prices: { a: 1, b: 2 } }],
    ['an empty set', { labels: [] }],
    ['an element twice', { sizes: [1, 1] }],
    ['an unknown attribute', { colour: 'red' }],
  ])('refuses %s', async (_what, change) => {
    await thrownBy(check({ ...valid, ...change }), InputError);
  });
});

describe('what a schema takes', async () => {
  const shop = await startTables({ everything: Everything });
  const { everything } = shop.tables;
  afterAll(() => shop[Symbol.asyncDispose]());
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

  test('is what can be stored, once dates, sets and bytes are made of it', async () => {
    const { at, until, labels, sizes, parts, ledger, ...same } = await validate(Everything.jsonSchema())(valid);
    const item = {
      ...same,
      bytes: bytes(valid.bytes),
      ledger: BigInt(ledger),
      at: new Date(at),
      until: new Date(until),
      labels: new Set<string>(labels),
      sizes: new Set<number>(sizes),
      parts: new Set<Uint8Array>(parts.map(bytes)),
    };
    const created = await everything.create(item);
    expect(created).toMatchObject({ id: valid.id, ledger: -12345678901234567890123456789012345678n, price: '0.1' });
    expect(await everything.get({ id: valid.id, bytes: bytes(valid.bytes) })).toEqual(created);
  });
});
