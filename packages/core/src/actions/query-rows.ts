import type { StoredItem } from '../codec/attribute-value.ts';
import type { QueryInput, QueryOutput } from '../command/requests.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import { openAll } from '../encryption/open-stored.ts';
import { CursorInvalidError } from '../errors.ts';
import type { QueryPlan } from '../query-plan.ts';
import { send } from '../send.ts';

/** One answer of DynamoDB. */
export interface Answer {
  /** The rows that belong to the result. */
  readonly rows: readonly StoredItem[];
  /** How many items that is, also where they were only counted. */
  readonly count: number;
}

/** Where the rows of a read come from, an answer at a time. */
export interface RowSource {
  /** Whether there is nothing left to ask for. */
  readonly ended: boolean;
  /** Where a read goes on after the answers so far; `undefined` at the beginning, at the end, and in parallel. */
  readonly position: StoredItem | undefined;
  /** The next answer. `limit` is the most rows DynamoDB may look at. */
  next(limit: number | undefined): Promise<Answer>;
  /** Settles when nothing that was sent is under way any more. Nothing is sent after it was called. */
  close(): Promise<void>;
}

/** What rows are read of. */
export interface Reading {
  readonly connection: Connection;
  readonly model: CompiledModel;
  readonly plan: QueryPlan;
}

/** The rows of a query or scan, one request after the other. */
export class SerialRows implements RowSource {
  readonly #reading: Reading;
  readonly #segment: object;
  #pending: Promise<unknown> | undefined;
  #finished = false;
  #closed = false;
  position: StoredItem | undefined;

  constructor(reading: Reading, start: StoredItem | undefined, segment: object = {}) {
    this.#reading = reading;
    this.#segment = segment;
    this.position = start;
  }

  get ended(): boolean {
    return this.#finished || this.#closed;
  }

  async next(limit: number | undefined): Promise<Answer> {
    const { plan } = this.#reading;
    const sending = fetchRows(this.#reading, {
      ...plan.params,
      ...this.#segment,
      ...(this.position === undefined ? {} : { ExclusiveStartKey: this.position }),
      ...(limit === undefined ? {} : { Limit: limit }),
    });
    this.#pending = sending;
    const { Items, Count = 0, LastEvaluatedKey } = await sending;
    this.position = LastEvaluatedKey;
    this.#finished = LastEvaluatedKey === undefined;
    const rows = Items?.filter(plan.accepts) ?? [];
    return { rows, count: plan.params.Select === 'COUNT' ? Count : rows.length };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([this.#pending]);
  }
}

/** The rows of a parallel scan: some segments are read at the same time, and their answers come as they arrive. */
export class ParallelRows implements RowSource {
  readonly #idle: SerialRows[];
  readonly #concurrency: number;
  readonly #running = new Map<SerialRows, Promise<{ segment: SerialRows; answer: Answer }>>();
  readonly position = undefined;

  constructor(reading: Reading, segments: number, concurrency: number) {
    this.#concurrency = concurrency;
    this.#idle = Array.from(
      { length: segments },
      (_, Segment) => new SerialRows(reading, undefined, { Segment, TotalSegments: segments }),
    );
  }

  get ended(): boolean {
    return this.#idle.length === 0 && this.#running.size === 0;
  }

  // Requests are begun here alone: while the caller works, each segment's answer waits and nothing new is asked for.
  async next(limit: number | undefined): Promise<Answer> {
    while (this.#running.size < this.#concurrency && this.#idle.length > 0) this.#begin(limit);
    const { segment, answer } = await Promise.race(this.#running.values());
    this.#running.delete(segment);
    if (!segment.ended) this.#idle.unshift(segment);
    return answer;
  }

  #begin(limit: number | undefined): void {
    const segment = this.#idle.shift() as SerialRows;
    const running = segment.next(limit).then((answer) => ({ segment, answer }));
    running.catch(() => {}); // reported by `next`, unless another segment's failure was
    this.#running.set(segment, running);
  }

  async close(): Promise<void> {
    this.#idle.length = 0;
    await Promise.allSettled(this.#running.values());
    this.#running.clear();
  }
}

async function fetchRows({ connection, model, plan }: Reading, input: QueryInput): Promise<QueryOutput> {
  const operation = { name: plan.operation, tables: [model.table], models: [model.name], index: plan.index?.name };
  const itemsOf = ({ Items, Count }: QueryOutput): number => Items?.length ?? Count ?? 0;
  const output = send(
    connection,
    operation,
    input,
    itemsOf,
    (thrown) => input.ExclusiveStartKey && startRefused(thrown, operation.name, model.name),
  );
  return model.encrypted.length === 0 ? output : openRows({ connection, model, plan }, await output);
}

/** Rows that are not of the result may be of another model: they are left out already here. */
async function openRows({ connection, model, plan }: Reading, output: QueryOutput): Promise<QueryOutput> {
  if (output.Items === undefined) return output;
  const rows = output.Items.filter(plan.accepts).map((stored) => ({ model, stored }));
  return { ...output, Items: await openAll(connection, rows, plan.operation) };
}

/** DynamoDB takes no start outside the range that is read: only a cursor someone made leads there. */
function startRefused(thrown: unknown, operation: string, model: string): CursorInvalidError | undefined {
  const { name, message = '' } = (thrown ?? {}) as Partial<Error>;
  if (name !== 'ValidationException' || !/starting key/i.test(message)) return undefined;
  return new CursorInvalidError('The cursor is damaged', { operation, model, cause: thrown });
}

// A first request that reads less than this costs as much as one that reads it: DynamoDB rounds up to 4 KB.
const LEAST_FILTERED = 10;

// Beyond this, DynamoDB's own bound of 1 MB an answer is what counts.
const MOST = 10_000;

/**
 * How many rows the next request may look at. Few rows pass a filter: it asks for twice as many each time, instead of
 * a request for each item.
 *
 * @param missing how many items are still wanted; `Infinity` for all.
 * @param requests how many requests were made for them.
 */
export function requestLimit({ filtered }: QueryPlan, missing: number, requests: number): number | undefined {
  if (missing === Infinity) return undefined;
  return Math.min(filtered ? Math.max(missing, LEAST_FILTERED) * 2 ** requests : missing, MOST);
}
