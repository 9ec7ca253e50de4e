import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  type AnyModel,
  createTables,
  defineModel,
  integer,
  StoredItemInvalidError,
  string,
  unknownAttributesOf,
  ValidationFailedError,
} from '@tabletheory/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Event, Note, numbers, putEvents, putRows, upTo } from '../support/events.ts';
import { recordOperations } from '../support/recorded-operations.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';

const shop = await startTables({ events: Event, notes: Note });
afterAll(() => shop[Symbol.asyncDispose]());
const { events, notes } = shop.tables;
beforeAll(() => putEvents(shop.client));

/** Tables whose operations are recorded. */
function recorded() {
  const { observe, operations } = recordOperations();
  return { ...shop.tables.$bind({ observe }), operations };
}

const small = events.where('stream', '=', 'small');

describe('select of parts', () => {
  const key = { stream: 'small', number: 7 };

  test('fetches them, with the names the model gives', async () => {
    const found = await small.select('number', 'address.city').limit(2).all();
    expect(found).toEqual([
      { number: 0, address: { city: 'city 0' } },
      { number: 1, address: { city: 'city 1' } },
    ]);
    expect(await events.getOrThrow(key, { select: ['address.zip'] })).toEqual({ address: { zip: 'zip 7' } });
  });

  test('gives the elements of a list that are there, without gaps', async () => {
    const line = (await small.where('number', '=', 7).select('lines[0].sku', 'lines[2].quantity').first())?.lines;
    expect(line).toEqual([{ sku: 's0' }, { quantity: 2 }]);
    expect(await events.get(key, { select: ['lines[1]', 'lines[9]'] })).toEqual({
      lines: [{ sku: 's1', quantity: 1 }],
    });
    const short = await events.getOrThrow({ stream: 'small', number: 1 }, { select: ['lines[0].sku', 'lines[2].sku'] });
    expect(short).toEqual({ lines: [{ sku: 's0' }] });
  });

  test('leaves out what the item does not have', async () => {
    expect(await events.get({ stream: 'big', number: 1 }, { select: ['number', 'address.city', 'lines[0]'] })).toEqual({
      number: 1,
    });
  });

  test('reads through an index that holds the attribute', async () => {
    const { events, operations } = recorded();
    const found = await events.where('kind', '=', 'rare').where('number', '=', 10).select('address.city').all();
    // Both have one index key: their order is not defined.
    expect(found.toSorted((a, b) => Object.keys(a).length - Object.keys(b).length)).toEqual([
      {},
      { address: { city: 'city 10' } },
    ]);
    expect(operations.map(({ index }) => index)).toEqual(['byKind']);
    const other = events.where('kind', '=', 'rare').index('byKind').where('body', 'exists', true);
    expect((await thrownBy(other.all(), ValidationFailedError)).problems).toMatchObject([{ path: 'body' }]);
  });

  test('refuses paths that overlap, and those that lead nowhere, before anything is sent', async () => {
    const { events, operations } = recorded();
    const query: any = events.where('stream', '=', 'small');
    for (const paths of [
      ['address', 'address.city'],
      ['address.city', 'address'],
      ['lines[0].sku', 'lines[0]'],
      ['lines', 'lines[0].sku'],
      ['address.street'],
      ['lines.sku'],
      ['number.x'],
    ]) {
      for (const run of [() => query.select(...paths).all(), () => (events as any).get(key, { select: paths })]) {
        const error = await thrownBy(run(), ValidationFailedError);
        expect(error.problems).toMatchObject([{ path: paths.length === 1 ? paths[0] : paths[1], keyword: 'select' }]);
      }
    }
    expect(operations).toEqual([]);
    expect(await query.select('number', 'number').limit(1).all()).toEqual([{ number: 0 }]);
  });
});

describe('a stored item that does not fit', () => {
  const bad = events.where('stream', '=', 'bad');

  beforeAll(() =>
    putRows(
      shop.client,
      'events',
      upTo(9).map((i) => ({
        stream: { S: 'bad' },
        number: { N: String(i) },
        ...(i === 4 ? {} : { kind: { S: 'odd' } }),
        ...(i === 7 ? { body: { L: [] } } : {}),
      })),
    ),
  );

  test('ends the loop over items behind the good ones of its answer, with a cursor', async () => {
    const seen: number[] = [];
    const loop = async (cursor?: string) => {
      for await (const { number } of bad.limit(6).items({ cursor, prefetch: true })) seen.push(number);
    };
    const error = await thrownBy(loop(), StoredItemInvalidError);
    expect(seen).toEqual([0, 1, 2, 3, 5]);
    expect(error.items).toEqual([]);
    expect(error.problems).toMatchObject([{ path: 'kind', keyword: 'required' }]);
    const second = await thrownBy(loop(error.cursor), StoredItemInvalidError);
    expect(seen).toEqual([0, 1, 2, 3, 5, 6, 8]);
    expect(second.problems).toMatchObject([{ path: 'body', keyword: 'type' }]);
  });

  test('ends the loop over pages with its own page, which the error holds', async () => {
    const seen: number[][] = [];
    const loop = async (cursor?: string) => {
      for await (const { items } of bad.pages({ size: 3, cursor, prefetch: true })) seen.push(numbers(items));
    };
    const error = await thrownBy(loop(), StoredItemInvalidError);
    expect(seen).toEqual([[0, 1, 2]]);
    expect(numbers(error.items as { number: number }[])).toEqual([3, 5]);
    const second = await thrownBy(loop(error.cursor), StoredItemInvalidError);
    expect(numbers(second.items as { number: number }[])).toEqual([6, 8]);
    expect(JSON.stringify(second)).not.toContain('cursor');
  });

  test('is found in a selection too, where the selected attribute is', async () => {
    const get = (number: number, select: any) => events.get({ stream: 'bad', number }, { select });
    expect((await thrownBy(get(7, ['body']), StoredItemInvalidError)).problems).toMatchObject([{ path: 'body' }]);
    expect((await thrownBy(get(4, ['kind']), StoredItemInvalidError)).problems).toMatchObject([{ path: 'kind' }]);
    expect(await get(7, ['number'])).toEqual({ number: 7 });
  });
});

describe('explain()', () => {
  const canary = 'c4n4ry';

  test('shows how a query is read, and sends nothing', () => {
    const { events, operations } = recorded();
    const query = events
      .where('stream', '=', canary)
      .where('number', '>=', 5)
      .where('kind', '=', canary)
      .filter((c) => c.or(c('address.city', 'beginsWith', canary), c('body', 'exists', false)))
      .select('number', 'lines[0].sku')
      .descending()
      .consistent();
    expect(query.explain()).toEqual({
      operation: 'Query',
      table: 'events',
      index: undefined,
      scans: false,
      segments: undefined,
      keyCondition: 'stream = ? AND number >= ?',
      filter: '(kind = ? AND (begins_with(address.c, ?) OR attribute_not_exists(body)))',
      projection: ['stream', 'number', 'lines[0].sku'],
      descending: true,
      consistent: true,
      capacity:
        'strongly consistent: 1 read unit per 4 KB read, also for what a filter drops or a projection leaves out',
      request: expect.objectContaining({
        TableName: 'events',
        ExpressionAttributeValues: { ':0': { S: '?' }, ':1': { N: '?' }, ':2': { S: '?' }, ':3': { S: '?' } },
      }),
    });
    expect(operations).toEqual([]);
  });

  test('shows the index that is chosen, and scans', () => {
    expect(events.where('kind', '=', canary).index('byKind').explain()).toMatchObject({
      index: 'byKind',
      scans: false,
      capacity: expect.stringMatching(/^eventually consistent: 0\.5 read unit per 4 KB/),
    });
    expect(events.scan({ segments: 4 }).where('kind', '=', canary).explain()).toMatchObject({
      operation: 'Scan',
      scans: true,
      segments: 4,
      keyCondition: undefined,
      filter: 'kind = ?',
      projection: undefined,
    });
  });

  test('says why a query is refused', () => {
    expect(events.where('number', '=', 5).explain()).toEqual({
      refused: expect.stringMatching(/^Query of Event: no partition key is matched/),
    });
    expect((events as any).where('stream', '=', 5).explain()).toEqual({
      refused: 'Event is not valid: stream must be a string',
    });
  });

  test('never holds a value', () => {
    const queries: any[] = [
      events.where('stream', '=', canary),
      events.where('stream', '=', 'a').where('kind', 'in', [canary, 'b']),
      events.where('stream', '=', 'a').where('number', 'between', [987654, 987655]),
      events.scan().filter((c) => c.not(c('body', 'contains', canary))),
      notes.where('book', '=', canary).where('note', 'beginsWith', canary),
      notes.where('book', '=', canary).where('note', '>', canary),
      (events as any).where('stream', '=', { [canary]: canary }),
      (events as any).where('number', '=', canary),
      events.where('number', '=', 987654),
    ];
    for (const query of queries) expect(JSON.stringify(query.explain())).not.toMatch(/c4n4ry|98765/);
  });
});

describe('attributes a model does not know', () => {
  const of = (unknownAttributes?: 'keep' | 'drop' | 'error') =>
    defineModel({
      name: 'Thing',
      table: 'events',
      key: { partition: 'stream', sort: 'number' },
      attributes: { stream: string(), number: integer() },
      ...(unknownAttributes === undefined ? {} : { unknownAttributes }),
    });
  const key = { stream: 'unknown', number: 1 };
  const tableOf = <M extends AnyModel>(model: M) =>
    createTables({ client: shop.client, models: { things: model } }).things;

  beforeAll(async () => {
    const Item = { stream: { S: 'unknown' }, number: { N: '1' }, legacy: { S: 's3cret' } };
    await shop.client.send(new PutItemCommand({ TableName: 'events', Item }));
  });

  test('are kept, dropped or an error, as the model says', async () => {
    for (const model of [of(), of('keep')]) {
      const kept = await tableOf(model).getOrThrow(key);
      expect({ ...kept }).toMatchObject(key);
      expect(unknownAttributesOf(kept)).toEqual({ legacy: 's3cret' });
    }
    const dropped = await tableOf(of('drop')).getOrThrow(key);
    expect(dropped).toEqual(key);
    expect(unknownAttributesOf(dropped)).toEqual({});
    const strict = tableOf(of('error'));
    const error = await thrownBy(strict.get(key), StoredItemInvalidError);
    expect(error.problems).toEqual([
      { path: 'legacy', keyword: 'additionalProperties', message: 'is no attribute of the model' },
    ]);
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('s3cret');
    expect(await strict.get(key, { select: ['number'] })).toEqual({ number: 1 });
  });

  test('have no other policy', () => {
    expect(() => of('hide' as any)).toThrow(/unknownAttributes must be keep, drop or error/);
  });
});
