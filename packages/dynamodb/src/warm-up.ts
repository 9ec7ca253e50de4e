import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables, defineModel, string } from '@tabletheory/core';

const WarmUp = defineModel({
  name: 'WarmUp',
  table: 'warm-up',
  key: { partition: 'id' },
  attributes: { id: string() },
});

/**
 * Runs one read through the SDK's whole pipeline, with made-up credentials and an answer made up in place of the
 * network. Half of what a first request costs is code that runs for the first time; this moves it to the init phase,
 * which has a full CPU.
 */
export async function warmUp(): Promise<void> {
  const client = new DynamoDBClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'warm-up', secretAccessKey: 'warm-up' },
    maxAttempts: 1,
    requestHandler: {
      handle: async () => ({
        response: { statusCode: 200, headers: {}, body: new TextEncoder().encode('{"Item":{"id":{"S":"1"}}}') },
      }),
    } as never,
  });
  await createTables({ client, models: { warmUps: WarmUp } }).warmUps.get({ id: '1' });
}
