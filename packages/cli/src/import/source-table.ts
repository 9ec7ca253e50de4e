import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A row as DynamoDB holds it. */
export type Row = Readonly<Record<string, AttributeValue>>;

/** DynamoDB's type of a key attribute. */
export type KeyType = 'S' | 'N' | 'B';

/** A table that models are made from: what is known of it, and some of its rows. */
export interface SourceTable {
  readonly name: string;
  readonly key: { readonly partition: string; readonly sort?: string };
  /** The types of all attributes that are keys, of the table or of an index. */
  readonly keyTypes: ReadonlyMap<string, KeyType>;
  readonly indexes: readonly SourceIndex[];
  /** The attribute with the items' time to live. */
  readonly timeToLive?: string;
  /** Further attributes the source declares, with DynamoDB's types; rows may have others. */
  readonly declared: ReadonlyMap<string, string>;
  readonly rows: readonly Row[];
}

/** A secondary index of a table. A key of several attributes has several names. */
export interface SourceIndex {
  readonly name: string;
  readonly local: boolean;
  readonly partition: readonly string[];
  readonly sort: readonly string[];
  /** The attributes it holds beside all keys; without it the index holds every attribute. */
  readonly projection?: readonly string[];
}
