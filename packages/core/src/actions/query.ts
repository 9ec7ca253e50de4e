import type { StoredItem } from '../codec/attribute-value.ts';
import { readItem, readSelected } from '../codec/item-codec.ts';
import { storedKeyTypes } from '../codec/key-codec.ts';
import { CodecProblem, type Problem } from '../codec/problem.ts';
import { type CursorScope, decodeCursor, encodeCursor } from '../cursor.ts';
import { DeadlineExceededError, type PartialRead, StoredItemInvalidError, ValidationFailedError } from '../errors.ts';
import { plainProblem } from '../read-result.ts';
import { ParallelRows, type Reading, type RowSource, requestLimit, SerialRows } from './query-rows.ts';

/** Some items of a query, and where to go on. */
export interface Page<Item> {
  readonly items: Item[];
  /** Pass it to the same query's `page()`; `undefined` after the last item. */
  readonly cursor: string | undefined;
}

/** What to read. */
export interface ReadRange {
  /** The most items to return in all; `Infinity` for all there are. */
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** How to go through what is read. */
export interface Iteration extends ReadRange {
  /** The items of a page; without it, as many as DynamoDB answers at once. */
  readonly size: number | undefined;
  /** Whether the next page is asked for while the caller works on this one. */
  readonly prefetch: boolean;
}

/** Rows of a read that follow one another. */
interface Chunk {
  readonly rows: readonly StoredItem[];
  readonly cursor: string | undefined;
}

interface DecodedPage extends Page<object> {
  /** What is wrong with the rows that are not among the items. */
  readonly problems: readonly Problem[];
}

/** The rows of a read, in chunks of the size that is asked for. */
class RowReader {
  readonly #reading: Reading;
  readonly #source: RowSource;
  /** How many more rows the read returns. */
  #left: number;
  /** Rows that were read beyond a chunk. */
  #spare: StoredItem[] = [];

  constructor(reading: Reading, { limit, cursor }: ReadRange) {
    this.#reading = reading;
    this.#source = openRows(reading, cursor);
    this.#left = limit;
  }

  get ended(): boolean {
    return this.#left === 0 || (this.#source.ended && this.#spare.length === 0);
  }

  /** Sends requests until there are `least` rows or no more, and returns at most `most`. */
  async take(least: number, most: number): Promise<Chunk> {
    const wanted = Math.min(most, this.#left);
    const rows = this.#spare;
    this.#spare = [];
    try {
      for (let requests = 0; rows.length < Math.min(least, wanted) && !this.#source.ended; requests++) {
        const limit = requestLimit(this.#reading.plan, wanted - rows.length, requests);
        const answer = await this.#source.next(limit);
        for (const row of answer.rows) rows.push(row);
      }
    } catch (error) {
      throw withPartial(error, () => {
        const { items } = decode(this.#reading, { rows, cursor: undefined });
        return { items, cursor: cursorAt(this.#reading, this.#source.position) };
      });
    }
    this.#spare = rows.splice(wanted);
    this.#left -= rows.length;
    const inside = this.#spare.length > 0 && this.#reading.plan.parallel === undefined;
    return { rows, cursor: cursorAt(this.#reading, inside ? rows.at(-1) : this.#source.position) };
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}

/**
 * Reads items, request by request, until there are `limit` or no more.
 *
 * @throws StoredItemInvalidError when a stored item does not fit the model; the error holds the others and a cursor.
 * @throws DeadlineExceededError when time runs out; the error holds what was read and a cursor.
 */
export async function readPage(reading: Reading, range: ReadRange): Promise<Page<object>> {
  const reader = new RowReader(reading, range);
  try {
    return fittingPage(reading, decode(reading, await reader.take(Infinity, Infinity)));
  } finally {
    await reader.close();
  }
}

/** Reads page by page, while the caller asks for more; `open` is called for the first. Throws as {@link readPage} does, page by page. */
export async function* iteratePages(
  open: () => Reading,
  iteration: Iteration,
): AsyncGenerator<Page<object>, void, undefined> {
  const reading = open();
  for await (const page of decodedPages(reading, iteration)) yield fittingPage(reading, page);
}

/**
 * Reads item by item, while the caller asks for more. Throws as {@link readPage} does, after the good items of the
 * same answer.
 */
export async function* iterateItems(
  open: () => Reading,
  iteration: Iteration,
): AsyncGenerator<object, void, undefined> {
  const reading = open();
  for await (const page of decodedPages(reading, iteration)) {
    yield* page.items;
    fittingPage(reading, { ...page, items: [] });
  }
}

async function* decodedPages(
  reading: Reading,
  { size, prefetch, ...range }: Iteration,
): AsyncGenerator<DecodedPage, void, undefined> {
  const reader = new RowReader(reading, range);
  const take = (): Promise<Chunk> => (size === undefined ? reader.take(1, Infinity) : reader.take(size, size));
  let ahead: Promise<Chunk> | undefined;
  try {
    for (;;) {
      const chunk = await (ahead ?? take());
      if (chunk.rows.length === 0) return;
      const page = decode(reading, chunk);
      ahead = prefetch && page.problems.length === 0 && !reader.ended ? take() : undefined;
      ahead?.catch(() => {}); // thrown when its page is asked for, if it is
      yield page;
    }
  } finally {
    await reader.close();
    await Promise.allSettled([ahead]);
  }
}

/**
 * Counts items, up to `limit`.
 *
 * @throws DeadlineExceededError when time runs out; the error holds the count so far and a cursor.
 */
export async function countItems(reading: Reading, { limit, cursor }: ReadRange): Promise<number> {
  const source = openRows(reading, cursor);
  let count = 0;
  try {
    for (let requests = 0; count < limit && !source.ended; requests++) {
      count += (await source.next(requestLimit(reading.plan, limit - count, requests))).count;
    }
  } catch (error) {
    throw withPartial(error, () => ({ items: [], count, cursor: cursorAt(reading, source.position) }));
  } finally {
    await source.close();
  }
  return Math.min(count, limit);
}

function openRows(reading: Reading, cursor: string | undefined): RowSource {
  const { plan, model } = reading;
  if (plan.parallel === undefined) {
    return new SerialRows(reading, cursor === undefined ? undefined : decodeCursor(scopeOf(reading), cursor));
  }
  if (cursor !== undefined) throw parallelHasNoPages(model.name);
  return new ParallelRows(reading, plan.parallel.segments, plan.parallel.concurrency);
}

/** The error of asking a parallel scan to go on from somewhere. */
export function parallelHasNoPages(model: string): ValidationFailedError {
  const message = 'a parallel scan has no pages and no cursor: read it with all(), items() or count()';
  return new ValidationFailedError([{ path: '', keyword: 'segments', message }], { operation: 'Scan', model });
}

function withPartial(error: unknown, partial: () => PartialRead): unknown {
  if (!(error instanceof DeadlineExceededError)) return error;
  const { operation, model, cause, timeLeft, sent, lastError } = error;
  return new DeadlineExceededError({ operation, model, cause, timeLeft, sent, lastError, partial: partial() });
}

function decode({ model, plan }: Reading, { rows, cursor }: Chunk): DecodedPage {
  const fields = plan.selection?.fields;
  const problems: Problem[] = [];
  const items: object[] = [];
  for (const row of rows) {
    try {
      items.push(fields === undefined ? readItem(model, row) : readSelected(model, row, fields));
    } catch (error) {
      if (!(error instanceof CodecProblem)) throw error;
      problems.push(plainProblem(error));
    }
  }
  return { items, problems, cursor };
}

function fittingPage({ model, plan }: Reading, { items, problems, cursor }: DecodedPage): Page<object> {
  if (problems.length === 0) return { items, cursor };
  throw new StoredItemInvalidError(problems, items, { operation: plan.operation, model: model.name, cursor });
}

function cursorAt(reading: Reading, row: StoredItem | undefined): string | undefined {
  return row === undefined ? undefined : encodeCursor(scopeOf(reading), row);
}

function scopeOf({ connection, model, plan }: Reading): CursorScope {
  const { KeyConditionExpression, ScanIndexForward } = plan.params;
  return {
    model: model.name,
    operation: plan.operation,
    keyNames: plan.keyNames,
    keyTypes: new Map([...storedKeyTypes(model.key), ...(plan.index ? storedKeyTypes(plan.index) : [])]),
    partition: plan.partition,
    query: [plan.operation, plan.index?.name, ScanIndexForward, KeyConditionExpression].join(' '),
    secret: connection.cursorSecret,
  };
}
