/** A path that goes into a map or list. Only its form is checked here: what it leads to is checked where it is used. */
export type NestedPath = `${string}.${string}` | `${string}[${string}`;

/** A path into an item: an attribute, or steps into maps and lists such as `address.city` or `lines[0].sku`. */
export type PathOf<Name> = (Name & string) | NestedPath;

/** What a path that leads nowhere is compared with: nothing can be. */
export interface NoSuchAttribute<Path> {
  'No attribute has the path': Path;
}

/** The type a path leads to. `Values` has the type of every attribute, without `undefined`. */
export type ValueAt<Values, Path extends string> = Path extends keyof Values
  ? Values[Path]
  : Path extends `${infer First}.${infer Rest}`
    ? ValueAt<NonNullable<Step<Values, First>>, Rest>
    : Step<Values, Path>;

type Step<Values, S extends string> = S extends keyof Values
  ? Exclude<Values[S], undefined>
  : S extends `${infer Name}[${infer Positions}]`
    ? ElementAt<NonNullable<Step<Values, Name>>, Positions, S>
    : NoSuchAttribute<S>;

/** The element at a position of a list, `0`, or of lists in lists, `0][1`. */
type ElementAt<List, Positions extends string, S> = List extends readonly (infer E)[]
  ? Positions extends `${number}`
    ? E
    : Positions extends `${number}][${infer Inner}`
      ? ElementAt<NonNullable<E>, Inner, S>
      : NoSuchAttribute<S>
  : NoSuchAttribute<S>;
