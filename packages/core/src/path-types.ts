/** A path into an item: an attribute, or steps into maps and lists such as `address.city` or `lines[0].sku`. */
export type PathOf<T> = {
  [K in keyof T & string]: K | NestedPath<K, NonNullable<T[K]>>;
}[keyof T & string];

// Only the first step is spelled out: the rest is checked when the path is used, which keeps completion short and
// type-checking cheap.
type NestedPath<K extends string, V> = V extends readonly unknown[]
  ? `${K}[${number}]${string}`
  : V extends Leaf
    ? never
    : `${K}.${string}`;

type Leaf = string | number | bigint | boolean | Date | Uint8Array | ReadonlySet<any>;

/** The type a path leads to; `never` when it leads nowhere. */
export type ValueAt<T, Path extends string> = Path extends keyof T
  ? Exclude<T[Path], undefined>
  : Path extends `${infer First}.${infer Rest}`
    ? ValueAt<NonNullable<Step<T, First>>, Rest>
    : Step<T, Path>;

type Step<T, S extends string> = S extends keyof T
  ? Exclude<T[S], undefined>
  : S extends `${infer Name}[${number}]`
    ? NonNullable<Step<T, Name>> extends readonly (infer E)[]
      ? E
      : never
    : string extends keyof T
      ? T[keyof T]
      : never;
