import { existsSync, readFileSync } from 'node:fs';
import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { defineModel, list, map, number, string } from '@tabletheory/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordOperations } from '../support/recorded-operations.ts';
import { startTables, type TablesOnEngine } from '../support/tables-on-engine.ts';

// A published single-table design: one table, two indexes and ten kinds of entity, in rows nobody wrote for these
// models. The models' attributes carry the names of the rows.
const file = new URL('../../../shared/data/online-shop/AnOnlineShop_14.json', import.meta.url);

const table = 'OnlineShop';
const pk = <const T extends string>(template: T) => ({ attribute: 'PK', template }) as const;
const sk = <const T extends string>(template: T) => ({ attribute: 'SK', template }) as const;
const entity = <const T extends string>(type: T) => string({ name: 'EntityType', enum: [type], default: type });
const address = map({
  Country: string(),
  County: string(),
  City: string(),
  Street: string(),
  Number: string(),
  ZipCode: string(),
});

const Customer = defineModel({
  name: 'Customer',
  table,
  key: { partition: pk('c#{customerId}'), sort: sk('c#{customerId}') },
  attributes: { customerId: string(), type: entity('customer'), Email: string({ format: 'email' }), Name: string() },
});

const Product = defineModel({
  name: 'Product',
  table,
  key: { partition: pk('p#{productId}'), sort: sk('p#{productId}') },
  attributes: {
    productId: string(),
    type: entity('product'),
    Detail: map({ Name: string(), Description: string() }),
    Price: string(),
  },
});

const Warehouse = defineModel({
  name: 'Warehouse',
  table,
  key: { partition: pk('w#{warehouseId}'), sort: sk('w#{warehouseId}') },
  attributes: { warehouseId: string(), type: entity('warehouse'), Address: address },
});

const WarehouseItem = defineModel({
  name: 'WarehouseItem',
  table,
  key: { partition: pk('p#{productId}'), sort: sk('w#{warehouseId}') },
  attributes: {
    productId: string(),
    warehouseId: string(),
    type: entity('warehouseItem'),
    // Plain and optional: one of the rows is not in the index, although it has all that its key would be made of.
    listedIn: string({ name: 'GSI2-PK', optional: true }),
    listedAs: string({ name: 'GSI2-SK', optional: true }),
    Quantity: string(),
  },
  indexes: { GSI2: { partition: 'listedIn', sort: 'listedAs' } },
});

const OrderItem = defineModel({
  name: 'OrderItem',
  table,
  key: { partition: pk('o#{orderId}'), sort: sk('p#{productId}') },
  attributes: {
    orderId: string(),
    productId: string(),
    type: entity('orderItem'),
    soldAt: string({ name: 'GSI1-SK' }),
    buyer: string({ name: 'GSI2-PK' }),
    boughtAt: string({ name: 'GSI2-SK' }),
    Price: string(),
    Quantity: string(),
  },
  indexes: {
    GSI1: { partition: { attribute: 'GSI1-PK', template: 'p#{productId}' }, sort: 'soldAt' },
    GSI2: { partition: 'buyer', sort: 'boughtAt' },
  },
});

const Order = defineModel({
  name: 'Order',
  table,
  key: { partition: pk('o#{orderId}'), sort: sk('c#{customerId}') },
  attributes: { orderId: string(), customerId: string(), type: entity('order'), Date: string() },
});

const Invoice = defineModel({
  name: 'Invoice',
  table,
  key: { partition: pk('o#{orderId}'), sort: sk('i#{invoiceId}') },
  attributes: {
    orderId: string(),
    invoiceId: string(),
    type: entity('invoice'),
    buyer: string({ name: 'GSI2-PK' }),
    boughtAt: string({ name: 'GSI2-SK' }),
    Detail: map({ Payments: list(map({ Type: string(), Amount: number(), Data: string() })) }),
    Amount: string(),
    Date: string(),
  },
  indexes: {
    GSI1: {
      partition: { attribute: 'GSI1-PK', template: 'i#{invoiceId}' },
      sort: { attribute: 'GSI1-SK', template: 'i#{invoiceId}' },
    },
    GSI2: { partition: 'buyer', sort: 'boughtAt' },
  },
});

const Shipment = defineModel({
  name: 'Shipment',
  table,
  key: { partition: pk('o#{orderId}'), sort: sk('sh#{shipmentId}') },
  attributes: {
    orderId: string(),
    shipmentId: string(),
    type: entity('shipment'),
    from: string({ name: 'GSI2-PK' }),
    Address: address,
    Type: string({ enum: ['Express', 'Standard'] }),
    Date: string(),
  },
  indexes: {
    GSI1: {
      partition: { attribute: 'GSI1-PK', template: 'sh#{shipmentId}' },
      sort: { attribute: 'GSI1-SK', template: 'sh#{shipmentId}' },
    },
    GSI2: { partition: 'from', sort: { attribute: 'GSI2-SK', template: 'sh#{shipmentId}' } },
  },
});

const ShipmentItem = defineModel({
  name: 'ShipmentItem',
  table,
  key: { partition: pk('o#{orderId}'), sort: sk('shp#{itemId}') },
  attributes: {
    orderId: string(),
    itemId: string(),
    type: entity('shipmentItem'),
    shipment: string({ name: 'GSI1-PK' }),
    product: string({ name: 'GSI1-SK' }),
    Quantity: string(),
  },
  indexes: { GSI1: { partition: 'shipment', sort: 'product' } },
});

const models = {
  customers: Customer,
  products: Product,
  warehouses: Warehouse,
  warehouseItems: WarehouseItem,
  orderItems: OrderItem,
  orders: Order,
  invoices: Invoice,
  shipments: Shipment,
  shipmentItems: ShipmentItem,
};

type Row = Record<string, AttributeValue>;
const inOrder = (rows: readonly Row[]): Row[] => {
  const key = ({ PK, SK }: Row): string => `${PK?.S} ${SK?.S}`;
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
};

describe.skipIf(!existsSync(file))('an online shop (needs ../shared/data/online-shop)', () => {
  let rows: Row[] = [];
  let shop: TablesOnEngine<typeof models>;

  beforeAll(async () => {
    const model = JSON.parse(readFileSync(file, 'utf8'));
    rows = inOrder(model.DataModel[0].TableData);
    shop = await startTables(models);
    for (const Item of rows) await shop.client.send(new PutItemCommand({ TableName: table, Item }));
  });
  afterAll(() => shop[Symbol.asyncDispose]());

  test('is read by its models: every row by one, and by one only', async () => {
    const { tables } = shop;
    const counts = Object.fromEntries(
      await Promise.all(
        Object.keys(models).map(async (name) => [name, await tables[name as 'orders'].scan().count()] as const),
      ),
    );
    const expected: Record<string, number> = {};
    for (const row of rows) {
      const name = `${row.EntityType?.S}s`;
      expected[name] = (expected[name] ?? 0) + 1;
    }
    expect(counts).toEqual(expected);
  });

  test('has the same rows when the models write it', async () => {
    await using copy = await startTables(models);
    for (const name of Object.keys(models)) {
      const items = await shop.tables[name as 'orders'].scan().all();
      for (const item of items) expect(await copy.tables[name as 'orders'].create(item)).toEqual(item);
    }
    expect(inOrder((await copy.rows(table)) as Row[])).toEqual(rows);
  });

  test('has the rows of a new order as the design writes them', async () => {
    await using copy = await startTables(models);
    await copy.tables.$transactWrite((tx) => [
      tx.orders.create({ orderId: '12345', customerId: '12345', Date: '2020-06-21T19:10:00' }),
      tx.orderItems.create({
        orderId: '12345',
        productId: '99887',
        soldAt: '2020-06-21T19:20:00',
        buyer: 'c#12345',
        boughtAt: '2020-06-21T19:20:00',
        Price: '40',
        Quantity: '5',
      }),
      tx.invoices.create({
        orderId: '12345',
        invoiceId: '55443',
        buyer: 'c#12345',
        boughtAt: '2020-06-21T19:18:00',
        Detail: {
          Payments: [
            { Type: 'GiftCard', Amount: 100, Data: 'GiftCard data here...' },
            { Type: 'MasterCard', Amount: 300, Data: 'Payment data here...' },
          ],
        },
        Amount: '400',
        Date: '2020-06-21T19:18:00',
      }),
    ]);
    const expected = rows.filter(
      ({ PK, SK }) => PK?.S === 'o#12345' && ['c#12345', 'p#99887', 'i#55443'].includes(SK?.S ?? ''),
    );
    expect(inOrder((await copy.rows(table)) as Row[])).toEqual(expected);
  });

  test('answers the questions the design was made for', async () => {
    const { observe, operations } = recordOperations();
    const tables = shop.tables.$bind({ observe });
    expect(await tables.customers.get({ customerId: '12345' })).toEqual({
      customerId: '12345',
      type: 'customer',
      Email: 'samaneh@example.com',
      Name: 'Samaneh',
    });
    const items = await tables.orderItems.where('orderId', '=', '12345').all();
    expect(items.map(({ productId, Quantity }) => [productId, Quantity])).toEqual([
      ['12345', '2'],
      ['99887', '5'],
    ]);
    const stock = await tables.warehouseItems.where('productId', '=', '99887').all();
    expect(stock.map(({ warehouseId, listedIn }) => [warehouseId, listedIn])).toEqual([
      ['12345', 'w#12345'],
      ['12376', undefined],
    ]);
    const listed = await tables.warehouseItems.where('listedIn', '=', 'w#12345').all();
    expect(listed.map(({ productId }) => productId)).toEqual(['12345', '99887']);
    const sold = await tables.orderItems
      .where('productId', '=', '99887')
      .where('soldAt', 'beginsWith', '2020-06')
      .all();
    expect(sold.map(({ orderId }) => orderId)).toEqual(['12345']);
    const invoices = await tables.invoices.where('invoiceId', '=', '55443').all();
    expect(invoices[0]?.Detail.Payments.map(({ Amount }) => Amount)).toEqual([100, 300]);
    const shipped = await tables.shipmentItems.where('shipment', '=', 'sh#98765').all();
    expect(shipped.map(({ product }) => product)).toEqual(['p#12345', 'p#99887']);
    const sent = await tables.shipments.where('from', '=', 'w#12345').first();
    expect(sent).toMatchObject({ shipmentId: '98765', Type: 'Express', Address: { City: 'Goteborg' } });
    expect(operations.map(({ name, index }) => (index === undefined ? name : `${name} ${index}`))).toEqual([
      'GetItem',
      'Query',
      'Query',
      'Query GSI2',
      'Query GSI1',
      'Query GSI1',
      'Query GSI1',
      'Query GSI2',
    ]);
  });
});
