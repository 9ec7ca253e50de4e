import { expect, it } from 'vitest';
import { recordOperations } from './record-operations.ts';
import { Customer, Order } from './test-models.ts';
import { useEngine } from './use-engine.ts';

const engine = useEngine({ models: { orders: Order, customers: Customer }, emptyBeforeEach: true });
const key = { customerId: 'c-1', orderId: 'o-1' };

it('records operations with their outcome, in the order they end', async () => {
  const { tables, operations } = recordOperations(engine.tables());
  await tables.orders.create(key);
  await tables.orders.get(key);
  await tables.$transactWrite((tx) => [tx.orders.delete(key), tx.customers.create({ customerId: 'c-1' })]);
  expect(operations.map(({ name }) => name)).toEqual(['PutItem', 'GetItem', 'TransactWriteItems']);
  expect(operations[0]).toMatchObject({
    tables: ['orders'],
    models: ['Order'],
    outcome: { attempts: [{ status: 200, throttled: false }], consumed: [{ table: 'orders', read: 0, write: 1 }] },
  });
  expect(operations[1]?.outcome).toMatchObject({ items: 1, consumed: [{ table: 'orders', read: 0.5, write: 0 }] });
  expect(operations[2]?.tables).toEqual(['orders', 'customers']);
});

it('records operations that fail', async () => {
  const { tables, operations } = recordOperations(engine.tables());
  await tables.orders.create(key);
  await expect(tables.orders.create(key)).rejects.toThrow();
  expect(operations).toHaveLength(2);
  expect(operations[1]?.outcome).toMatchObject({ error: { code: 'CONDITION_FAILED' } });
});

it('records nothing of other tables, nor what was cleared', async () => {
  const first = recordOperations(engine.tables());
  const second = recordOperations(engine.tables());
  await Promise.all([first.tables.orders.get(key), second.tables.orders.scan().count()]);
  await engine.tables().orders.get(key);
  expect(first.operations.map(({ name }) => name)).toEqual(['GetItem']);
  expect(second.operations.map(({ name }) => name)).toEqual(['Scan']);
  first.clear();
  expect(first.operations).toEqual([]);
  expect(second.operations).toHaveLength(1);
});

it('records with a signal too', async () => {
  const { tables, operations } = recordOperations(engine.tables());
  await tables.$withSignal(new AbortController().signal).orders.get(key);
  expect(operations.map(({ name }) => name)).toEqual(['GetItem']);
});
