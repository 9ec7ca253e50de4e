import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { UsageError } from '../command.ts';
import type { KeyType, Row, SourceIndex, SourceTable } from './source-table.ts';

/** A data model as NoSQL Workbench for Amazon DynamoDB exports it, as far as it describes tables. */
export interface WorkbenchFile {
  readonly DataModel: readonly WorkbenchTable[];
}

interface WorkbenchTable {
  readonly TableName: string;
  readonly KeyAttributes: WorkbenchKey;
  readonly NonKeyAttributes?: readonly WorkbenchAttribute[];
  readonly GlobalSecondaryIndexes?: readonly WorkbenchIndex[];
  readonly LocalSecondaryIndexes?: readonly WorkbenchIndex[];
  readonly TableData?: readonly Record<string, Record<string, unknown>>[];
}

interface WorkbenchKey {
  readonly PartitionKey: WorkbenchAttribute;
  readonly SortKey?: WorkbenchAttribute;
}

interface WorkbenchAttribute {
  readonly AttributeName: string;
  readonly AttributeType: string;
}

interface WorkbenchIndex {
  readonly IndexName: string;
  readonly KeyAttributes: WorkbenchKey;
  readonly Projection?: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
}

/**
 * The tables of a NoSQL Workbench data model, with their sample data.
 *
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/workbench.html (the format is that of files
 * the program writes).
 *
 * @throws UsageError when the file says of a table not what it is.
 */
export function workbenchTables({ DataModel: tables }: WorkbenchFile): SourceTable[] {
  if (!Array.isArray(tables) || tables.length === 0) throw new UsageError('The data model has no tables.');
  return tables.map((table, i) => {
    if (!isText(table?.TableName) || !isKey(table.KeyAttributes)) {
      throw new UsageError(`DataModel[${i}] has no TableName, or no KeyAttributes with a PartitionKey.`);
    }
    for (const index of [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])]) {
      if (isText(index?.IndexName) && isKey(index.KeyAttributes)) continue;
      throw new UsageError(`An index of ${table.TableName} has no IndexName, or no KeyAttributes with a PartitionKey.`);
    }
    return sourceTable(table);
  });
}

function sourceTable(table: WorkbenchTable): SourceTable {
  const indexes = [
    ...(table.GlobalSecondaryIndexes ?? []).map((index) => ({ index, local: false })),
    ...(table.LocalSecondaryIndexes ?? []).map((index) => ({ index, local: true })),
  ];
  const keys = [table.KeyAttributes, ...indexes.map(({ index }) => index.KeyAttributes)];
  const { PartitionKey, SortKey } = table.KeyAttributes;
  return {
    name: table.TableName,
    key: { partition: PartitionKey.AttributeName, ...(SortKey && { sort: SortKey.AttributeName }) },
    keyTypes: new Map(
      keys
        .flatMap((key) => [key.PartitionKey, key.SortKey ?? []].flat())
        .map((of) => [of.AttributeName, of.AttributeType as KeyType]),
    ),
    indexes: indexes.map(({ index, local }) => sourceIndex(index, local)),
    declared: new Map(
      table.NonKeyAttributes?.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
    ),
    rows: (table.TableData ?? []).map(rowOf),
  };
}

function sourceIndex(index: WorkbenchIndex, local: boolean): SourceIndex {
  const {
    IndexName: name,
    KeyAttributes: key,
    Projection: { ProjectionType: type, NonKeyAttributes = [] } = {},
  } = index;
  return {
    name,
    local,
    partition: [key.PartitionKey.AttributeName],
    sort: key.SortKey === undefined ? [] : [key.SortKey.AttributeName],
    ...(type === undefined || type === 'ALL' ? {} : { projection: NonKeyAttributes }),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isKey(key: WorkbenchKey | undefined): key is WorkbenchKey {
  return isText(key?.PartitionKey?.AttributeName) && (key.SortKey === undefined || isText(key.SortKey.AttributeName));
}

/** A row as the SDK has it: JSON holds bytes in Base64. */
function rowOf(row: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, attributeValue(value)]));
}

function attributeValue(value: Readonly<Record<string, any>>): AttributeValue {
  if (value.B !== undefined) return { B: bytes(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(bytes) };
  if (value.L !== undefined) return { L: value.L.map(attributeValue) };
  if (value.M !== undefined) return { M: rowOf(value.M) };
  return value as AttributeValue;
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
