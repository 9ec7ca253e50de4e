import { ConditionFailedError } from '@tabletheory/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Article } from '../support/models.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';

const shop = await startTables({ articles: Article });
const { articles } = shop.tables;
afterAll(() => shop[Symbol.asyncDispose]());

describe('conditions', () => {
  const key = { sku: 'condition' };
  const given = {
    sku: 'condition',
    title: 'Chair',
    price: 40,
    status: 'live',
    tags: new Set(['a', 'b']),
    notes: { care: 'oil' },
    createdAt: new Date('2026-01-02T03:04:05.678Z'),
  } as const;

  type Condition = NonNullable<NonNullable<Parameters<typeof articles.update>[2]>['if']>;
  const cases: [holds: boolean, condition: Condition][] = [
    [true, (c) => c('title', '=', 'Chair')],
    [false, (c) => c('title', '=', 'chair')],
    [true, (c) => c('title', '<>', 'chair')],
    [true, (c) => c('price', '<', 40.5)],
    [false, (c) => c('price', '<', 40)],
    [true, (c) => c('price', '<=', 40)],
    [true, (c) => c('price', '>', 39)],
    [true, (c) => c('price', '>=', 40)],
    [true, (c) => c('price', 'between', [40, 41])],
    [false, (c) => c('price', 'between', [41, 42])],
    [true, (c) => c('status', 'in', ['draft', 'live'])],
    [false, (c) => c('status', 'in', ['draft'])],
    [true, (c) => c('title', 'beginsWith', 'Cha')],
    [true, (c) => c('createdAt', 'beginsWith', '2026-01')],
    [true, (c) => c('createdAt', '<', new Date('2026-01-03'))],
    [true, (c) => c('title', 'contains', 'hai')],
    [true, (c) => c('tags', 'contains', 'a')],
    [false, (c) => c('tags', 'contains', 'c')],
    [true, (c) => c('ratings', 'contains', 5)],
    [true, (c) => c('supplierId', 'exists', false)],
    [false, (c) => c('supplierId', 'exists', true)],
    [true, (c) => c('details.colour', 'exists', true)],
    [true, (c) => c('details.materials[0]', '=', 'oak')],
    [false, (c) => c('details.materials[1]', 'exists', true)],
    [true, (c) => c('notes.care', '=', 'oil')],
    [true, (c) => c('tags', 'type', 'SS')],
    [false, (c) => c('tags', 'type', 'L')],
    [true, (c) => c('ratings', 'size =', 2)],
    [true, (c) => c('title', 'size >', 4)],
    [false, (c) => c('title', 'size <=', 4)],
    [true, (c) => c('tags', '=', new Set(['b', 'a']))],
    [true, (c) => c.and(c('price', '=', 40), c('status', '=', 'live'))],
    [false, (c) => c.and(c('price', '=', 40), c('status', '=', 'gone'))],
    [true, (c) => c.or(c('price', '=', 1), c('status', '=', 'live'))],
    [false, (c) => c.not(c.or(c('price', '=', 1), c('status', '=', 'live')))],
    [true, (c) => c.and(c.not(c('price', '=', 1)), c.or(c('price', '=', 2), c('title', 'beginsWith', 'C')))],
  ];

  beforeAll(async () => {
    await articles.create({ ...given, ratings: [3, 5], details: { colour: 'red', materials: ['oak'] } });
  });

  test.each(cases)('%s is how DynamoDB judges %s', async (holds, condition) => {
    const write = articles.update(key, { stock: 1 }, { if: condition });
    if (holds) await write;
    else expect((await thrownBy(write, ConditionFailedError)).item).toMatchObject({ sku: 'condition' });
  });

  test('go together with a version, and guard put and delete as well', async () => {
    const item = await articles.getOrThrow(key);
    const live = (c: any) => c('status', '=', 'live');
    const gone = (c: any) => c('status', '=', 'gone');
    await thrownBy(articles.put(item, { if: gone }), ConditionFailedError);
    await thrownBy(articles.update(key, { stock: 2 }, { if: gone, version: item.version }), ConditionFailedError);
    await thrownBy(articles.update(key, { stock: 2 }, { if: live, version: 1 }), ConditionFailedError);
    const put = await articles.put(item, { if: live });
    await thrownBy(articles.delete(key, { if: gone }), ConditionFailedError);
    await thrownBy(articles.delete(key, { if: live, version: item.version }), ConditionFailedError);
    expect(await articles.delete(key, { if: live, version: put.version })).toEqual(put);
  });
});
