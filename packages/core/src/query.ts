import { countItems, iterateItems, iteratePages, type Page, parallelHasNoPages, readPage } from './actions/query.ts';
import type { Reading } from './actions/query-rows.ts';
import type { CompiledModel } from './compiled-model.ts';
import { type BuildCondition, type Comparison, conditionBuilder, type OperandAt, type Operator } from './condition.ts';
import type { Connection } from './connection.ts';
import { type Explanation, explainQuery } from './explain.ts';
import type { AnyModel } from './model.ts';
import type { FieldsOf, Flat, IndexedNames } from './model-types.ts';
import type { PathOf } from './path-types.ts';
import { type ParallelScan, planQuery, type QueryState } from './query-plan.ts';
import type { Selected, SelectedPath } from './selection-types.ts';

/**
 * The partition keys a query can use, as the attributes each needs: the table's, and every index's. Consistent reads
 * have the table's alone, which is that of local indexes too.
 */
type Partitions<M extends AnyModel, Traits> =
  | [FieldsOf<M['key']['partition']>]
  | ('consistent' extends Traits
      ? never
      : { [N in keyof M['indexes']]: [FieldsOf<M['indexes'][N]['partition']>] }[keyof M['indexes']]);

/** `true` when the attributes matched with "=" make up a whole partition key. */
type NamesPartition<P, Equal> = P extends [infer Fields] ? ([Fields] extends [Equal] ? true : never) : never;

/** What a terminal asks of a query that matches no partition key: the message is the property's name. */
export interface PartitionKeyMissing {
  'Match a partition key with where(attribute, "=", value), or call scan()': never;
}

/** What a consistent read asks of a global index: the message is the property's name. */
export interface GlobalIndexIsNotConsistent {
  'A global index has no consistent reads: leave out consistent(), or read the table': never;
}

/** What `page` and `pages` ask of a parallel scan: the message is the property's name. */
export interface ParallelScanHasNoPages {
  'A parallel scan has no pages: read it with all(), items() or count()': never;
}

/** What of a query forbids other things: a consistent read, one through a global index, a parallel scan. */
export type QueryTrait = 'consistent' | 'global' | 'parallel';

type IndexNames<M extends AnyModel> = keyof M['indexes'] & string;

// A method asks its `this` for more than it is where the call makes no sense: the compiler then shows the message.
type NamesKey<M extends AnyModel, Equal, Traits> =
  true extends NamesPartition<Partitions<M, Traits>, Equal> ? unknown : PartitionKeyMissing;
type NotGlobal<Traits> = 'global' extends Traits ? GlobalIndexIsNotConsistent : unknown;
type NotParallel<Traits> = 'parallel' extends Traits ? ParallelScanHasNoPages : unknown;

type IsGlobal<M extends AnyModel, Name extends IndexNames<M>> = M['indexes'][Name] extends { readonly type: 'local' }
  ? never
  : 'global';

/** Options of `all` and `count`. */
export interface ResumeOptions {
  /** Where to go on: the cursor of a page, or of an error that ended an earlier read. */
  readonly cursor?: string | undefined;
}

/** Options of `page`. */
export interface PageOptions extends ResumeOptions {
  /** The most items to return; default is the query's `limit`, or 100. */
  readonly size?: number;
}

/** Options of `items`. */
export interface ItemsOptions extends ResumeOptions {
  /**
   * Ask for the next answer while the caller works on the items of this one: one ahead at most. A loop that ends early
   * waits for what is under way, and asks for nothing more. Default `false`.
   */
  readonly prefetch?: boolean;
}

/** Options of `pages`. */
export interface PagesOptions extends ItemsOptions {
  /** The items of a page; without it, as many as DynamoDB answers at once, which is up to 1 MB. */
  readonly size?: number;
}

/** Options of `scan`: a parallel scan. */
export interface ScanOptions {
  /** The number of parts that are read independently, 1 to 1,000,000. */
  readonly segments: number;
  /** How many of them are read at the same time; default 4. */
  readonly concurrency?: number;
}

/**
 * A read of several items. Every method returns a new query; nothing is sent before a terminal (`all`, `first`,
 * `count`, `page`, or the loops over `items` and `pages`).
 *
 * Terminals throw StoredItemInvalidError when a stored item does not fit the model, with the others and a cursor to go
 * on behind them; DeadlineExceededError when time runs out, with what was read and a cursor to go on from;
 * CursorInvalidError for a cursor that is damaged or of another query; ScanRefusedError and ValidationFailedError,
 * before anything is sent, for a query that cannot be.
 *
 * @typeParam M the model
 * @typeParam Values the types of its attributes
 * @typeParam Result what the terminals return
 * @typeParam Equal the attributes matched with "="
 * @typeParam Traits what was asked for that forbids other things
 */
export interface Query<M extends AnyModel, Values, Result, Equal, Traits extends QueryTrait = never> {
  /**
   * Adds a condition. It becomes part of the key condition where the table or the index allows, and a filter
   * otherwise; the order of calls does not matter.
   */
  where<P extends PathOf<keyof Values>, Op extends Operator>(
    path: P,
    operator: Op,
    operand: NoInfer<OperandAt<Values, P, Op>>,
  ): Query<M, Values, Result, Op extends '=' ? Equal | P : Equal, Traits>;
  /** Adds a filter with `and`, `or` and `not`. */
  filter(build: BuildCondition<Values>): Query<M, Values, Result, Equal, Traits>;
  /** Reads through this index, whatever else would do. */
  index<Name extends IndexNames<M>>(
    name: 'consistent' extends Traits ? Name & NotGlobal<IsGlobal<M, Name>> : Name,
  ): Query<
    M,
    Values,
    Flat<Pick<Result, keyof Result & IndexedNames<M['attributes'], M['key'], M['indexes'][Name]>>>,
    Equal,
    Exclude<Traits, 'global'> | IsGlobal<M, Name>
  >;
  /**
   * Fetches only these attributes, or parts of them: `address.city`, `lines[0].sku`. Of a list selected by position
   * comes a list of the elements that are there, without gaps. Two paths must not overlap.
   *
   * @example
   * const cities = await tables.orders.where('customerId', '=', 'c1').select('orderId', 'address.city').all();
   * // { orderId: string; address?: { city?: string } }[]
   */
  select<const P extends PathOf<keyof Result>>(
    ...paths: (P & SelectedPath<Result, P>)[]
  ): Query<M, Values, Selected<Result, P>, Equal, Traits>;
  /**
   * The most items to return in all, whatever the number of requests and of filtered rows. A call of `page` is a read
   * of its own: `limit` bounds that page, and does not count over the pages that cursors lead to.
   */
  limit(count: number): Query<M, Values, Result, Equal, Traits>;
  /** Smallest sort key first; the default. */
  ascending(): Query<M, Values, Result, Equal, Traits>;
  /** Greatest sort key first. */
  descending(): Query<M, Values, Result, Equal, Traits>;
  /** Reads what was last written, at twice the capacity. Not through a global index. */
  consistent(this: NotGlobal<Traits>): Query<M, Values, Result, Equal, Traits | 'consistent'>;
  /** Reads the whole table or index, on purpose. */
  scan(): Query<M, Values, Result, any, Exclude<Traits, 'parallel'>>;
  /**
   * Reads the whole table or index in segments, several at the same time. Items come in no order, and there are no
   * cursors.
   */
  scan(options: ScanOptions): Query<M, Values, Result, any, Traits | 'parallel'>;

  /** Every item, up to `limit`. */
  all(this: NamesKey<M, Equal, Traits>, options?: ResumeOptions): Promise<Result[]>;
  /** The first item, if there is one. A filter may make it read on until one passes. */
  first(this: NamesKey<M, Equal, Traits>): Promise<Result | undefined>;
  /** The number of items, up to `limit`. All of them are read by DynamoDB, and paid for, but not sent. */
  count(this: NamesKey<M, Equal, Traits>, options?: ResumeOptions): Promise<number>;
  /** Some items, and a cursor to go on with. */
  page(this: NotParallel<Traits> & NamesKey<M, Equal, Traits>, options?: PageOptions): Promise<Page<Result>>;
  /**
   * Item by item, up to `limit`, request by request as the loop goes on. An item that does not fit the model ends the
   * loop, after the good items of the same answer.
   *
   * @example
   * for await (const order of tables.orders.where('customerId', '=', 'c1').items({ prefetch: true })) await ship(order);
   */
  items(this: NamesKey<M, Equal, Traits>, options?: ItemsOptions): AsyncGenerator<Result, void, undefined>;
  /** Page by page, up to `limit` items in all. No page is empty. */
  pages(
    this: NotParallel<Traits> & NamesKey<M, Equal, Traits>,
    options?: PagesOptions,
  ): AsyncGenerator<Page<Result>, void, undefined>;
  /**
   * How the query would be read: operation, index, conditions, request and capacity, or why it would be refused.
   * Nothing is sent, and no value is in it.
   *
   * @example
   * console.log(tables.orders.where('status', '=', 'open').explain());
   */
  explain(): Explanation;
}

const DEFAULT_PAGE = 100;

/** A query over one model. Untyped: `Query` is what callers see. */
export class ModelQuery {
  readonly #connection: Connection;
  readonly #model: CompiledModel;
  readonly #state: QueryState;

  constructor(connection: Connection, model: CompiledModel, state: QueryState) {
    this.#connection = connection;
    this.#model = model;
    this.#state = state;
  }

  #with(change: Partial<QueryState>): ModelQuery {
    return new ModelQuery(this.#connection, this.#model, { ...this.#state, ...change });
  }

  where(path: string, operator: Operator, operand: unknown): ModelQuery {
    const comparison: Comparison = { kind: 'comparison', path, operator, operand };
    return this.#with({ comparisons: [...this.#state.comparisons, comparison] });
  }

  filter(build: BuildCondition<any>): ModelQuery {
    return this.#with({ filters: [...this.#state.filters, build(conditionBuilder)] });
  }

  index(name: string): ModelQuery {
    return this.#with({ index: name });
  }

  select(...attributes: string[]): ModelQuery {
    return this.#with({ select: attributes });
  }

  limit(count: number): ModelQuery {
    return this.#with({ limit: positive('limit', count) });
  }

  ascending(): ModelQuery {
    return this.#with({ descending: false });
  }

  descending(): ModelQuery {
    return this.#with({ descending: true });
  }

  consistent(): ModelQuery {
    return this.#with({ consistent: true });
  }

  scan(options?: ScanOptions): ModelQuery {
    return this.#with({ scan: true, parallel: options && parallelScan(options) });
  }

  async all({ cursor }: ResumeOptions = {}): Promise<object[]> {
    return (await readPage(this.#reading(), { limit: this.#limit, cursor })).items;
  }

  async first(): Promise<object | undefined> {
    return (await readPage(this.#reading(), { limit: 1, cursor: undefined })).items[0];
  }

  async count({ cursor }: ResumeOptions = {}): Promise<number> {
    return countItems(this.#reading({ count: true }), { limit: this.#limit, cursor });
  }

  async page({ size = this.#state.limit ?? DEFAULT_PAGE, cursor }: PageOptions = {}): Promise<Page<object>> {
    return readPage(this.#pagedReading(), { limit: Math.min(positive('page size', size), this.#limit), cursor });
  }

  items({ cursor, prefetch = false }: ItemsOptions = {}): AsyncGenerator<object, void, undefined> {
    return iterateItems(() => this.#reading(), { limit: this.#limit, cursor, size: undefined, prefetch });
  }

  pages({ size, cursor, prefetch = false }: PagesOptions = {}): AsyncGenerator<Page<object>, void, undefined> {
    const pageSize = size === undefined ? undefined : positive('page size', size);
    return iteratePages(() => this.#pagedReading(), { limit: this.#limit, cursor, size: pageSize, prefetch });
  }

  explain(): Explanation {
    return explainQuery(this.#model, this.#state);
  }

  get #limit(): number {
    return this.#state.limit ?? Infinity;
  }

  #reading(change: Partial<QueryState> = {}): Reading {
    const plan = planQuery(this.#model, { ...this.#state, ...change });
    return { connection: this.#connection, model: this.#model, plan };
  }

  #pagedReading(): Reading {
    if (this.#state.parallel !== undefined) throw parallelHasNoPages(this.#model.name);
    return this.#reading();
  }
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
const MAX_SEGMENTS = 1_000_000;
const DEFAULT_CONCURRENCY = 4;

function parallelScan({ segments, concurrency = DEFAULT_CONCURRENCY }: ScanOptions): ParallelScan {
  if (positive('segments', segments) > MAX_SEGMENTS) throw new RangeError(`segments must be at most ${MAX_SEGMENTS}`);
  return { segments, concurrency: positive('concurrency', concurrency) };
}

function positive(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a whole number of at least 1`);
  return value;
}
