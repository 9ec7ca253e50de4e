import { expect, test } from 'vitest';
import { camelCase, modelIdentifier, Names, pluralOf, singularOf } from './property-name.ts';

test.each([
  ['createdAt', 'createdAt'],
  ['EntityType', 'entityType'],
  ['GSI1-PK', 'gsi1Pk'],
  ['PK', 'pk'],
  ['user_id', 'userId'],
  ['URLPath', 'urlPath'],
  ['__edb_e__', 'edbE'],
  ['2nd key', '_2ndKey'],
  ['Größe', 'größe'],
  ['!', '_'],
])('the property of %s is %s', (name, property) => {
  expect(camelCase(name)).toBe(property);
});

test.each([
  ['warehouseItem', 'WarehouseItem'],
  ['WAREHOUSE_ITEM', 'WarehouseItem'],
  ['ORDER#', 'Order'],
  ['item', 'ItemModel'],
])('the model of %s is %s', (name, identifier) => {
  expect(modelIdentifier(name)).toBe(identifier);
});

test.each([
  ['Order', 'orders'],
  ['Category', 'categories'],
  ['Address', 'addresses'],
  ['Day', 'days'],
])('the table of %s is called %s', (name, plural) => {
  expect(pluralOf(name)).toBe(plural);
});

test.each([
  ['orders', 'order'],
  ['categories', 'category'],
  ['OnlineShop', 'OnlineShop'],
  ['address', 'address'],
  ['status', 'status'],
])('an item of %s is one of %s', (table, item) => {
  expect(singularOf(table)).toBe(item);
});

test('a name is given out once', () => {
  const names = new Names(['a']);
  expect([names.take('a'), names.take('a'), names.take('b')]).toEqual(['a2', 'a3', 'b']);
});
