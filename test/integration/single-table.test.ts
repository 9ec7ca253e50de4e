import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createTables, defineModel, string, updatedAt, ValidationFailedError } from '@tabletheory/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Customer, Order } from '../support/models.ts';
import { recordOperations } from '../support/recorded-operations.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';

/** Its index sorts by a generated attribute within a composed key. */
const Ticket = defineModel({
  name: 'Ticket',
  table: 'tickets',
  key: { partition: 'ticketId' },
  attributes: { ticketId: string(), queue: string(), subject: string(), updatedAt: updatedAt() },
  indexes: {
    byActivity: {
      partition: { attribute: 'GSI1PK', template: 'QUEUE#{queue}' },
      sort: { attribute: 'GSI1SK', template: '{updatedAt}' },
    },
  },
});

const shop = await startTables({ customers: Customer, orders: Order, tickets: Ticket });
const { customers, orders, tickets } = shop.tables;
afterAll(() => shop[Symbol.asyncDispose]());

const order = (customerId: string, orderId: string) => ({
  customerId,
  orderId,
  status: 'open' as const,
  total: 5,
  lines: [{ sku: 'x', quantity: 1 }],
  placedAt: new Date('2026-01-02T03:04:05.000Z'),
});

async function row(customerId: string, orderId: string): Promise<any> {
  const Key = { PK: { S: `CUSTOMER#${customerId}` }, SK: { S: `ORDER#${orderId}` } };
  const { Item } = await shop.client.send(new GetItemCommand({ TableName: 'shop', Key, ConsistentRead: true }));
  return Item;
}

describe('composed keys', () => {
  test('are stored in place of the attributes they hold, and read back', async () => {
    const created = await orders.create({ ...order('k1', 'o1'), region: 'north', city: 'Oslo' });
    expect(await row('k1', 'o1')).toEqual({
      PK: { S: 'CUSTOMER#k1' },
      SK: { S: 'ORDER#o1' },
      GSI1PK: { S: 'REGION#north' },
      GSI1SK: { S: 'CITY#Oslo#o1' },
      status: { S: 'open' },
      total: { N: '5' },
      region: { S: 'north' },
      city: { S: 'Oslo' },
      lines: { L: [{ M: { sku: { S: 'x' }, quantity: { N: '1' } } }] },
      placedAt: { S: '2026-01-02T03:04:05.000Z' },
      createdAt: { S: created.createdAt.toISOString() },
      updatedAt: { S: created.createdAt.toISOString() },
      version: { N: '1' },
    });
    expect(created).toMatchObject({ customerId: 'k1', orderId: 'o1', region: 'north' });
    expect(created).not.toHaveProperty('PK');
    expect(await orders.get({ customerId: 'k1', orderId: 'o1' })).toEqual(created);
    expect(await orders.get({ customerId: 'k1', orderId: 'o1' }, { select: ['orderId', 'total'] })).toEqual({
      orderId: 'o1',
      total: 5,
    });
  });

  test('take any text that cannot be mistaken for another key', async () => {
    for (const orderId of ['#', '{x}', 'ORDER#', 'a b', 'ä/😀', '../..']) {
      const created = await orders.create(order('k2', orderId));
      expect(created.orderId).toBe(orderId);
      expect(await orders.get({ customerId: 'k2', orderId })).toEqual(created);
    }
    await thrownBy(orders.create({ ...order('k2', 'x'), region: 'n', city: 'Os#lo' }), ValidationFailedError);
    await thrownBy(orders.get({ customerId: '', orderId: 'x' }), ValidationFailedError);
  });

  test('keep the models of one table apart', async () => {
    await customers.create({ customerId: 'k3' });
    const mine = [await orders.create(order('k3', 'o1')), await orders.create(order('k3', 'o2'))];
    expect(await orders.where('customerId', '=', 'k3').all()).toEqual(mine);
    expect(await customers.where('customerId', '=', 'k3').all()).toEqual([{ customerId: 'k3', orderCount: 0 }]);
    expect(await orders.where('customerId', '=', 'k3').count()).toBe(2);
    const scanned = await customers.scan().all();
    expect(scanned.every((customer) => Object.keys(customer).sort().join() === 'customerId,orderCount')).toBe(true);
    await shop.client.send(
      new PutItemCommand({
        TableName: 'shop',
        Item: { PK: { S: 'CUSTOMER#k3' }, SK: { S: 'NOTE#1' }, text: { S: 'x' } },
      }),
    );
    expect(await orders.where('customerId', '=', 'k3').limit(5).all()).toEqual(mine);
  });
});

describe('queries on composed keys', () => {
  const ids = ['1', '10', '11', '2', '20', 'a', 'a1', 'ab', 'b', 'é', 'ﬀ', '😀'];
  beforeAll(() => Promise.all(ids.map((id) => orders.create(order('q1', id)))));
  const bytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
  const inOrder = [...ids].sort(bytes);

  test.each([
    ['=', 'a', (id: string) => id === 'a'],
    ['<', 'a', (id: string) => bytes(id, 'a') < 0],
    ['<=', 'a', (id: string) => bytes(id, 'a') <= 0],
    ['>', 'a', (id: string) => bytes(id, 'a') > 0],
    ['>=', 'a1', (id: string) => bytes(id, 'a1') >= 0],
    ['<', '😀', (id: string) => bytes(id, '😀') < 0],
    ['>', 'é', (id: string) => bytes(id, 'é') > 0],
    ['between', ['10', 'a1'], (id: string) => bytes(id, '10') >= 0 && bytes(id, 'a1') <= 0],
    ['beginsWith', 'a', (id: string) => id.startsWith('a')],
    ['beginsWith', '1', (id: string) => id.startsWith('1')],
  ])('%s %j', async (operator, operand, holds) => {
    const query = (orders as any).where('customerId', '=', 'q1').where('orderId', operator, operand);
    const found: { orderId: string }[] = await query.all();
    expect(found.map(({ orderId }) => orderId)).toEqual(inOrder.filter(holds));
  });

  test('match the start of an index key, and go through the index', async () => {
    const { observe, operations } = recordOperations();
    for (const [id, city] of [
      ['p1', 'Oslo'],
      ['p2', 'Oslo'],
      ['p3', 'Oslofjord'],
      ['p4', 'Bergen'],
    ] as const) {
      await orders.create({ ...order('q2', id), region: 'coast', city });
    }
    const watched = shop.tables.$bind({ observe }).orders;
    const found = async (query: any): Promise<string[]> => (await query.all()).map(({ orderId }: any) => orderId);
    expect(await found(watched.where('region', '=', 'coast'))).toEqual(['p4', 'p1', 'p2', 'p3']);
    expect(await found(watched.where('city', '=', 'Oslo').where('region', '=', 'coast'))).toEqual(['p1', 'p2']);
    expect(await found(watched.where('region', '=', 'coast').where('city', 'beginsWith', 'Oslo'))).toEqual([
      'p1',
      'p2',
      'p3',
    ]);
    expect(
      await found(watched.where('region', '=', 'coast').where('city', '=', 'Oslo').where('orderId', '>', 'p1')),
    ).toEqual(['p2']);
    expect(operations.map(({ name, index }) => `${name} ${index}`)).toEqual(Array(4).fill('Query byPlace'));
  });
});

describe('composed index keys', () => {
  test('follow an update of what they are made of', async () => {
    await orders.create({ ...order('u1', 'o1'), region: 'u-north', city: 'Oslo' });
    await orders.update({ customerId: 'u1', orderId: 'o1' }, { region: 'u-south', city: 'Ystad' });
    expect(await row('u1', 'o1')).toMatchObject({ GSI1PK: { S: 'REGION#u-south' }, GSI1SK: { S: 'CITY#Ystad#o1' } });
    expect(await orders.where('region', '=', 'u-north').all()).toEqual([]);
    expect(await orders.where('region', '=', 'u-south').where('city', '=', 'Ystad').all()).toHaveLength(1);
    await orders.update({ customerId: 'u1', orderId: 'o1' }, (u) => u.set('city', 'Lund'));
    expect(await row('u1', 'o1')).toMatchObject({ GSI1SK: { S: 'CITY#Lund#o1' }, region: { S: 'u-south' } });
  });

  test('follow an update within a transaction', async () => {
    await orders.create({ ...order('u2', 'o1'), region: 't-north', city: 'Oslo' });
    await shop.tables.$transactWrite((tx) => [
      tx.orders.update({ customerId: 'u2', orderId: 'o1' }, { region: 't-south' }),
    ]);
    expect(await orders.where('region', '=', 't-south').all()).toMatchObject([{ orderId: 'o1', city: 'Oslo' }]);
  });

  test('leave the index when a part is removed, and come when the last part does', async () => {
    await orders.create({ ...order('u3', 'o1'), region: 'r-north', city: 'Oslo' });
    await orders.update({ customerId: 'u3', orderId: 'o1' }, { region: undefined });
    expect(await row('u3', 'o1')).not.toHaveProperty('GSI1PK');
    expect(await orders.where('region', '=', 'r-north').all()).toEqual([]);
    await orders.update({ customerId: 'u3', orderId: 'o1' }, { region: 'r-north' });
    expect(await orders.where('region', '=', 'r-north').all()).toHaveLength(1);
  });

  test('are absent from an item without their parts', async () => {
    await orders.create({ ...order('u4', 'o1'), region: 'alone' });
    const stored = await row('u4', 'o1');
    expect(stored).toMatchObject({ GSI1PK: { S: 'REGION#alone' } });
    expect(stored).not.toHaveProperty('GSI1SK');
    expect(await orders.where('region', '=', 'alone').all()).toEqual([]);
  });

  test('refuse a change of some of their parts whose others are not known', async () => {
    const Parcel = defineModel({
      name: 'Parcel',
      table: 'shop',
      key: {
        partition: { attribute: 'PK', template: 'PARCEL#{parcelId}' },
        sort: { attribute: 'SK', template: 'PARCEL' },
      },
      attributes: { parcelId: string(), depot: string(), shelf: string(), note: string({ optional: true }) },
      indexes: {
        byPlace: {
          partition: { attribute: 'GSI1PK', template: 'DEPOT#{depot}#SHELF#{shelf}' },
          sort: { attribute: 'GSI1SK', template: 'PARCEL#{parcelId}' },
        },
      },
    });
    const { observe, operations } = recordOperations();
    const { parcels } = createTables({ client: shop.client, models: { parcels: Parcel } }).$bind({ observe });
    await parcels.create({ parcelId: 'p1', depot: 'd', shelf: 's' });
    operations.length = 0;
    const error = await thrownBy(parcels.update({ parcelId: 'p1' }, { shelf: 't' }), ValidationFailedError);
    expect(error.message).toContain('index byPlace has a key composed of depot, shelf: set them together');
    await thrownBy(
      parcels.update({ parcelId: 'p1' }, (u) => u.set('depot', 'e').setIfNotExists('shelf', 't')),
      ValidationFailedError,
    );
    expect(operations).toEqual([]);
    await parcels.update({ parcelId: 'p1' }, { depot: 'e', shelf: 't' });
    await parcels.update({ parcelId: 'p1' }, { note: 'fragile' });
    expect(await parcels.where('depot', '=', 'e').where('shelf', '=', 't').all()).toEqual([
      { parcelId: 'p1', depot: 'e', shelf: 't', note: 'fragile' },
    ]);
  });

  test('made of a generated attribute follow every write', async () => {
    const stale = new Date('2020-01-01T00:00:00.000Z').toISOString();
    await shop.client.send(
      new PutItemCommand({
        TableName: 'tickets',
        Item: {
          ticketId: { S: 't1' },
          queue: { S: 'support' },
          subject: { S: 'a' },
          updatedAt: { S: stale },
          GSI1PK: { S: 'QUEUE#support' },
          GSI1SK: { S: stale },
        },
      }),
    );
    await tickets.update({ ticketId: 't1' }, { subject: 'b' });
    const recent = tickets.where('queue', '=', 'support').where('updatedAt', '>', new Date('2026-01-01'));
    expect((await recent.all()).map(({ subject }) => subject)).toEqual(['b']);
  });
});
