import { countItems, type Page, readPage } from './actions/query.ts';
import type { CompiledModel } from './compiled-model.ts';
import { type BuildCondition, type Comparison, conditionBuilder, type Operand, type Operator } from './condition.ts';
import type { Connection } from './connection.ts';
import type { AnyModel } from './model.ts';
import type { FieldsOf, Flat, IndexedItem } from './model-types.ts';
import type { PathOf, ValueAt } from './path-types.ts';
import { planQuery, type QueryPlan, type QueryState } from './query-plan.ts';

/** The partition keys a query can use, as the attributes each needs: the table's, and every index's. */
type Partitions<M extends AnyModel> =
  | [FieldsOf<M['key']['partition']>]
  | { [N in keyof M['indexes']]: [FieldsOf<M['indexes'][N]['partition']>] }[keyof M['indexes']];

/** `true` when the attributes matched with "=" make up a whole partition key. */
type NamesPartition<P, Equal> = P extends [infer Fields] ? ([Fields] extends [Equal] ? true : never) : never;

/** What a terminal asks for when no partition key is matched: the message is the property's name. */
export interface PartitionKeyMissing {
  'Match a partition key with where(attribute, "=", value), or call scan()': never;
}

/** No argument where the query names a partition key; otherwise one that cannot be given. */
export type ScanGuard<M extends AnyModel, Equal> =
  true extends NamesPartition<Partitions<M>, Equal> ? [] : [missing: PartitionKeyMissing];

type IndexNames<M extends AnyModel> = keyof M['indexes'] & string;

/** Options of `page`. */
export interface PageOptions {
  /** The most items to return; default 100. */
  readonly size?: number;
  /** The cursor of the page before. */
  readonly cursor?: string | undefined;
}

/**
 * A read of several items. Every method returns a new query; nothing is sent before a terminal (`all`, `first`,
 * `page`, `count`).
 *
 * @typeParam M the model
 * @typeParam Values the types of its attributes
 * @typeParam Selected what the terminals return
 * @typeParam Equal the attributes matched with "="
 */
export interface Query<M extends AnyModel, Values, Selected, Equal> {
  /**
   * Adds a condition. It becomes part of the key condition where the table or the index allows, and a filter
   * otherwise; the order of calls does not matter.
   */
  where<P extends PathOf<keyof Values>, Op extends Operator>(
    path: P,
    operator: Op,
    operand: Operand<ValueAt<Values, P>, Op>,
  ): Query<M, Values, Selected, Op extends '=' ? Equal | P : Equal>;
  /** Adds a filter with `and`, `or` and `not`. */
  filter(build: BuildCondition<Values>): Query<M, Values, Selected, Equal>;
  /** Reads through this index, whatever else would do. */
  index<Name extends IndexNames<M>>(
    name: Name,
  ): Query<
    M,
    Values,
    Flat<
      Pick<
        IndexedItem<M['attributes'], M['key'], M['indexes'][Name]>,
        keyof IndexedItem<M['attributes'], M['key'], M['indexes'][Name]> & keyof Selected
      >
    >,
    Equal
  >;
  /** Fetches only these attributes. */
  select<S extends keyof Selected & string>(...attributes: S[]): Query<M, Values, Flat<Pick<Selected, S>>, Equal>;
  /** The most items to return in all, whatever the number of requests. */
  limit(count: number): Query<M, Values, Selected, Equal>;
  /** Smallest sort key first; the default. */
  ascending(): Query<M, Values, Selected, Equal>;
  /** Greatest sort key first. */
  descending(): Query<M, Values, Selected, Equal>;
  /** Reads what was last written, at twice the capacity. Not through a global index. */
  consistent(): Query<M, Values, Selected, Equal>;
  /** Reads the whole table or index, on purpose. */
  scan(): Query<M, Values, Selected, any>;

  /** Every item, up to `limit`. */
  all(...missing: ScanGuard<M, Equal>): Promise<Selected[]>;
  /** The first item, if there is one. */
  first(...missing: ScanGuard<M, Equal>): Promise<Selected | undefined>;
  /** The number of items. */
  count(...missing: ScanGuard<M, Equal>): Promise<number>;
  /** Some items, and a cursor to go on with. */
  page(
    ...options: ScanGuard<M, Equal> extends [] ? [options?: PageOptions] : ScanGuard<M, Equal>
  ): Promise<Page<Selected>>;
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

  scan(): ModelQuery {
    return this.#with({ scan: true });
  }

  async all(): Promise<object[]> {
    return (await this.#read({ limit: this.#state.limit })).items;
  }

  async first(): Promise<object | undefined> {
    return (await this.#read({ limit: 1 })).items[0];
  }

  async count(): Promise<number> {
    return countItems(this.#connection, this.#model, this.#plan());
  }

  async page({ size = DEFAULT_PAGE, cursor }: PageOptions = {}): Promise<Page<object>> {
    return this.#read({ limit: positive('page size', size), cursor });
  }

  #plan(): QueryPlan {
    return planQuery(this.#model, this.#state);
  }

  #read(range: { limit: number | undefined; cursor?: string | undefined }): Promise<Page<object>> {
    return readPage(this.#connection, this.#model, this.#plan(), this.#state, range);
  }
}

function positive(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name} must be a whole number of at least 1`);
  return value;
}
