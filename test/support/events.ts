import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { defineModel, integer, list, map, string } from '@tabletheory/core';

/** Rows of a known size: DynamoDB answers 1 MB at a time. */
export const Event = defineModel({
  name: 'Event',
  table: 'events',
  key: { partition: 'stream', sort: 'number' },
  attributes: {
    stream: string(),
    number: integer(),
    kind: string(),
    body: string({ optional: true }),
    address: map({ city: string({ name: 'c' }), zip: string({ optional: true }) }, { optional: true }),
    lines: list(map({ sku: string(), quantity: integer() }), { optional: true }),
  },
  indexes: { byKind: { partition: 'kind', sort: 'number', projection: ['address'] } },
});

/** Shares its table with nobody, but has a composed key: its rows are checked one by one. */
export const Note = defineModel({
  name: 'Note',
  table: 'notes',
  key: {
    partition: { attribute: 'PK', template: 'BOOK#{book}' },
    sort: { attribute: 'SK', template: 'NOTE#{note}' },
  },
  attributes: { book: string(), note: string(), text: string({ optional: true }) },
});

/** How many rows the stream `big` has: three answers and more. */
export const BIG = 60;

/** The numbers from 0 to below a count. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Writes rows as they are stored, whether they fit a model or not. */
export async function putRows(client: DynamoDBClient, table: string, rows: readonly object[]): Promise<void> {
  for (let i = 0; i < rows.length; i += 25) {
    const writes = rows.slice(i, i + 25).map((Item) => ({ PutRequest: { Item: Item as Record<string, any> } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: writes } }));
  }
}

/** The streams `big` and `small`, and a book of 20 notes among 30 rows. */
export async function putEvents(client: DynamoDBClient): Promise<void> {
  const body = 'x'.repeat(50_000); // 20 of them fill an answer
  const row = (stream: string, i: number, more: object) => ({
    stream: { S: stream },
    number: { N: String(i) },
    kind: { S: i % 10 === 0 ? 'rare' : 'common' },
    ...more,
  });
  await putRows(
    client,
    'events',
    upTo(BIG).map((i) => row('big', i, { body: { S: body } })),
  );
  await putRows(
    client,
    'events',
    upTo(20).map((i) =>
      row('small', i, {
        address: { M: { c: { S: `city ${i}` }, zip: { S: `zip ${i}` } } },
        lines: { L: upTo(i % 4).map((n) => ({ M: { sku: { S: `s${n}` }, quantity: { N: String(n) } } })) },
      }),
    ),
  );
  await putRows(
    client,
    'notes',
    upTo(30).map((i) => ({ PK: { S: 'BOOK#b' }, SK: { S: i % 3 === 0 ? `OTHER#${i}` : `NOTE#${i}` } })),
  );
}

/** All a loop gives. */
export async function collect<T>(loop: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of loop) found.push(one);
  return found;
}

/** The numbers of events. */
export const numbers = (items: readonly { number: number }[]): number[] => items.map(({ number }) => number);
