import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Customer, Order } from './test-models.ts';
import { type EngineInUse, useEngine } from './use-engine.ts';

const models = { orders: Order, customers: Customer };
const environment = { ...process.env };

describe('useEngine', () => {
  // Made before the engine runs, as the client of a handler that a test file imports.
  const clientOfHandler = new DynamoDBClient({});
  const { tables, client, engine, empty } = useEngine({ models });
  afterAll(() => clientOfHandler.destroy());

  it('offers tables and a client of an engine that runs', async () => {
    expect(process.env.AWS_ENDPOINT_URL_DYNAMODB).toBe(engine().endpoint);
    await tables().orders.create({ customerId: 'c-1', orderId: 'o-1', quantity: 2 });
    expect(await tables().orders.get({ customerId: 'c-1', orderId: 'o-1' })).toEqual({
      customerId: 'c-1',
      orderId: 'o-1',
      quantity: 2,
    });
    const { TableNames } = await client().send(new ListTablesCommand({}));
    expect(TableNames).toEqual(['customers', 'orders']);
  });

  it('keeps items from test to test', async () => {
    expect(await tables().orders.get({ customerId: 'c-1', orderId: 'o-1' })).toBeDefined();
  });

  it('leads every other client of the process to the engine', async () => {
    const { TableNames } = await clientOfHandler.send(new ListTablesCommand({}));
    expect(TableNames).toEqual(['customers', 'orders']);
  });

  it('deletes all items of all tables, and leaves the tables', async () => {
    // More than one batch of 25.
    const put = Array.from({ length: 60 }, (_, i) => ({ customerId: 'c-1', orderId: `o-${i}` }));
    await tables().orders.batchWrite({ put });
    await tables().customers.create({ customerId: 'c-1' });
    await empty();
    expect(await tables().orders.scan().count()).toBe(0);
    expect(await tables().customers.scan().count()).toBe(0);
    await tables().orders.create({ customerId: 'c-1', orderId: 'o-1' });
  });
});

describe('useEngine, with emptyBeforeEach', () => {
  const { tables } = useEngine({ models, emptyBeforeEach: true });
  beforeAll(async () => {
    await tables().customers.create({ customerId: 'c-1' });
  });

  it.each([1, 2])('has no items at the start of test %s', async () => {
    expect(await tables().customers.scan().count()).toBe(0);
    expect(await tables().orders.scan().count()).toBe(0);
    await tables().orders.create({ customerId: 'c-1', orderId: 'o-1' });
  });
});

describe('useEngine, after its tests', () => {
  let engineOfInner: EngineInUse<typeof models>;

  describe('which are these', () => {
    engineOfInner = useEngine({ models });
    it('runs', () => {
      expect(engineOfInner.engine().port).toBeGreaterThan(0);
    });
  });

  it('has put the environment back', () => {
    expect(process.env).toEqual(environment);
  });

  it('says that it does not run', async () => {
    const message = 'useEngine: the engine runs only while tests do. Call its functions in a test or a hook.';
    expect(() => engineOfInner.tables()).toThrow(message);
    expect(() => engineOfInner.client()).toThrow(message);
    expect(() => engineOfInner.engine()).toThrow(message);
    expect(() => engineOfInner.empty()).toThrow(message);
  });
});
