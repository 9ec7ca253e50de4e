import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { createTables } from '@tabletheory/core';
import { IdempotencyKeyMissingError, idempotency, idempotencyModel, keyFromHeader } from '@tabletheory/idempotency';

const client = new DynamoDBClient({ region: 'eu-north-1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } });
const tables = createTables({ client, models: { idempotency: idempotencyModel() } });
const handler = middy()
  .use(idempotency({ key: keyFromHeader(), tables }))
  .handler(async (_event, { idempotency }) => idempotency.token());

await assert.rejects(handler({ headers: {} }, {} as never), IdempotencyKeyMissingError);
