import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables } from '@tabletheory/core';
import type { MakeWorkloads } from '../../measure/subject.ts';
import { type Answer, answer, asStream, StubHandler } from '../network.ts';
import { OrderModel } from '../order-model.ts';
import { CUSTOMER, keyOf, type Order, order, orders, stored, TABLE } from '../orders.ts';

/** About 700 bytes each: so many fit into the megabyte of an answer. */
const ROWS_PER_ANSWER = 1000;

/** Answers of a table of `count` rows to one query after the other. */
class RowsHandler extends StubHandler {
  #full: Answer;
  #last: Answer;
  #answersLeft: number;
  readonly #answers: number;

  constructor(count: number) {
    super({}, asStream);
    const rows = orders(Math.min(count, ROWS_PER_ANSWER));
    const Items = rows.map((row) => stored(row));
    const LastEvaluatedKey = stored(keyOf(rows.at(-1) as Order) as Order);
    this.#answers = Math.ceil(count / ROWS_PER_ANSWER);
    this.#answersLeft = this.#answers;
    this.#full = answer({ Count: rows.length, Items, LastEvaluatedKey, ScannedCount: rows.length });
    this.#last = answer({ Count: rows.length, Items, ScannedCount: rows.length });
  }

  protected override answerTo(): Answer {
    this.#answersLeft--;
    if (this.#answersLeft > 0) return this.#full;
    this.#answersLeft = this.#answers;
    return this.#last;
  }
}

/** Answers each request for several items with those that it names. */
class BatchHandler extends StubHandler {
  readonly #items: readonly string[];

  constructor(count: number) {
    super({ BatchWriteItem: answer({ UnprocessedItems: {} }), GetItem: answer({ Item: stored(order(0)) }) }, asStream);
    this.#items = orders(count).map((row) => JSON.stringify(stored(row)));
  }

  protected override answerTo(operation: string, body: unknown): Answer {
    if (operation !== 'BatchGetItem') return super.answerTo(operation, body);
    // The stub's own work is the same for every key: a search for its number, and a text that is ready.
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
    const numbers = [...text.matchAll(/o-(\d{6})/g)].map(([, number]) => this.#items[Number(number)]);
    return {
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: Buffer.from(`{"Responses":{"${TABLE}":[${numbers}]}}`),
    };
  }
}

const tablesOn = (handler: StubHandler) =>
  createTables({ client: new DynamoDBClient({ requestHandler: handler as any }), models: { orders: OrderModel } })
    .orders;

const make: MakeWorkloads = () => {
  const query = (count: number) => {
    const table = tablesOn(new RowsHandler(count));
    const run = async () => {
      let read = 0;
      for await (const page of table.where('customerId', '=', CUSTOMER).pages()) read += page.items.length;
      return read;
    };
    return { run };
  };
  const items = orders(1000) as any[];
  const keys = orders(1000).map(keyOf);
  const table = tablesOn(new BatchHandler(1000));
  const key = keyOf(order(0));
  return {
    'query of 1 row': query(1),
    'query of 10 rows': query(10),
    'query of 100 rows': query(100),
    'query of 1,000 rows': query(1000),
    'query of 10,000 rows': query(10_000),
    'batch write of 25': { run: () => table.batchWrite({ put: items.slice(0, 25) }) },
    'batch write of 1,000': { run: () => table.batchWrite({ put: items }) },
    'batch get of 100': { run: () => table.batchGet(keys.slice(0, 100)) },
    'batch get of 1,000': { run: () => table.batchGet(keys) },
    '1 get': { run: () => table.get(key) },
    '64 concurrent gets': { run: () => Promise.all(Array.from({ length: 64 }, () => table.get(key))) },
  };
};

export default make;
