import { hash } from 'node:crypto';
import type { Engine } from '@tabletheory/local';
import type { DynamoDBRecord } from 'aws-lambda';

/** Reads all records of a table's stream from a local engine, as Lambda's event source mapping does. */
export async function readStream(engine: Engine, tableName: string): Promise<DynamoDBRecord[]> {
  const call = (operation: string, input: object): Promise<any> => streamsApi(engine, operation, input);
  const { Streams } = await call('ListStreams', { TableName: tableName });
  const streamArn: string = Streams[0].StreamArn;
  const { StreamDescription } = await call('DescribeStream', { StreamArn: streamArn });
  const records: DynamoDBRecord[] = [];
  for (const { ShardId } of StreamDescription.Shards) {
    const shard = { StreamArn: streamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = await call('GetShardIterator', shard);
    const { Records } = await call('GetRecords', { ShardIterator });
    for (const record of Records) records.push({ ...record, eventSourceARN: streamArn });
  }
  return records;
}

const CREDENTIAL = 'local/20260131/us-east-1/dynamodb/aws4_request';

async function streamsApi({ endpoint }: Engine, operation: string, input: object): Promise<unknown> {
  const body = JSON.stringify(input);
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
      // A local engine wants a signature, and does not check it.
      'x-amz-date': '20260131T120000Z',
      authorization: `AWS4-HMAC-SHA256 Credential=${CREDENTIAL}, SignedHeaders=host, Signature=${hash('sha256', body)}`,
    },
    body,
  });
  if (!response.ok) throw new Error(`${operation}: ${response.status} ${await response.text()}`);
  return response.json();
}
