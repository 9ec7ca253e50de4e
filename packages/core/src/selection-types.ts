import type { Flat } from './model-types.ts';
import type { NoSuchAttribute, ValueAt } from './path-types.ts';

/** A path that is selected, or what says that it leads nowhere. */
// Used as `P & SelectedPath<Item, P>`: `P` itself is what the compiler infers it from, which is cheap.
export type SelectedPath<Item, P extends string> = P extends keyof Item
  ? P
  : string extends P
    ? never
    : ValueAt<Item, P> extends NoSuchAttribute<any>
      ? NoSuchAttribute<P>
      : P;

/**
 * What a selection returns: whole attributes as they are, and of the others the parts selected. A part may always be
 * missing, as the projection of a stored item says nothing of why. Of a list selected by position comes a list of the
 * elements that were there, without gaps.
 *
 * @typeParam Item what can be selected from
 * @typeParam P the attributes and paths, as a union
 */
// Attributes alone, as in nearly every selection, take the first line.
export type Selected<Item, P extends string> = [P] extends [keyof Item]
  ? Flat<Pick<Item, P>>
  : Flat<Pick<Item, P & keyof Item> & Parts<Item, Exclude<P, keyof Item>>>;

type Parts<Value, P extends string> = {
  [Name in FirstOf<P> & keyof Value]?: Name extends P
    ? Exclude<Value[Name], undefined>
    : PartsOf<Exclude<Value[Name], undefined>, RestOf<P, Name & string>>;
};

type PartsOf<Value, P extends string> = 0 extends 1 & Value
  ? any
  : Value extends readonly (infer Element)[]
    ? ElementOf<Element, AfterPosition<P>>[]
    : Value extends object
      ? Flat<Parts<Value, P>>
      : Value; // null, of a nullable attribute

type ElementOf<Element, P extends string> =
  | ('' extends P ? Element : never)
  | ([Exclude<P, ''>] extends [never] ? never : PartsOf<Element, Exclude<P, ''>>);

/** The attribute a path begins with. */
type FirstOf<P extends string> = P extends `${infer First}.${string}` ? Bare<First> : Bare<P>;
type Bare<Step extends string> = Step extends `${infer Name}[${string}` ? Name : Step;

/** What follows an attribute in a path. */
type RestOf<P extends string, First extends string> = P extends `${First}.${infer Rest}`
  ? Rest
  : P extends `${First}[${infer Rest}`
    ? `[${Rest}`
    : never;

/** What follows a position in a list; empty when nothing does. */
type AfterPosition<P extends string> = P extends `[${number}].${infer Rest}`
  ? Rest
  : P extends `[${number}]${infer Rest}`
    ? Rest
    : never;
