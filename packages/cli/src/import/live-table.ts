import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  ResourceNotFoundException,
  ScanCommand,
  type ScanCommandOutput,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { UsageError } from '../command.ts';
import type { KeyType, Row, SourceIndex, SourceTable } from './source-table.ts';

/**
 * Describes a table, and reads a sample of its rows with a scan.
 *
 * @param sample the number of rows, at most.
 * @throws UsageError when there is no such table.
 */
export async function liveTable(client: DynamoDBClient, name: string, sample: number): Promise<SourceTable> {
  const table = await describe(client, name);
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }));
  const key = (schema: readonly KeySchemaElement[] | undefined, type: string): string[] =>
    (schema ?? []).filter(({ KeyType }) => KeyType === type).map(({ AttributeName }) => AttributeName as string);
  const indexOf = (index: IndexDescription, local: boolean): SourceIndex => ({
    name: index.IndexName as string,
    local,
    partition: key(index.KeySchema, 'HASH'),
    sort: key(index.KeySchema, 'RANGE'),
    ...(index.Projection?.ProjectionType === 'ALL' ? {} : { projection: index.Projection?.NonKeyAttributes ?? [] }),
  });
  const [partition = ''] = key(table.KeySchema, 'HASH');
  const [sort] = key(table.KeySchema, 'RANGE');
  const timeToLive = TimeToLiveDescription?.AttributeName;
  return {
    name,
    key: sort === undefined ? { partition } : { partition, sort },
    keyTypes: new Map(
      table.AttributeDefinitions?.map((of) => [of.AttributeName as string, of.AttributeType as KeyType]),
    ),
    indexes: [
      ...(table.GlobalSecondaryIndexes ?? []).map((index) => indexOf(index, false)),
      ...(table.LocalSecondaryIndexes ?? []).map((index) => indexOf(index, true)),
    ],
    ...(timeToLive === undefined ? {} : { timeToLive }),
    declared: new Map(),
    rows: await sampleOf(client, name, sample),
  };
}

type IndexDescription = Pick<
  NonNullable<TableDescription['GlobalSecondaryIndexes']>[number],
  'IndexName' | 'KeySchema' | 'Projection'
>;

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table as TableDescription;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new UsageError(`There is no table ${name} in this account and region, or at --endpoint.`, { cause: error });
  }
}

/** The first rows of a scan. They are in the order of their partitions' hashes, which is that of no kind of item. */
async function sampleOf(client: DynamoDBClient, name: string, sample: number): Promise<Row[]> {
  const rows: Row[] = [];
  let start: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({ TableName: name, Limit: sample - rows.length, ExclusiveStartKey: start }),
    );
    rows.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined && rows.length < sample);
  return rows;
}
