export type { GetOptions } from './actions/get.ts';
export type { Page } from './actions/query.ts';
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
export { unknownAttributesOf } from './codec/item-codec.ts';
export type { Problem } from './codec/problem.ts';
export type { BuildCondition, Condition, ConditionBuilder, Operand, Operator, StoredType } from './condition.ts';
export * from './errors.ts';
export { type AnyModel, type Changes, defineModel, type Item, type Key, type Model, type NewItem } from './model.ts';
export type { IndexDefinition, KeyDefinition, TemplateKey } from './model-types.ts';
export type { Attempt, Binding, Consumed, Observe, Operation, Outcome } from './observe.ts';
export type { PageOptions, Query } from './query.ts';
export { sensitiveAttributesOf } from './sensitive.ts';
export { type TableDefinition, tableDefinitions } from './table-definition.ts';
export type { Models, Table, TableOf, TableSet, Tables } from './table-types.ts';
export { createTables, type TablesOptions } from './tables.ts';
export type { UpdateBuilder } from './update-builder.ts';
