import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTables, DeadlineExceededError } from '@tabletheory/core';
import { createLeases, leaseModel } from '@tabletheory/lease';

const client = new DynamoDBClient({ region: 'eu-north-1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } });
const tables = createTables({ client, models: { leases: leaseModel() } });
const leases = createLeases({ tables: tables.$withSignal(AbortSignal.abort()) });
const token: Promise<number> = leases.withLease('report', ({ fencingToken }) => fencingToken);
await assert.rejects(token, DeadlineExceededError);
