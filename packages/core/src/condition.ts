import type { NestedPath, PathOf, ValueAt } from './path-types.ts';

/** DynamoDB's names of its types, for the operator `type`. */
export type StoredType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'L' | 'M' | 'SS' | 'NS' | 'BS';

// Not distributive (`[T]`), and few kinds of operand instead of one for each operator: a condition is type-checked
// for every possible operator at once, so each case here is paid for in every call.
type Prefix<T> = unknown extends T
  ? T
  : [T] extends [string | Date]
    ? string
    : [T] extends [Uint8Array]
      ? Uint8Array
      : never;
type Part<T> = unknown extends T
  ? T
  : [T] extends [string]
    ? string
    : [T] extends [ReadonlySet<infer E>]
      ? E
      : [T] extends [readonly (infer E)[]]
        ? E
        : never;

/** The operand of each operator, by kind. */
interface OperandKinds {
  '=': 'value';
  '<>': 'value';
  '<': 'value';
  '<=': 'value';
  '>': 'value';
  '>=': 'value';
  between: 'bounds';
  in: 'values';
  beginsWith: 'prefix';
  contains: 'part';
  exists: 'exists';
  type: 'type';
  'size =': 'size';
  'size <>': 'size';
  'size <': 'size';
  'size <=': 'size';
  'size >': 'size';
  'size >=': 'size';
}

interface Operands<T> {
  value: T;
  /** Both belong to the range. */
  bounds: readonly [low: T, high: T];
  /** 1 to 100 values, of which one must be equal. */
  values: readonly T[];
  /** The start of text or bytes. */
  prefix: Prefix<NonNullable<T>>;
  /** An element of a set or list, or a part of text. */
  part: Part<NonNullable<T>>;
  /** Whether the attribute must be there, or must not. */
  exists: boolean;
  type: StoredType;
  /** What DynamoDB's function `size` gives: the length of text, the number of bytes, or the number of elements. */
  size: number;
}

/**
 * An operator of conditions. Source:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export type Operator = keyof OperandKinds;

/** What an operator compares an attribute of type `T` with. */
export type Operand<T, Op extends Operator> = Operands<T>[OperandKinds[Op]];

/** What an operator compares the attribute at a path with. */
export type OperandAt<Values, P extends string, Op extends Operator> = NestedPath extends P
  ? unknown
  : P extends keyof Values
    ? Operands<Values[P]>[OperandKinds[Op]]
    : Operands<ValueAt<Values, P>>[OperandKinds[Op]];

/** A comparison of one attribute. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly path: string;
  readonly operator: Operator;
  readonly operand: unknown;
}

/** A condition on an item: a comparison, or several joined. */
export type Condition =
  | Comparison
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition };

/**
 * Builds conditions on items whose attributes are of the types `Values`.
 *
 * @example
 * (c) => c.or(c('status', '=', 'open'), c.and(c('total', '>', 100), c.not(c('labels', 'contains', 'test'))))
 */
export interface ConditionBuilder<Values> {
  <P extends PathOf<keyof Values>, Op extends Operator>(
    path: P,
    operator: Op,
    operand: NoInfer<OperandAt<Values, P, Op>>,
  ): Condition;
  and(...conditions: Condition[]): Condition;
  or(...conditions: Condition[]): Condition;
  not(condition: Condition): Condition;
}

/** A function that builds a condition. */
export type BuildCondition<Values> = (condition: ConditionBuilder<Values>) => Condition;

/** The builder: it keeps nothing, so there is one for all. */
export const conditionBuilder: ConditionBuilder<any> = Object.assign(
  (path: string, operator: Operator, operand: unknown): Condition => ({ kind: 'comparison', path, operator, operand }),
  {
    and: (...conditions: Condition[]): Condition => ({ kind: 'and', conditions }),
    or: (...conditions: Condition[]): Condition => ({ kind: 'or', conditions }),
    not: (condition: Condition): Condition => ({ kind: 'not', condition }),
  },
);
