import type { AnyModel, Models } from '@tabletheory/core';
import { allActions, methodActions } from '../iam/model-actions.ts';
import { queryReads } from '../iam/query-indexes.ts';
import type { ItemAction } from '../iam/table-use.ts';
import { changedAttributes } from './changed-attributes.ts';
import type { PackageUse } from './package-use.ts';
import type { SyntaxNode } from './source-module.ts';
import type { QueryShape, TableMode, Value, Values } from './value.ts';

/** An action on a model that the source may perform. */
export interface SourceUse {
  readonly action: ItemAction;
  /** The model, by the name of its table in the handler. */
  readonly model: string;
  readonly index: string | undefined;
  /** `file:line`. */
  readonly place: string;
}

/** Something that could not be read, and was taken for all it may be. */
export interface UnreadSource {
  readonly place: string;
  /** What it is and why, as a sentence. */
  readonly reason: string;
  /** The models it was taken for; none where only a recording tells. */
  readonly models: readonly string[];
}

/** One call that was found. */
export interface TableCall {
  readonly method: string;
  readonly args: readonly Values[];
  readonly argNodes: readonly SyntaxNode[];
  readonly place: string;
}

type Table = Extract<Value, { kind: 'table' }>;
type Query = Extract<Value, { kind: 'query' }>;

const TERMINALS = new Set(['all', 'first', 'count', 'page', 'items', 'pages']);
const EMPTY: QueryShape = { comparisons: [], scan: false, consistent: false, filtered: false, unclear: false };

/** What calls on tables do: collects the uses, and what could not be read. */
export class TableCalls {
  /**
   * Whether names have all their values: until then, what is not known may become so, and afterwards it is only known
   * at run time.
   */
  settled = false;
  readonly #models: Models;
  readonly #uses = new Map<string, SourceUse>();
  readonly #unread = new Map<string, UnreadSource>();

  constructor(models: Models) {
    this.#models = models;
  }

  get modelNames(): readonly string[] {
    return Object.keys(this.#models);
  }

  get uses(): readonly SourceUse[] {
    return [...this.#uses.values()];
  }

  get unread(): readonly UnreadSource[] {
    return [...this.#unread.values()];
  }

  /** Forgets what was found: names are known better now. */
  clear(): void {
    this.#uses.clear();
    this.#unread.clear();
  }

  /** Notes what could not be read, and takes it for every use of the models. */
  widen(place: string, reason: string, mode: TableMode, models: readonly string[] = this.modelNames): void {
    this.say(place, reason, models);
    for (const name of models) {
      const { indexes } = this.#model(name);
      for (const action of allActions(mode)) {
        this.#add(action, name, undefined, place);
        if (action !== 'Query' && action !== 'Scan') continue;
        for (const index of Object.keys(indexes)) this.#add(action, name, index, place);
      }
    }
  }

  /** Notes what is not known, and has been taken for the given models. */
  say(place: string, reason: string, models: readonly string[]): void {
    this.#unread.set(`${place} ${reason}`, { place, reason, models });
  }

  /** Notes requests past the tables. */
  noteClient(place: string, what: string): void {
    this.say(place, `Requests through ${what} are not read: only a recording tells what they need.`, []);
  }

  /** A call of a function that is not read, but known. */
  usedBy(name: string, { model, actions }: PackageUse, place: string): void {
    if (!Object.hasOwn(this.#models, model)) {
      this.say(place, `${name} uses the table ${model}, which is none of the configured models.`, []);
      return;
    }
    for (const action of actions) this.#add(action, model, undefined, place);
  }

  /** Notes what looks like a call of a table. */
  noteLikely(model: string, method: string, place: string): void {
    const isRead = method === 'where' || method === 'scan';
    if (!isRead && methodActions(this.#model(model), 'direct', method) === undefined) return;
    this.say(place, `This may be a call of the table ${model}: what it is called on could not be read.`, []);
  }

  /** The models that go by a name in the source, by the names of their tables. */
  modelsNamed(name: string | undefined): string[] {
    return Object.entries(this.#models).flatMap(([key, model]) => (model.name === name || key === name ? [key] : []));
  }

  /** A call of a table's method. @returns the query it begins, if it does. */
  callTable({ model, mode }: Table, call: TableCall): Value | undefined {
    const { method, argNodes, place } = call;
    if (mode === 'direct' && (method === 'where' || method === 'scan')) {
      return this.callQuery({ kind: 'query', model, shape: EMPTY }, call);
    }
    const changed = method === 'update' ? changedAttributes(argNodes[1]) : undefined;
    for (const action of methodActions(this.#model(model), mode, method, changed) ?? []) {
      this.#add(action, model, undefined, place);
    }
    return undefined;
  }

  /** A call of a query's method. @returns the query it makes, if it does. */
  callQuery(query: Query, { method, args, place }: TableCall): Value | undefined {
    const { model, shape } = query;
    const to = (change: Partial<QueryShape>): Query => ({ kind: 'query', model, shape: { ...shape, ...change } });
    switch (method) {
      case 'where':
        return this.#unlessUnsettled(to(withComparison(shape, args)));
      case 'filter':
        return to({ filtered: true });
      case 'index': {
        const [index, ...others] = args[0]?.texts() ?? [];
        return this.#unlessUnsettled(
          index !== undefined && others.length === 0 ? to({ index }) : to({ unclear: true }),
        );
      }
      case 'select': {
        const select = args.map((values) => values.texts());
        return select.every((names) => names?.length === 1)
          ? to({ select: select.flat() as string[] })
          : to({ filtered: true });
      }
      case 'scan':
        return to({ scan: true });
      case 'consistent':
        return to({ consistent: true });
    }
    if (TERMINALS.has(method)) {
      for (const { action, index } of queryReads(this.#model(model), this.#known(query, method, place))) {
        this.#add(action, model, index, place);
      }
      return undefined;
    }
    return query;
  }

  #unlessUnsettled(query: Query): Query | undefined {
    return query.shape.unclear && !this.settled ? undefined : query;
  }

  /** A query that leaves what is read: whatever may be added to it. */
  escapedQuery({ model }: Query, place: string, reason: string): void {
    this.widen(place, reason, 'direct', [model]);
  }

  #known({ model, shape }: Query, method: string, place: string): QueryShape {
    const { indexes } = this.#model(model);
    if (shape.unclear || (shape.index !== undefined && !Object.hasOwn(indexes, shape.index))) {
      this.say(place, 'The index or attributes of the query are only known at run time: any index is allowed.', [
        model,
      ]);
      const { index: _unknown, ...rest } = shape;
      return { ...rest, unclear: true };
    }
    return method === 'count' ? { ...shape, select: [] } : shape;
  }

  #model(name: string): AnyModel {
    return this.#models[name] as AnyModel;
  }

  #add(action: ItemAction, model: string, index: string | undefined, place: string): void {
    const use = { action, model, index, place };
    this.#uses.set(JSON.stringify(use), use);
  }
}

function withComparison(shape: QueryShape, args: readonly Values[]): Partial<QueryShape> {
  const attributes = args[0]?.texts();
  const operators = args[1]?.texts();
  if (attributes?.length !== 1 || operators?.length !== 1) return { unclear: true };
  const comparison = [attributes[0], operators[0]] as [string, string];
  const all = new Map([...shape.comparisons, comparison].map((one) => [one.join(' '), one]));
  return { comparisons: [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one) };
}
