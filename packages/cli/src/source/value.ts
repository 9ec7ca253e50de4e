import type { Scope } from './scope.ts';
import type { SourceModule, SyntaxNode } from './source-module.ts';

/** What the tables of a set are used for: calls of their own, or the actions of a transaction or batch. */
export type TableMode = 'direct' | 'transactWrite' | 'transactGet' | 'batchGet' | 'batchWrite';

/** What is known of a query by reading. */
export interface QueryShape {
  /** The attributes and operators of `where`. */
  readonly comparisons: readonly (readonly [attribute: string, operator: string])[];
  readonly index?: string;
  readonly select?: readonly string[];
  readonly scan: boolean;
  readonly consistent: boolean;
  readonly filtered: boolean;
  /** Whether something of it could not be read, so that it may be any query. */
  readonly unclear: boolean;
}

/** Something an expression may stand for. What is of no interest here has no value. */
export type Value =
  | { readonly kind: 'tables'; readonly mode: TableMode }
  | { readonly kind: 'table'; readonly mode: TableMode; readonly model: string }
  | { readonly kind: 'query'; readonly model: string; readonly shape: QueryShape }
  | FunctionValue
  | ClassValue
  | { readonly kind: 'instance'; readonly of: ClassValue }
  | { readonly kind: 'object'; readonly node: SyntaxNode }
  | { readonly kind: 'array'; readonly node: SyntaxNode }
  | { readonly kind: 'module'; readonly module: SourceModule }
  | { readonly kind: 'text'; readonly text: string };

export interface FunctionValue {
  readonly kind: 'function';
  readonly node: SyntaxNode;
  readonly scope: Scope;
  /** What `this` is in it, for methods. */
  readonly self?: Value | undefined;
}

export interface ClassValue {
  readonly kind: 'class';
  readonly node: SyntaxNode;
  readonly scope: Scope;
}

/** All that an expression or name may stand for, found so far. It only grows. */
export class Values {
  readonly #byKey = new Map<string, Value>();

  static of(...values: readonly Value[]): Values {
    const all = new Values();
    for (const value of values) all.add(value);
    return all;
  }

  /** @returns whether it was new. */
  add(value: Value): boolean {
    const key = keyOf(value);
    if (this.#byKey.has(key)) return false;
    this.#byKey.set(key, value);
    return true;
  }

  /** @returns whether one was new. */
  addAll(values: Iterable<Value>): boolean {
    let added = false;
    for (const value of values) added = this.add(value) || added;
    return added;
  }

  [Symbol.iterator](): Iterator<Value> {
    return [...this.#byKey.values()][Symbol.iterator]();
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** The values of one kind. */
  ofKind<K extends Value['kind']>(kind: K): Extract<Value, { kind: K }>[] {
    return [...this].filter((value): value is Extract<Value, { kind: K }> => value.kind === kind);
  }

  /** The texts among the values; `undefined` when there is none. */
  texts(): string[] | undefined {
    const texts = this.ofKind('text').map(({ text }) => text);
    return texts.length === 0 ? undefined : texts;
  }
}

const ids = new WeakMap<object, number>();
let lastId = 0;

function idOf(object: object): number {
  const known = ids.get(object);
  if (known !== undefined) return known;
  lastId += 1;
  ids.set(object, lastId);
  return lastId;
}

function keyOf(value: Value): string {
  switch (value.kind) {
    case 'tables':
      return `tables ${value.mode}`;
    case 'table':
      return `table ${value.mode} ${value.model}`;
    case 'query':
      return `query ${value.model} ${JSON.stringify(value.shape)}`;
    case 'instance':
      return `instance ${idOf(value.of.node)}`;
    case 'module':
      return `module ${value.module.file}`;
    case 'text':
      return `text ${value.text}`;
    default:
      return `${value.kind} ${idOf(value.node)}`;
  }
}
