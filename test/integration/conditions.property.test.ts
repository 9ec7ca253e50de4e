import type { Condition, Item } from '@tabletheory/core';
import { ConditionFailedError } from '@tabletheory/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';
import { holds } from './condition-oracle.ts';
import { Rich, richCondition, richItem } from './rich-items.ts';

const ITEMS = 40;
const CONDITIONS = 150;

const shop = await startTables({ rich: Rich });
const { rich } = shop.tables;
afterAll(() => shop[Symbol.asyncDispose]());

const seed = Date.now() | 0; // the items follow from it too, and a failure reports it
const items: readonly Item<typeof Rich>[] = fc
  .sample(richItem, { numRuns: ITEMS, seed })
  .map((item, id) => ({ ...item, group: 'g', id }) as Item<typeof Rich>);

beforeAll(async () => {
  await rich.batchWrite({ put: items });
  await rich.batchWrite({ put: items.map((item) => ({ ...item, group: 'other' })) });
});

test('items come back as they were', async () => {
  expect(await rich.where('group', '=', 'g').all()).toEqual(items);
});

test('a filter passes the items its condition holds of, and no other', async () => {
  let telling = 0;
  await fc.assert(
    fc.asyncProperty(richCondition, async (condition: Condition) => {
      const query = rich.where('group', '=', 'g').filter(() => condition);
      const found = await query.all();
      expect(found).toEqual(items.filter((item) => holds(condition, item)));
      if (found.length > 0 && found.length < ITEMS) telling++;
    }),
    { seed, numRuns: CONDITIONS },
  );
  expect(telling).toBeGreaterThan(CONDITIONS / 5); // or the conditions have little to do with the items
});

test('a write is made if its condition holds of the stored item, and refused with that item otherwise', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...items), richCondition, async (item, condition) => {
      const write = rich.put(item, { if: () => condition });
      if (holds(condition, item)) expect(await write).toEqual(item);
      else expect((await thrownBy(write, ConditionFailedError)).item).toEqual(item);
    }),
    { seed, numRuns: CONDITIONS },
  );
});
