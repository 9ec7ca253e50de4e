import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ScanRefusedError, StoredItemInvalidError, ValidationFailedError } from '@tabletheory/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Article, Reading } from '../support/models.ts';
import { recordOperations } from '../support/recorded-operations.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';

const shop = await startTables({ readings: Reading, articles: Article });
afterAll(() => shop[Symbol.asyncDispose]());

/** Tables whose operations are recorded. */
function recorded() {
  const { observe, operations } = recordOperations();
  return { ...shop.tables.$bind({ observe }), operations };
}

const at = (hour: number): Date => new Date(Date.UTC(2026, 0, 1, hour));
const hours = (items: readonly { takenAt: Date }[]): number[] => items.map(({ takenAt }) => takenAt.getUTCHours());

// Sensor a: 24 hours, the value falls as time rises. Every third reading is poor. Sensor b is another partition.
const all = Array.from({ length: 24 }, (_, hour) => ({
  sensorId: 'a',
  takenAt: at(hour),
  value: 100 - hour,
  unit: hour < 12 ? 'C' : 'F',
  quality: hour % 3 === 0 ? 'poor' : 'good',
  remark: `at ${hour}`,
}));

beforeAll(async () => {
  const { readings } = shop.tables;
  await Promise.all(all.map((reading) => readings.create(reading)));
  await readings.create({ sensorId: 'b', takenAt: at(0), value: 1, unit: 'C' });
});

describe('the planner', () => {
  test('reads the table where its key is matched, in one operation', async () => {
    const { readings, operations } = recorded();
    expect(await readings.where('sensorId', '=', 'a').all()).toEqual(all);
    expect(operations).toMatchObject([
      { name: 'Query', tables: ['readings'], models: ['Reading'], index: undefined, outcome: { items: 24 } },
    ]);
    expect(operations[0]?.outcome?.attempts).toHaveLength(1);
  });

  test('takes the index whose sort key is matched, whatever the order of calls', async () => {
    const { readings, operations } = recorded();
    const one = await readings.where('sensorId', '=', 'a').where('value', '>', 97).all();
    const other = await readings.where('value', '>', 97).where('sensorId', '=', 'a').all();
    expect(hours(one)).toEqual([2, 1, 0]); // in the order of the value
    expect(other).toEqual(one);
    expect(operations.map(({ index }) => index)).toEqual(['byValue', 'byValue']);
    expect(operations[0]?.outcome?.items).toBe(3); // nothing was read to be dropped
  });

  test('prefers the table where both would do', async () => {
    const { readings, operations } = recorded();
    const found = await readings
      .where('sensorId', '=', 'a')
      .where('takenAt', '<', at(2))
      .where('value', '<', 100)
      .all();
    expect(hours(found)).toEqual([1]);
    expect(operations.map(({ index }) => index)).toEqual([undefined]);
  });

  test('takes an index of another partition key', async () => {
    const { readings, operations } = recorded();
    const poor = await readings.where('quality', '=', 'poor').where('takenAt', '<', at(7)).all();
    expect(hours(poor)).toEqual([0, 3, 6]);
    expect(operations).toMatchObject([{ name: 'Query', index: 'byQuality', outcome: { items: 3 } }]);
  });

  test('takes a narrow index only for what it holds, or when it is named', async () => {
    const { readings, operations } = recorded();
    const plain = readings as any;
    const error = await thrownBy(plain.where('unit', '=', 'F').all(), ScanRefusedError);
    expect(error.message).toBe(
      "Query of Reading: index byUnit holds only some attributes: read it with .index('byUnit'), or select those",
    );
    expect(operations).toEqual([]);

    const selected = await readings.where('unit', '=', 'F').where('value', '>=', 87).select('quality', 'value').all();
    expect(selected).toEqual([
      { quality: 'good', value: 87 },
      { quality: 'poor', value: 88 },
    ]);
    const named = await readings.where('unit', '=', 'F').where('value', '>=', 88).index('byUnit').all();
    expect(named).toEqual([{ sensorId: 'a', takenAt: at(12), value: 88, unit: 'F', quality: 'poor' }]);
    expect(operations.map(({ name, index }) => [name, index])).toEqual([
      ['Query', 'byUnit'],
      ['Query', 'byUnit'],
    ]);
  });

  test('obeys index(), and filters on what the index has no key for', async () => {
    const { readings, operations } = recorded();
    const found = await readings
      .where('takenAt', '<', at(6))
      .where('sensorId', '=', 'a')
      .where('value', '>', 95)
      .index('byValue')
      .all();
    expect(hours(found)).toEqual([4, 3, 2, 1, 0]);
    expect(operations.map(({ index }) => index)).toEqual(['byValue']);
  });

  test('reads consistently where that is possible, and says where it is not', async () => {
    const { readings, operations } = recorded();
    expect(await readings.where('sensorId', '=', 'a').where('value', '=', 100).consistent().all()).toHaveLength(1);
    const error = await thrownBy(
      (readings as any).where('quality', '=', 'good').index('byQuality').consistent().all(),
      ValidationFailedError,
    );
    expect(error.problems[0]?.keyword).toBe('consistent');
    expect(operations.map(({ index }) => index)).toEqual(['byValue']);
  });

  test('takes two bounds of the sort key as a range, and refuses two that are none', async () => {
    const { readings, operations } = recorded();
    const range = readings.where('sensorId', '=', 'a').where('takenAt', '>=', at(3));
    expect(hours(await range.where('takenAt', '<=', at(5)).all())).toEqual([3, 4, 5]);
    expect(
      hours(
        await readings
          .where('sensorId', '=', 'a')
          .where('takenAt', 'between', [at(3), at(5)])
          .all(),
      ),
    ).toEqual([3, 4, 5]);
    expect(
      hours(await readings.where('sensorId', '=', 'a').where('takenAt', 'beginsWith', '2026-01-01T0').all()),
    ).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(operations.map(({ outcome }) => outcome?.items)).toEqual([3, 3, 10]);
    await thrownBy(range.where('takenAt', '>', at(4)).all(), ValidationFailedError);
    expect(operations).toHaveLength(3);
  });
});

describe('filters', () => {
  const cases: [what: string, query: (readings: any) => any, expected: number[]][] = [
    ['a comparison', (r) => r.where('quality', '=', 'poor'), [0, 3, 6, 9, 12, 15, 18, 21]],
    [
      'two comparisons of one attribute',
      (r) => r.where('remark', '>', 'at 22').where('remark', '<', 'at 5'),
      [23, 3, 4],
    ],
    ['in', (r) => r.where('remark', 'in', ['at 1', 'at 9']), [1, 9]],
    ['exists', (r) => r.where('remark', 'exists', false), []],
    ['or', (r) => r.filter((c: any) => c.or(c('remark', '=', 'at 1'), c('remark', '=', 'at 2'))), [1, 2]],
    [
      'not and or',
      (r) => r.filter((c: any) => c.not(c.or(c('unit', '=', 'C'), c('quality', '=', 'good')))),
      [12, 15, 18, 21],
    ],
    [
      'a where and a filter',
      (r) => r.where('unit', '=', 'F').filter((c: any) => c('quality', '=', 'poor')),
      [12, 15, 18, 21],
    ],
    [
      'two filters, each joined',
      (r) =>
        r
          .filter((c: any) => c.or(c('remark', '=', 'at 1'), c('remark', '=', 'at 2'), c('remark', '=', 'at 3')))
          .filter((c: any) => c.or(c('quality', '=', 'good'), c('unit', '=', 'F'))),
      [1, 2],
    ],
    [
      'and in or',
      (r) =>
        r.filter((c: any) => c.or(c('remark', '=', 'at 1'), c.and(c('unit', '=', 'F'), c('quality', '=', 'poor')))),
      [1, 12, 15, 18, 21],
    ],
  ];

  test.each(cases)('%s', async (_, query, expected) => {
    const found = await query(shop.tables.readings.where('sensorId', '=', 'a')).all();
    expect(hours(found).sort((a, b) => a - b)).toEqual([...expected].sort((a, b) => a - b));
  });

  test('on a key of the query are refused with a reason', async () => {
    const query = shop.tables.readings.where('sensorId', '=', 'a').where('takenAt', 'exists', true);
    const error = await thrownBy(query.all(), ValidationFailedError);
    expect(error.problems).toEqual([
      {
        path: 'takenAt',
        keyword: 'condition',
        message: 'is a key of this query and cannot be filtered on with this operator',
      },
    ]);
  });
});

describe('results', () => {
  test('limit is the number of items returned, filter or not', async () => {
    const { readings, operations } = recorded();
    expect(hours(await readings.where('sensorId', '=', 'a').limit(3).all())).toEqual([0, 1, 2]);
    expect(operations[0]?.outcome?.items).toBe(3);
    expect(hours(await readings.where('sensorId', '=', 'a').where('quality', '=', 'poor').limit(7).all())).toEqual([
      0, 3, 6, 9, 12, 15, 18,
    ]);
    expect(await readings.where('sensorId', '=', 'a').where('quality', '=', 'poor').limit(99).all()).toHaveLength(8);
    expect(await readings.where('sensorId', '=', 'a').limit(24).all()).toHaveLength(24);
  });

  test('come in either direction', async () => {
    const { readings } = shop.tables;
    expect(hours(await readings.where('sensorId', '=', 'a').descending().limit(2).all())).toEqual([23, 22]);
    expect(hours(await readings.where('sensorId', '=', 'a').descending().ascending().limit(2).all())).toEqual([0, 1]);
    expect(await readings.where('sensorId', '=', 'a').descending().first()).toEqual(all.at(-1));
    expect(await readings.where('sensorId', '=', 'nobody').first()).toBeUndefined();
  });

  test('are counted', async () => {
    const { readings } = shop.tables;
    expect(await readings.where('sensorId', '=', 'a').count()).toBe(24);
    expect(await readings.where('sensorId', '=', 'a').where('quality', '=', 'poor').count()).toBe(8);
    expect(await readings.scan().count()).toBe(25);
  });

  test('hold what is selected, and no more', async () => {
    const { readings } = shop.tables;
    expect(await readings.where('sensorId', '=', 'a').select('remark').limit(2).all()).toEqual([
      { remark: 'at 0' },
      { remark: 'at 1' },
    ]);
    expect(await readings.where('sensorId', '=', 'b').select('quality').all()).toEqual([{}]);
  });

  test('of several requests are put together', async () => {
    const { articles, operations } = recorded();
    const notes = { long: 'x'.repeat(200_000) };
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        shop.tables.articles.create({ sku: `big-${i}`, title: 'Big', price: i, supplierId: 'big', notes }),
      ),
    );
    const found = await articles.where('supplierId', '=', 'big').all();
    expect(found.map(({ price }) => price)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(operations.length).toBeGreaterThan(1); // DynamoDB answers 1 MB at a time
    expect(await articles.where('supplierId', '=', 'big').count()).toBe(12);
    expect(await articles.where('supplierId', '=', 'big').where('title', '=', 'Big').limit(11).all()).toHaveLength(11);
  });

  test('keep the good items when one does not fit the model', async () => {
    const rows = [
      { sensorId: { S: 'mixed' }, takenAt: { S: at(1).toISOString() }, value: { N: '1' }, unit: { S: 'C' } },
      {
        sensorId: { S: 'mixed' },
        takenAt: { S: at(2).toISOString() },
        value: { N: '2' },
        unit: { S: 'C' },
        remark: { L: [] },
      },
      { sensorId: { S: 'mixed' }, takenAt: { S: at(3).toISOString() }, value: { N: '3' }, unit: { S: 'C' } },
    ];
    for (const Item of rows) await shop.client.send(new PutItemCommand({ TableName: 'readings', Item }));
    const error = await thrownBy(shop.tables.readings.where('sensorId', '=', 'mixed').all(), StoredItemInvalidError);
    expect(error.problems).toEqual([{ path: 'remark', keyword: 'type', message: 'is stored as L, expected S' }]);
    expect(hours(error.items as { takenAt: Date }[])).toEqual([1, 3]);
  });
});

describe('a scan', () => {
  test('happens on purpose', async () => {
    const { articles, operations } = recorded();
    const found = await articles.scan().where('price', '>', 9).where('sku', 'beginsWith', 'big-').all();
    expect(found.map(({ price }) => price).sort((a, b) => a - b)).toEqual([10, 11]);
    expect(new Set(operations.map(({ name }) => name))).toEqual(new Set(['Scan']));
  });

  test('reads an index when one is named', async () => {
    const { readings, operations } = recorded();
    const found = await readings.scan().index('byUnit').where('value', '>', 98).all();
    expect(found.map(({ value }) => value).sort()).toEqual([100, 99].sort());
    expect(operations).toMatchObject([{ name: 'Scan', index: 'byUnit' }]);
  });

  // TypeScript callers cannot write these: the terminals ask for an argument that nothing satisfies.
  test('is refused to plain JavaScript that did not ask for it', async () => {
    const { operations, ...tables } = recorded();
    const readings = tables.readings as any;
    const refused = [
      readings.where('value', '>', 1),
      readings.where('sensorId', '<>', 'a'),
      readings.where('sensorId', 'beginsWith', 'a'),
      readings.where('takenAt', '=', at(1)),
      readings.where('sensorId', '=', 'a').index('byQuality'),
    ];
    for (const query of refused) {
      for (const terminal of ['all', 'first', 'count', 'page']) {
        const error = await thrownBy(query[terminal](), ScanRefusedError);
        expect(error).toMatchObject({ code: 'SCAN_REFUSED', model: 'Reading' });
      }
    }
    expect(operations).toEqual([]);
  });
});
