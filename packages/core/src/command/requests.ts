import type { AttributeValue, StoredItem } from '../codec/attribute-value.ts';

/**
 * The requests and answers of DynamoDB's operations, as far as they are used, in its own JSON.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
 */
interface Expressions {
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
}

interface Conditional extends Expressions {
  ConditionExpression?: string | undefined;
  ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
}

export interface GetItemInput extends Expressions {
  TableName: string;
  Key: StoredItem;
  ConsistentRead?: boolean;
  ProjectionExpression?: string;
}

export interface GetItemOutput {
  Item?: StoredItem;
}

export interface PutItemInput extends Conditional {
  TableName: string;
  Item: StoredItem;
}

export interface UpdateItemInput extends Conditional {
  TableName: string;
  Key: StoredItem;
  UpdateExpression?: string;
  ReturnValues?: 'ALL_NEW';
}

export interface DeleteItemInput extends Conditional {
  TableName: string;
  Key: StoredItem;
  ReturnValues?: 'ALL_OLD';
}

/** What `UpdateItem` and `DeleteItem` return of the item. */
export interface WriteOutput {
  Attributes?: StoredItem;
}

/** A `Query` or a `Scan`. */
export interface QueryInput extends Expressions {
  TableName: string;
  IndexName?: string;
  KeyConditionExpression?: string | undefined;
  FilterExpression?: string;
  ProjectionExpression?: string;
  Select?: 'COUNT';
  ScanIndexForward?: boolean;
  ConsistentRead?: boolean;
  ExclusiveStartKey?: StoredItem;
  Limit?: number;
  Segment?: number;
  TotalSegments?: number;
}

export interface QueryOutput {
  Items?: StoredItem[];
  Count?: number;
  LastEvaluatedKey?: StoredItem;
}

/** The keys a `BatchGetItem` reads of one table. */
export interface KeysAndAttributes extends Expressions {
  Keys?: StoredItem[];
  ConsistentRead?: boolean;
  ProjectionExpression?: string;
}

export interface BatchGetItemInput {
  RequestItems: Record<string, KeysAndAttributes>;
}

export interface BatchGetItemOutput {
  Responses?: Record<string, StoredItem[]>;
  UnprocessedKeys?: Record<string, KeysAndAttributes>;
}

/** A put or a delete of a `BatchWriteItem`. */
export interface WriteRequest {
  PutRequest?: { Item: StoredItem };
  DeleteRequest?: { Key: StoredItem };
}

export interface BatchWriteItemInput {
  RequestItems: Record<string, WriteRequest[]>;
}

export interface BatchWriteItemOutput {
  /** Of the command: whether an earlier try may have been done, so that the answer says nothing of what it had done. */
  $metadata?: { readonly mayRepeat?: boolean };
  UnprocessedItems?: Record<string, WriteRequest[]>;
}

export interface TransactGetItemsInput {
  TransactItems: { Get: GetItemInput }[];
}

export interface TransactGetItemsOutput {
  Responses?: { Item?: StoredItem }[];
}

/** A condition that must hold for a transaction to happen. */
export interface ConditionCheck extends Conditional {
  TableName: string;
  Key: StoredItem;
}

/** One write of a `TransactWriteItems`. */
export interface TransactWriteItem {
  Put?: PutItemInput;
  Update?: UpdateItemInput;
  Delete?: DeleteItemInput;
  ConditionCheck?: ConditionCheck;
}

export interface TransactWriteItemsInput {
  TransactItems: TransactWriteItem[];
  ClientRequestToken: string;
}
