export type { GetOptions } from './actions/get.ts';
export type { Page } from './actions/query.ts';
export type { TransactRead } from './actions/transact-get.ts';
export type { TransactAction, TransactWriteOptions } from './actions/transact-write.ts';
export type { WriteOptions } from './actions/write-condition.ts';
export type { Attribute, AttributeFlag, AttributeKind, Attributes } from './attribute.ts';
export {
  any,
  bigint,
  binary,
  binarySet,
  boolean,
  createdAt,
  date,
  decimal,
  integer,
  json,
  list,
  map,
  number,
  numberSet,
  record,
  string,
  stringSet,
  ttl,
  updatedAt,
  version,
} from './attribute-builders.ts';
export type {
  BatchGetAction,
  BatchGetItems,
  BatchGetOptions,
  BatchGetResult,
  BatchGetResults,
  BatchGetTable,
  BatchOptions,
  BatchReadLeft,
  BatchReadOptions,
  BatchWriteAction,
  BatchWriteLeft,
  BatchWriteOptions,
  BatchWriteResult,
  BatchWriteResults,
  BatchWrites,
  BatchWriteTable,
} from './batch-types.ts';
export { ExactNumber } from './codec/exact-number.ts';
export type { Problem } from './codec/problem.ts';
export { unknownAttributesOf } from './codec/unknown-attributes.ts';
export type { Client } from './command/client.ts';
export type { BuildCondition, Condition, ConditionBuilder, Operand, Operator, StoredType } from './condition.ts';
export { type CreateTableOptions, createTable } from './create-table.ts';
export { createTables } from './create-tables.ts';
export { deleteTable } from './delete-table.ts';
export type { DataKeyCacheOptions, EncryptionOptions } from './encryption/encryption-options.ts';
export type { EnvelopeVersion } from './encryption/envelope.ts';
export type { EncryptionContext, Kms } from './encryption/kms.ts';
export * from './errors.ts';
export type { ExplainedPlan, ExplainedRefusal, Explanation } from './explain.ts';
export type { JsonForms, JsonOf, JsonSchema, SchemaKind } from './json-schema.ts';
export {
  type AnyModel,
  type Changes,
  defineModel,
  type Item,
  type Key,
  type Model,
  type NewItem,
  type UnknownAttributes,
} from './model.ts';
export type { IndexDefinition, KeyDefinition, TemplateKey } from './model-types.ts';
export type { Attempt, Binding, Consumed, Observe, Operation, Outcome } from './observe.ts';
export type {
  ItemsOptions,
  PageOptions,
  PagesOptions,
  Query,
  ResumeOptions,
  ScanOptions,
} from './query.ts';
export { sensitiveAttributesOf } from './sensitive.ts';
export type { StreamImage, StreamValue } from './stream-value.ts';
export {
  createStreamReader,
  type DecryptingStreamReader,
  type DecryptingStreamReaderOptions,
  type InsertedItem,
  type ModifiedItem,
  type RemovedItem,
  type StreamChange,
  type StreamProblem,
  type StreamReaderOptions,
  type StreamRecord,
  type StreamView,
  type UnreadRecord,
} from './streams.ts';
export { type TableDefinition, tableDefinitions } from './table-definition.ts';
export type { TableWait } from './table-status.ts';
export type { Models, Table, TableOf, TableSet, Tables } from './table-types.ts';
export type { TablesOptions } from './tables.ts';
export type { UpdateBuilder } from './update-builder.ts';
export { type WarmUpOptions, warmUp } from './warm-up.ts';
