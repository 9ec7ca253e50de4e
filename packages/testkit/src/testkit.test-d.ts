import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import type { Tables } from '@tabletheory/core';
import { logger } from '@tabletheory/logger';
import { metrics } from '@tabletheory/metrics';
import { expect } from 'vitest';
import { captureLines } from './capture-lines.ts';
import { invokeHandler } from './invoke-handler.ts';
import { matchers } from './matchers/matchers.ts';
import { type RecordedTables, recordOperations } from './record-operations.ts';
import { Customer, Order } from './test-models.ts';
import { useEngine } from './use-engine.ts';

expect.extend(matchers);

// The tables of an engine are those of its models.
const models = { orders: Order, customers: Customer };
const engine = useEngine({ models, emptyBeforeEach: undefined });
engine.tables() satisfies Tables<typeof models>;
engine.client() satisfies DynamoDBClient;
void engine.tables().orders.get({ customerId: 'c-1', orderId: 'o-1' });
// @ts-expect-error a key attribute is missing
void engine.tables().orders.get({ customerId: 'c-1' });
// @ts-expect-error no such table
engine.tables().invoices;
// @ts-expect-error models are missing
useEngine({});

// Recorded tables are the same tables.
const recorded = recordOperations(engine.tables());
recorded satisfies RecordedTables<Tables<typeof models>>;
recorded.tables.customers.create({ customerId: 'c-1' }) satisfies Promise<{ customerId: string }>;
// @ts-expect-error no such attribute
void recorded.tables.customers.create({ customerId: 'c-1', name: 'Ada' });
// @ts-expect-error operations are only read
recorded.operations.push();

// Captured lines are a destination for both.
const lines = captureLines();
logger({ destination: lines });
metrics({ namespace: 'Orders', destination: lines });

// A handler is invoked with its event, whatever its middlewares put into the context.
const handler = middy<{ orderId: string }>()
  .use(logger())
  .handler(async (event, { log }) => {
    log.info('called');
    return event.orderId;
  });
void invokeHandler(handler, { orderId: 'o-1' });
void invokeHandler(handler, { orderId: 'o-1' }, { timeout: 500, functionName: 'orders' });
invokeHandler(async (event: number) => String(event), 1) satisfies Promise<string>;
// @ts-expect-error another event
void invokeHandler(handler, { order: 'o-1' });
// @ts-expect-error no such member of the context
void invokeHandler(handler, { orderId: 'o-1' }, { deadline: 500 });

// Matchers take what they compare.
expect(lines).toHaveLogged({ level: 'INFO' });
expect(lines).not.toHaveEmittedMetric('Orders', { value: 1, unit: 'Count', dimensions: { service: 'orders' } });
expect([]).toHaveTraced({ name: 'orders', operation: expect.any(String), table: undefined });
expect(recorded.operations).toHaveConsumed({ read: 1, write: expect.closeTo(2), table: 'orders' });
expect.poll(() => lines).toHaveLogged({ level: 'INFO' }) satisfies Promise<void>;
// @ts-expect-error not a record
expect(lines).toHaveLogged('created');
// @ts-expect-error values are numbers
expect(lines).toHaveEmittedMetric('Orders', { value: '1' });
// @ts-expect-error no such member
expect([]).toHaveTraced({ index: 'byStatus' });
// @ts-expect-error no such member
expect(recorded.operations).toHaveConsumed({ reads: 1 });
