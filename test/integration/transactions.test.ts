import { ConditionFailedError, TransactionCanceledError, ValidationFailedError } from '@tabletheory/core';
import { afterAll, describe, expect, test } from 'vitest';
import { Article, Customer, Order } from '../support/models.ts';
import { recordOperations } from '../support/recorded-operations.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';

const shop = await startTables({ articles: Article, customers: Customer, orders: Order });
const { tables } = shop;
afterAll(() => shop[Symbol.asyncDispose]());

const article = (sku: string) => ({ sku, title: 'Chair', price: 40 });
const order = (customerId: string, orderId: string) => ({
  customerId,
  orderId,
  status: 'open' as const,
  total: 5,
  lines: [{ sku: 'x', quantity: 1 }],
  placedAt: new Date('2026-01-02T03:04:05.000Z'),
});
const everything = async (): Promise<unknown[]> => [...(await shop.rows('articles')), ...(await shop.rows('shop'))];

describe('a transaction', () => {
  test('does every action, and returns the written items in place', async () => {
    const { observe, operations } = recordOperations();
    await tables.articles.create(article('t1-sold'));
    await tables.articles.create(article('t1-gone'));
    await tables.customers.create({ customerId: 't1' });
    const results = await tables
      .$bind({ observe })
      .$transactWrite((tx) => [
        tx.orders.create(order('t1', 'o1')),
        tx.customers.update({ customerId: 't1' }, (u) => u.add('orderCount', 1)),
        tx.articles.put({ ...article('t1-new'), tags: new Set(['a']) }),
        tx.articles.delete({ sku: 't1-gone' }),
        tx.articles.check({ sku: 't1-sold' }, (c) => c('price', '<', 100)),
      ]);
    const [created, updated, put, deleted, checked] = results;
    expect(created).toEqual(await tables.orders.get({ customerId: 't1', orderId: 'o1' }));
    expect(created.version).toBe(1);
    expect(put).toEqual(await tables.articles.get({ sku: 't1-new' }));
    expect([updated, deleted, checked]).toEqual([undefined, undefined, undefined]);
    expect(await tables.customers.get({ customerId: 't1' })).toMatchObject({ orderCount: 1 });
    expect(await tables.articles.get({ sku: 't1-gone' })).toBeUndefined();
    expect(await tables.articles.get({ sku: 't1-sold' })).toMatchObject({ version: 1 });
    expect(operations).toMatchObject([
      {
        name: 'TransactWriteItems',
        tables: ['shop', 'articles'],
        models: ['Order', 'Customer', 'Article'],
        outcome: { items: 5, attempts: [{ status: 200 }] },
      },
    ]);
    expect(operations[0]?.outcome?.consumed.map(({ table }) => table).sort()).toEqual(['articles', 'shop']);
  });

  test('counts versions up, and obeys the expected ones', async () => {
    const read = await tables.articles.create(article('t2'));
    await tables.$transactWrite((tx) => [tx.articles.update({ sku: 't2' }, { title: 'Stool' }, { version: 1 })]);
    expect(await tables.articles.get({ sku: 't2' })).toMatchObject({ title: 'Stool', version: 2 });
    const error = await thrownBy(
      tables.$transactWrite((tx) => [tx.articles.put({ ...read, title: 'Late' })]),
      TransactionCanceledError,
    );
    expect(error.reasons[0]?.item).toMatchObject({ title: 'Stool', version: 2 });
    await tables.$transactWrite((tx) => [tx.articles.delete({ sku: 't2' }, { version: 2 })]);
    expect(await tables.articles.get({ sku: 't2' })).toBeUndefined();
  });

  test('with one token happens once', async () => {
    await tables.customers.create({ customerId: 't3' });
    const add = () =>
      tables.$transactWrite((tx) => [tx.customers.update({ customerId: 't3' }, (u) => u.add('orderCount', 1))], {
        token: 'only-once',
      });
    await add();
    await add();
    expect(await tables.customers.get({ customerId: 't3' })).toMatchObject({ orderCount: 1 });
  });

  test('takes 100 actions, and says so beyond', async () => {
    const build = (count: number) => () =>
      tables.$transactWrite((tx) => Array.from({ length: count }, (_, i) => tx.articles.put(article(`many-${i}`))));
    await build(100)();
    expect((await tables.articles.scan().where('sku', 'beginsWith', 'many-').all()).length).toBe(100);
    await expect(build(101)()).rejects.toThrow(/1 to 100 writes .*; it was given 101/);
    await expect(build(0)()).rejects.toThrow(RangeError);
  });
});

describe('a cancelled transaction', () => {
  test('tells model, place, reason and item of what stopped it, and nothing was written', async () => {
    const taken = await tables.orders.create(order('c1', 'o1'));
    await tables.articles.create({ ...article('c1'), stock: 1 });
    const before = await everything();
    const error = await thrownBy(
      tables.$transactWrite((tx) => [
        tx.customers.create({ customerId: 'c1' }),
        tx.orders.create(order('c1', 'o1')),
        tx.articles.update({ sku: 'c1' }, (u) => u.add('stock', -2), { if: (c) => c('stock', '>=', 2) }),
        tx.articles.update({ sku: 'nothing' }, { title: 'x' }),
        tx.orders.create(order('c1', 'o2')),
      ]),
      TransactionCanceledError,
    );
    expect(error).toMatchObject({
      code: 'TRANSACTION_CANCELED',
      operation: 'TransactWriteItems',
      model: 'Customer, Order, Article',
      retryable: false,
    });
    expect(error.reasons).toEqual([
      { index: 1, model: 'Order', action: 'create', code: 'ConditionalCheckFailed' },
      { index: 2, model: 'Article', action: 'update', code: 'ConditionalCheckFailed' },
      { index: 3, model: 'Article', action: 'update', code: 'ConditionalCheckFailed' },
    ]);
    expect(error.reasons.map(({ item }) => item)).toEqual([taken, await tables.articles.get({ sku: 'c1' }), undefined]);
    expect(error.message).toBe(
      'The transaction was cancelled: action 1 (create Order): ConditionalCheckFailed; action 2 (update Article): ConditionalCheckFailed; action 3 (update Article): ConditionalCheckFailed',
    );
    expect(await everything()).toEqual(before);
  });

  test.each([
    ['check', (tx: any) => tx.articles.check({ sku: 'c2' }, (c: any) => c('price', '>', 1000))],
    [
      'check',
      (tx: any) => tx.articles.check({ sku: 'c2' }, (c: any) => c.and(c('price', '=', 40), c('stock', '>', 0))),
    ],
    ['delete', (tx: any) => tx.articles.delete({ sku: 'c2' }, { if: (c: any) => c('title', '=', 'Table') })],
    ['put', (tx: any) => tx.articles.put(article('c2'))],
    ['update', (tx: any) => tx.articles.update({ sku: 'c2' }, { title: 'x' }, { version: 7 })],
  ])('by a %s that does not hold', async (action, build) => {
    await tables.articles.delete({ sku: 'c2' });
    await tables.articles.create(article('c2'));
    const error = await thrownBy(
      tables.$transactWrite((tx) => [tx.customers.create({ customerId: 'c2' }), build(tx)]),
      TransactionCanceledError,
    );
    expect(error.reasons).toEqual([{ index: 1, model: 'Article', action, code: 'ConditionalCheckFailed' }]);
    expect(error.reasons[0]?.item).toMatchObject({ sku: 'c2' });
    expect(await tables.customers.get({ customerId: 'c2' })).toBeUndefined();
    expect(error).not.toBeInstanceOf(ConditionFailedError);
  });

  test('because of an item that breaks its model is not sent', async () => {
    const { observe, operations } = recordOperations();
    const bound = tables.$bind({ observe });
    const write = bound.$transactWrite((tx) => [
      tx.customers.create({ customerId: 'c3' }),
      tx.orders.create({ ...order('c3', 'o1'), total: -1, lines: [{ sku: 'x', quantity: 0 }] }),
    ]);
    const error = await thrownBy(write, ValidationFailedError);
    expect(error.problems.map(({ path }) => path)).toEqual(['total', 'lines[0].quantity']);
    expect(operations).toEqual([]);
    expect(await tables.customers.get({ customerId: 'c3' })).toBeUndefined();
  });
});
