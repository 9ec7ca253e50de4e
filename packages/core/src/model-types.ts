import type { AttributeFlag, Attributes } from './attribute.ts';
import type { Placeholders } from './key-template.ts';

/** Shows what an object has, on hover and in errors, instead of a name and what it was made from. */
export type Flat<T> = { [K in keyof T]: T[K] } & {};

/** The names of the attributes with `Flag`. */
export type Flagged<A extends Attributes, Flag extends AttributeFlag> = {
  [K in keyof A]: Flag extends A[K]['~flags'] ? K : never;
}[keyof A];

// Asked of every model: without a parameter for the flag they are cheaper to check.
type OptionalNames<A extends Attributes> = { [K in keyof A]: 'optional' extends A[K]['~flags'] ? K : never }[keyof A];
type RequiredNames<A extends Attributes> = { [K in keyof A]: 'required' extends A[K]['~flags'] ? K : never }[keyof A];

type PlainFlag = Exclude<AttributeFlag, 'encrypted'>;

/** The type of every plain attribute's value, optional or not: what conditions compare and updates set. */
export type ValuesOf<A extends Attributes> = {
  // Not by the name of this type: errors then list the attributes.
  readonly [Name in { [K in keyof A]: A[K]['~flags'] extends PlainFlag ? K : never }[keyof A]]: A[Name]['~type'];
};

/** A stored item: every attribute that is not optional is there. */
export type ItemOf<A extends Attributes> = Flat<
  { [K in Exclude<keyof A, OptionalNames<A>>]: A[K]['~type'] } & { [K in OptionalNames<A>]?: A[K]['~type'] }
>;

/** An item to write: generated attributes and those with a default may be left out. */
export type NewItemOf<A extends Attributes> = Flat<
  { [K in RequiredNames<A>]: A[K]['~type'] } & { [K in Exclude<keyof A, RequiredNames<A>>]?: A[K]['~type'] | undefined }
>;

/** A key computed from attributes and stored under a name of its own, for single-table design. */
export interface TemplateKey {
  /** The name the key is stored under, for example `PK`. */
  readonly attribute: string;
  /** Literal text and placeholders, for example `CUSTOMER#{customerId}`. */
  readonly template: string;
}

/** A partition or sort key: an attribute, or a template over attributes. */
export type KeyPart<A extends Attributes> = (keyof ValuesOf<A> & string) | TemplateKey;

/** A table's primary key. */
export interface KeyDefinition<A extends Attributes> {
  readonly partition: KeyPart<A>;
  readonly sort?: KeyPart<A>;
}

/** A secondary index's key part; several attributes make a multi-attribute key. */
export type IndexKeyPart<A extends Attributes> = KeyPart<A> | readonly (keyof ValuesOf<A> & string)[];

/** A secondary index. */
export interface IndexDefinition<A extends Attributes> {
  /** `local` shares the table's partition key; default `global`. */
  readonly type?: 'global' | 'local';
  readonly partition: IndexKeyPart<A>;
  readonly sort?: IndexKeyPart<A>;
  /** The attributes the index holds beside all keys; without it the index holds every attribute. */
  readonly projection?: readonly (keyof A & string)[];
}

/** The attributes a key part is made of. */
export type FieldsOf<Part> = Part extends string
  ? Part
  : Part extends { readonly template: infer T }
    ? Placeholders<T>
    : Part extends readonly (infer Name)[]
      ? Name
      : never;

/** The attributes a whole key is made of. */
export type KeyFields<K> = FieldsOf<K[keyof K & ('partition' | 'sort')]>;

/** An item's primary key, in the model's attributes. */
export type KeyOf<A extends Attributes, K> = Flat<{ [Name in KeyFields<K> & keyof A]: A[Name]['~type'] }>;

/** The attributes an update may change. */
export type Changeable<A extends Attributes, K> = Exclude<
  { [Name in keyof A]: 'readOnly' extends A[Name]['~flags'] ? never : Name }[keyof A],
  KeyFields<K>
>;

/** Changes to an item: attributes left out stay as they are; `undefined` removes an optional attribute. */
export type ChangesOf<A extends Attributes, Names> = Flat<{
  [Name in Names & keyof A]?: A[Name]['~type'] | ('optional' extends A[Name]['~flags'] ? undefined : never);
}>;

/** The attributes a query through an index can return. */
export type IndexedNames<A extends Attributes, K, I> = I extends { readonly projection: readonly (infer Name)[] }
  ? Name | KeyFields<K> | KeyFields<I>
  : keyof A;
