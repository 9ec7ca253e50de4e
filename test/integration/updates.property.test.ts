import {
  bigint,
  boolean,
  date,
  defineModel,
  integer,
  list,
  map,
  number,
  numberSet,
  record,
  string,
  stringSet,
  version,
} from '@tabletheory/core';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { onDynamodbLocal } from '../dynamodb-local/engine-in-use.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { type Change, pathOf, updated, valueAt } from './update-oracle.ts';

const Plant = defineModel({
  name: 'Plant',
  table: 'plants',
  key: { partition: 'id' },
  attributes: {
    id: integer(),
    title: string(),
    note: string({ optional: true, nullable: true, name: 'comment' }), // stored under a reserved word
    watered: date({ optional: true }),
    alive: boolean({ optional: true }),
    height: number({ optional: true }),
    seeds: bigint({ optional: true }),
    names: stringSet({ optional: true }),
    sizes: numberSet({ optional: true }),
    readings: list(number(), { optional: true }),
    pot: map(
      {
        colour: string({ name: 'c' }),
        weight: number({ optional: true }),
        marks: stringSet({ optional: true }),
        layers: list(string(), { optional: true }),
      },
      { optional: true },
    ),
    pictures: list(map({ url: string(), likes: integer({ optional: true }) }), { optional: true }),
    counts: record(number(), { optional: true }),
    version: version(),
  },
});

const text = fc.constantFrom('', 'a', 'b', 'é😀');
const real = fc.integer({ min: -500, max: 500 }).map((hundredths) => hundredths / 100);
const whole = fc.integer({ min: -3, max: 3 });
const setOf = <T>(element: fc.Arbitrary<T>): fc.Arbitrary<Set<T>> =>
  fc.uniqueArray(element, { minLength: 1, maxLength: 3 }).map((elements) => new Set(elements));
const texts = setOf(text);
const reals = setOf(fc.constantFrom(-1, 0, 0.5, 2));
const listOf = <T>(element: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(element, { maxLength: 4 });
const picture = fc.record({ url: text, likes: whole }, { requiredKeys: ['url'] });
const pot = fc.record({ colour: text, weight: real, marks: texts, layers: listOf(text) }, { requiredKeys: ['colour'] });
const seeds = fc.constantFrom(-1n, 10n ** 20n, 9007199254740993n);

const NAMES = ['a', 'b', 'size'];
const counts = fc.dictionary(fc.constantFrom(...NAMES), real, { maxKeys: 2, noNullPrototype: true });

/** Changes of one kind of path, by what the update builder can do to it. */
function changesOf(
  steps: (position: number) => Change['steps'],
  value: fc.Arbitrary<unknown>,
  more: Partial<Record<Change['kind'], fc.Arbitrary<unknown>>> = {},
): fc.Arbitrary<Change> {
  const kinds = { set: value, setIfNotExists: value, remove: fc.constant(undefined), ...more };
  return fc.oneof(
    ...Object.entries(kinds).map(([kind, value]) =>
      fc
        .tuple(fc.nat(4), value)
        .map(([position, value]): Change => ({ kind: kind as Change['kind'], steps: steps(position), value })),
    ),
  );
}

const ofWholes = fc.oneof(
  changesOf(() => ['title'], text),
  changesOf(() => ['note'], fc.option(text)),
  changesOf(() => ['watered'], fc.constantFrom(new Date(0), new Date(1))),
  changesOf(() => ['alive'], fc.boolean()),
  changesOf(() => ['height'], real, { add: real }),
  changesOf(() => ['seeds'], seeds, { add: seeds }),
  changesOf(() => ['names'], texts, { add: texts, deleteFromSet: texts }),
  changesOf(() => ['sizes'], reals, { add: reals, deleteFromSet: reals }),
  changesOf(() => ['readings'], listOf(real), { append: listOf(real), prepend: listOf(real) }),
  changesOf(() => ['pictures'], listOf(picture), { append: listOf(picture), prepend: listOf(picture) }),
  changesOf(() => ['pot'], pot),
  changesOf(() => ['counts'], counts),
);

const ofParts = fc.oneof(
  changesOf((i) => ['readings', i], real, { add: real }),
  changesOf((i) => ['pictures', i], picture),
  changesOf((i) => ['pictures', i, 'url'], text),
  changesOf((i) => ['pictures', i, 'likes'], whole, { add: whole }),
  changesOf(() => ['pot', 'colour'], text),
  changesOf(() => ['pot', 'weight'], real, { add: real }),
  changesOf(() => ['pot', 'marks'], texts, { add: texts, deleteFromSet: texts }),
  changesOf(() => ['pot', 'layers'], listOf(text), { append: listOf(text), prepend: listOf(text) }),
  changesOf((i) => ['pot', 'layers', i], text),
  changesOf((i) => ['counts', NAMES[i % NAMES.length] as string], real, { add: real }),
);

const change = fc.oneof({ arbitrary: ofWholes, weight: 1 }, { arbitrary: ofParts, weight: 3 });

const REQUIRED = new Set(['title', 'colour', 'url']);

/** Whether DynamoDB can make a change to an item, whatever else the update changes. */
function isPossible(item: object, { kind, steps }: Change): boolean {
  const last = steps.at(-1) as string | number;
  if (kind === 'remove' && REQUIRED.has(last as string)) return false;
  const parent = valueAt(item, steps.slice(0, -1));
  if (parent === undefined) return false;
  // DynamoDB puts what is set beyond the end of a list behind its last element; Dynoxide fills the gap with nulls.
  return typeof last !== 'number' || onDynamodbLocal || last < (parent as unknown[]).length;
}

/** Whether two changes can be made in one update. */
function isApart(one: Change, other: Change): boolean {
  const [short, long] = one.steps.length < other.steps.length ? [one, other] : [other, one];
  if (short.steps.every((step, i) => step === long.steps[i])) return false;
  // DynamoDB counts positions as they were before the update; Dynoxide counts anew after an element is removed.
  return onDynamodbLocal || !(removesElement(one) || removesElement(other)) || one.steps[0] !== other.steps[0];
}

const removesElement = ({ kind, steps }: Change): boolean => kind === 'remove' && typeof steps.at(-1) === 'number';

/** Those of some changes that can be made together. */
function possible(item: object, changes: readonly Change[]): Change[] {
  const chosen: Change[] = [];
  for (const change of changes) {
    if (isPossible(item, change) && chosen.every((other) => isApart(change, other))) chosen.push(change);
  }
  return chosen;
}

const shop = await startTables({ plants: Plant });
const { plants } = shop.tables;
afterAll(() => shop[Symbol.asyncDispose]());

const plant = fc.record(
  {
    title: text,
    note: fc.option(text),
    height: real,
    names: texts,
    readings: listOf(real),
    pot,
    counts,
    pictures: listOf(picture),
  },
  { requiredKeys: ['title'] },
);
let lastId = 0;

test('an update makes of an item what its changes say, and so it is stored', async () => {
  await fc.assert(
    fc.asyncProperty(
      plant,
      fc.array(fc.array(change, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 }),
      async (start, updates) => {
        const key = { id: ++lastId };
        let item: { version: number } = await plants.create({ ...start, ...key } as any);
        for (const wanted of updates) {
          const changes = possible(item, wanted);
          if (changes.length === 0) continue;
          const expected = { ...updated(item, changes), version: item.version + 1 };
          item = await plants.update(key, (builder: any) => {
            for (const change of changes) builder[change.kind](pathOf(change), change.value);
          });
          expect(item).toEqual(expected);
        }
        expect(await plants.get(key, { consistent: true })).toEqual(item);
      },
    ),
    { numRuns: 150 },
  );
});
