import type { PathOf, ValueAt } from './path-types.ts';

/** DynamoDB's names of its types, for the operator `type`. */
export type StoredType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'L' | 'M' | 'SS' | 'NS' | 'BS';

type Prefix<T> = T extends Uint8Array ? Uint8Array : T extends string | Date ? string : never;
type Contained<T> =
  T extends ReadonlySet<infer E> ? E : T extends readonly (infer E)[] ? E : T extends string ? string : never;

/**
 * The operators of conditions, with the operands each takes on an attribute of type `T`.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export interface Operands<T> {
  '=': [value: T];
  '<>': [value: T];
  '<': [value: T];
  '<=': [value: T];
  '>': [value: T];
  '>=': [value: T];
  /** Both bounds belong to the range. */
  between: [low: T, high: T];
  /** One of 1 to 100 values. */
  in: [values: readonly T[]];
  beginsWith: [prefix: Prefix<T>];
  /** A set or list has the element, or text has the part. */
  contains: [part: Contained<T>];
  exists: [];
  notExists: [];
  type: [type: StoredType];
  /** Compares the size: characters, bytes, or the number of elements. */
  'size =': [size: number];
  'size <>': [size: number];
  'size <': [size: number];
  'size <=': [size: number];
  'size >': [size: number];
  'size >=': [size: number];
}

/** An operator of conditions. */
export type Operator = keyof Operands<unknown>;

/** A comparison of one attribute. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly path: string;
  readonly operator: Operator;
  readonly operands: readonly unknown[];
}

/** A condition on an item: a comparison, or several joined. */
export type Condition =
  | Comparison
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition };

/**
 * Builds conditions on items of type `Item`.
 *
 * @example
 * (c) => c.or(c('status', '=', 'open'), c.and(c('total', '>', 100), c.not(c('labels', 'contains', 'test'))))
 */
export interface ConditionBuilder<Item> {
  <P extends PathOf<Item>, Op extends Operator>(
    path: P,
    operator: Op,
    ...operands: Operands<ValueAt<Item, P>>[Op]
  ): Condition;
  and(...conditions: Condition[]): Condition;
  or(...conditions: Condition[]): Condition;
  not(condition: Condition): Condition;
}

/** A function that builds a condition. */
export type BuildCondition<Item> = (condition: ConditionBuilder<Item>) => Condition;

/** The builder: it keeps nothing, so there is one for all. */
export const conditionBuilder: ConditionBuilder<any> = Object.assign(
  (path: string, operator: Operator, ...operands: unknown[]): Condition => ({
    kind: 'comparison',
    path,
    operator,
    operands,
  }),
  {
    and: (...conditions: Condition[]): Condition => ({ kind: 'and', conditions }),
    or: (...conditions: Condition[]): Condition => ({ kind: 'or', conditions }),
    not: (condition: Condition): Condition => ({ kind: 'not', condition }),
  },
);
