import {
  any,
  bigint,
  binary,
  boolean,
  type Condition,
  date,
  defineModel,
  integer,
  list,
  map,
  type NewItem,
  number,
  numberSet,
  type Operator,
  record,
  string,
  stringSet,
} from '@tabletheory/core';
import fc from 'fast-check';
import { order } from './stored-value.ts';

/** A model with something of every kind, and with paths into all that has parts. */
export const Rich = defineModel({
  name: 'Rich',
  table: 'rich',
  key: { partition: 'group', sort: 'id' },
  attributes: {
    group: string(),
    id: integer(),
    text: string(),
    score: number(),
    huge: bigint({ optional: true }),
    flag: boolean({ optional: true }),
    seen: date({ optional: true }),
    bytes: binary({ optional: true }),
    remark: string({ optional: true, nullable: true, name: 'size' }), // stored under a reserved word
    words: stringSet({ optional: true }),
    marks: numberSet({ optional: true }),
    tags: list(string(), { optional: true, nullable: true }),
    lines: list(map({ sku: string(), quantity: integer({ optional: true }) }), { optional: true }),
    address: map(
      {
        city: string({ name: 'c' }),
        zip: string({ optional: true }),
        place: map({ lat: number() }, { optional: true }),
      },
      { optional: true },
    ),
    counts: record(number(), { optional: true }),
    anything: any({ optional: true }),
  },
});

// Few values, so that items and operands meet; with texts whose order by bytes is not their order in JavaScript.
const text = fc.constantFrom('', 'a', 'ab', 'b', 'Z', 'é', '\uffff', '😀', 'a😀', '10', '9');
const real = fc.constantFrom(-1.5, 0, 0.1, 1, 2, 9, 10, 1e-7, 1e21);
const count = fc.constantFrom(0, 1, 2, 10);
const huge = fc.constantFrom(-(10n ** 30n), 9007199254740992n, 9007199254740993n, 10n ** 37n);
const moment = fc.constantFrom('1999-12-31', '2026-01-01', '2026-01-02', '2026-11-30').map((day) => new Date(day));
const bytes = fc.uint8Array({ maxLength: 2, max: 2 });
const setOf = <T>(element: fc.Arbitrary<T>): fc.Arbitrary<Set<T>> =>
  fc.uniqueArray(element, { minLength: 1, maxLength: 3 }).map((elements) => new Set(elements));
const listOf = <T>(element: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(element, { maxLength: 3 });
const words = setOf(text);
const marks = setOf(real);
const tags = listOf(text);
const line = fc.record({ sku: text, quantity: count }, { requiredKeys: ['sku'] });
const lines = listOf(line);
const place = fc.record({ lat: real });
const address = fc.record({ city: text, zip: text, place }, { requiredKeys: ['city'] });
const counts = fc.dictionary(fc.constantFrom('a', 'b', 'size', '__proto__'), real, {
  maxKeys: 3,
  noNullPrototype: true,
});
const scalar = fc.oneof(text, real, fc.boolean(), fc.constant(null));
const anything = fc.oneof(scalar, words, marks, listOf(scalar), place, fc.record({ a: listOf(scalar) }));

/** An item, but for its key. */
export const richItem: fc.Arbitrary<Omit<NewItem<typeof Rich>, 'group' | 'id'>> = fc.record(
  {
    text,
    score: real,
    huge,
    flag: fc.boolean(),
    seen: moment,
    bytes,
    remark: fc.option(text),
    words,
    marks,
    tags: fc.option(tags),
    lines,
    address,
    counts,
    anything,
  },
  { requiredKeys: ['text', 'score'] },
);

/** What a path can be compared with, by operator. */
type Operands = Partial<Record<Operator, fc.Arbitrary<unknown>>>;

const type = fc.constantFrom('S', 'N', 'B', 'BOOL', 'NULL', 'L', 'M', 'SS', 'NS', 'BS');

const anyKind = (value: fc.Arbitrary<unknown>): Operands => ({
  '=': value,
  '<>': value,
  in: fc.array(value, { minLength: 1, maxLength: 4 }),
  exists: fc.boolean(),
  type,
});

// Bounds that are not in order, or of two types, are refused.
const bounds = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(value, value).map(([a, b]) => ((order(a, b) ?? 0) <= 0 ? [a, b] : [b, a]));

const inOrder = (value: fc.Arbitrary<unknown>): Operands => ({
  '<': value,
  '<=': value,
  '>': value,
  '>=': value,
  between: bounds(value),
});

const size = fc.integer({ min: -1, max: 4 });
const sized: Operands = {
  'size =': size,
  'size <>': size,
  'size <': size,
  'size <=': size,
  'size >': size,
  'size >=': size,
};

const ofText = { ...anyKind(text), ...inOrder(text), ...sized, beginsWith: text, contains: text };
const ofReal = { ...anyKind(real), ...inOrder(real) };
const ofAnything = {
  ...anyKind(anything),
  ...inOrder(text),
  ...sized,
  beginsWith: text,
  contains: fc.oneof(text, real, fc.boolean()),
};

const paths: Readonly<Record<string, Operands>> = {
  text: ofText,
  score: ofReal,
  huge: { ...anyKind(huge), ...inOrder(huge) },
  flag: anyKind(fc.boolean()),
  seen: { ...anyKind(moment), ...inOrder(moment), beginsWith: fc.constantFrom('', '2026', '2026-01', '1999-12-31T00') },
  bytes: { ...anyKind(bytes), ...inOrder(bytes), ...sized, beginsWith: bytes },
  // Null has no order: only "=", "<>" and "in" take it.
  remark: { ...ofText, ...anyKind(fc.option(text)) },
  words: { ...anyKind(words), ...sized, contains: text },
  marks: { ...anyKind(marks), ...sized, contains: real },
  tags: { ...anyKind(fc.option(tags)), ...sized, contains: text },
  'tags[0]': ofText,
  'tags[2]': ofText,
  lines: { ...anyKind(lines), ...sized, contains: line },
  'lines[0]': { ...anyKind(line), ...sized },
  'lines[1].sku': ofText,
  'lines[0].quantity': { ...anyKind(count), ...inOrder(count) },
  address: { ...anyKind(address), ...sized },
  'address.city': ofText,
  'address.zip': ofText,
  'address.place': { ...anyKind(place), ...sized },
  'address.place.lat': ofReal,
  counts: { ...anyKind(counts), ...sized },
  'counts.a': ofReal,
  'counts.size': ofReal,
  'counts.__proto__': ofReal,
  anything: ofAnything,
  'anything.a': ofAnything,
  'anything.a[0]': ofAnything,
  'anything[1]': ofAnything,
};

const comparison: fc.Arbitrary<Condition> = fc.oneof(
  ...Object.entries(paths).map(([path, operands]) =>
    fc.oneof(
      ...(Object.entries(operands) as [Operator, fc.Arbitrary<unknown>][]).map(([operator, operand]) =>
        operand.map((operand): Condition => ({ kind: 'comparison', path, operator, operand })),
      ),
    ),
  ),
);

/** A condition on items of the model, up to three deep. */
export const richCondition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    comparison,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      conditions: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), condition: tie('condition') }),
  ),
})).condition;
