import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { date, defineModel, type Item, integer, ScanRefusedError, string } from '@tabletheory/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onDynamodbLocal } from '../dynamodb-local/engine-in-use.ts';
import { recordOperations } from '../support/recorded-operations.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';

const Match = defineModel({
  name: 'Match',
  table: 'matches',
  key: { partition: 'matchId' },
  attributes: {
    matchId: string(),
    tournament: string({ name: 't' }),
    region: string({ optional: true }),
    round: integer({ optional: true }),
    court: string(),
    startsAt: date(),
  },
  indexes: {
    byRound: { partition: ['tournament', 'region'], sort: ['round', 'court', 'startsAt'] },
  },
});
type Match = Item<typeof Match>;

const at = (hour: number): Date => new Date(Date.UTC(2026, 0, 1, hour));
const ids = (matches: readonly Pick<Match, 'matchId'>[]): string[] => matches.map(({ matchId }) => matchId);

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
describe.skipIf(!onDynamodbLocal)('index keys of several attributes (not on Dynoxide, which mishandles them)', () => {
  let shop: Awaited<ReturnType<typeof start>>;
  const start = () => startTables({ matches: Match });

  // Two tournaments and two regions, each with rounds 2 and 10 (which sort as numbers) on the courts A and B.
  const all: Match[] = ['open', 'cup'].flatMap((tournament) =>
    ['eu', 'us'].flatMap((region) =>
      [2, 10].flatMap((round) =>
        ['A', 'B'].flatMap((court) =>
          [9, 12].map((hour) => ({
            matchId: `${tournament}-${region}-${round}-${court}-${hour}`,
            tournament,
            region,
            round,
            court,
            startsAt: at(hour),
          })),
        ),
      ),
    ),
  );
  const openInEurope = ids(all).filter((id) => id.startsWith('open-eu'));

  beforeAll(async () => {
    shop = await start();
    await shop.tables.matches.batchWrite({ put: all });
  });
  afterAll(() => shop?.[Symbol.asyncDispose]());

  /** Matches of one whole partition, by conditions on the sort key. */
  const open = () => shop.tables.matches.where('region', '=', 'eu').where('tournament', '=', 'open');

  test('are created as the model says', async () => {
    const { Table } = await shop.client.send(new DescribeTableCommand({ TableName: 'matches' }));
    expect(Table?.GlobalSecondaryIndexes?.[0]?.KeySchema).toEqual([
      { AttributeName: 't', KeyType: 'HASH' },
      { AttributeName: 'region', KeyType: 'HASH' },
      { AttributeName: 'round', KeyType: 'RANGE' },
      { AttributeName: 'court', KeyType: 'RANGE' },
      { AttributeName: 'startsAt', KeyType: 'RANGE' },
    ]);
  });

  test('are read by all partition attributes, in the order of the sort attributes', async () => {
    const { observe, operations } = recordOperations();
    const { matches } = shop.tables.$bind({ observe });
    const query = matches.where('tournament', '=', 'open').where('region', '=', 'eu');
    expect(ids(await query.all())).toEqual(openInEurope);
    expect(ids(await query.descending().all())).toEqual(openInEurope.toReversed());
    expect(operations).toMatchObject([
      { name: 'Query', index: 'byRound' },
      { name: 'Query', index: 'byRound' },
    ]);
  });

  test('need every partition attribute', async () => {
    const query: any = shop.tables.matches.where('tournament', '=', 'open');
    await thrownBy(query.all(), ScanRefusedError);
    expect((await thrownBy(query.index('byRound').all(), ScanRefusedError)).message).toContain(
      "where('region', '=', …)",
    );
  });

  test('take sort attributes from the left: equal ones, then a range', async () => {
    const ofRound = (round: number) => openInEurope.filter((id) => id.startsWith(`open-eu-${round}-`));
    expect(ids(await open().where('round', '=', 10).all())).toEqual(ofRound(10));
    expect(ids(await open().where('round', '<', 10).all())).toEqual(ofRound(2));
    expect(ids(await open().where('court', '=', 'B').where('round', '=', 2).all())).toEqual([
      'open-eu-2-B-9',
      'open-eu-2-B-12',
    ]);
    const late = open().where('round', '=', 2).where('court', '=', 'A').where('startsAt', '>', at(9));
    expect(ids(await late.all())).toEqual(['open-eu-2-A-12']);
    const courts = open().where('round', '=', 10).where('court', 'beginsWith', 'B');
    expect(ids(await courts.all())).toEqual(['open-eu-10-B-9', 'open-eu-10-B-12']);
    expect(courts.explain()).toMatchObject({
      keyCondition: 't = ? AND region = ? AND round = ? AND begins_with(court, ?)',
      filter: undefined,
    });
  });

  test('are read page by page', async () => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await open().page({ size: 3, cursor });
      found.push(...ids(page.items));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(found).toEqual(openInEurope);
  });

  test('leave items out that lack one of them, and follow updates', async () => {
    const { matches } = shop.tables;
    const final = { matchId: 'final', tournament: 'final', court: 'A', startsAt: at(20) };
    const finals = () => matches.where('tournament', '=', 'final').where('region', '=', 'eu').all();
    await matches.create({ ...final, region: 'eu' });
    expect(await finals()).toEqual([]);
    const complete = await matches.update({ matchId: 'final' }, { round: 1 });
    expect(await finals()).toEqual([complete]);
    await matches.update({ matchId: 'final' }, (u) => u.remove('region'));
    expect(await finals()).toEqual([]);
  });
});
