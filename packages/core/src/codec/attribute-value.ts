/**
 * A value in DynamoDB's own JSON, with bytes in base64: what requests are written in and answers are read from.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  /** Base64. */
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: boolean;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  /** Base64. */
  readonly BS?: readonly string[];
  readonly L?: readonly AttributeValue[];
  readonly M?: StoredItem;
}

/**
 * An item, a key or a map as DynamoDB holds it. One that `JSON.parse` made has `__proto__` as a property like any
 * other.
 */
export type StoredItem = Record<string, AttributeValue>;
