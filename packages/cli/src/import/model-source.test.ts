import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { AnyModel } from '@tabletheory/core';
import { bigint, boolean, createdAt, date, defineModel, integer, list, map, string } from '@tabletheory/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arbitraryModel, essenceOf } from './arbitrary-models.ts';
import { type ImportedModule, importedModule } from './imported-module.ts';
import { modelSource } from './model-source.ts';

const root = join(import.meta.dirname, '../../../..');
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
const formatted = (input: string): string =>
  execFileSync(process.execPath, [biome, 'format', '--stdin-file-path=packages/models.ts'], {
    cwd: root,
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 27,
  });
const sourceOf = (models: readonly AnyModel[]): string =>
  modelSource({ models: models.map((model) => ({ model, notes: [] })), notes: [] }, 'a test');

const Order = defineModel({
  name: 'Order',
  table: 'shop',
  key: { partition: { attribute: 'PK', template: 'C#{customerId}' }, sort: 'orderId' },
  attributes: {
    customerId: string(),
    orderId: string({ name: 'order-id' }),
    paid: boolean({ default: false }),
    lines: list(
      map({ sku: string({ minLength: 1, description: "the article's number" }), count: integer({ minimum: 1 }) }),
    ),
    points: bigint({ default: 10n }),
    due: date({ default: new Date(0) }),
    createdAt: createdAt(),
  },
  indexes: { 'by-due': { partition: 'customerId', sort: 'due', projection: ['paid'] } },
  unknownAttributes: 'drop',
});

describe('modelSource', () => {
  test('is a module of the models, with their items, ready for createTables', () => {
    const model = { model: Order as AnyModel, notes: ['Of this model.'] };
    expect(modelSource({ models: [model], notes: ['Of none.'] }, 'shop.json')).toMatchInlineSnapshot(`
      "// Models from shop.json.
      // Of none.

      import {
        bigint,
        boolean,
        createdAt,
        date,
        defineModel,
        integer,
        type Item,
        list,
        map,
        string,
      } from '@tabletheory/core';

      // Of this model.
      export const Order = defineModel({
        name: 'Order',
        table: 'shop',
        key: { partition: { attribute: 'PK', template: 'C#{customerId}' }, sort: 'orderId' },
        attributes: {
          customerId: string(),
          orderId: string({ name: 'order-id' }),
          paid: boolean({ default: false }),
          lines: list(
            map({ sku: string({ minLength: 1, description: "the article's number" }), count: integer({ minimum: 1 }) }),
          ),
          points: bigint({ default: 10n }),
          due: date({ default: new Date('1970-01-01T00:00:00.000Z') }),
          createdAt: createdAt(),
        },
        indexes: { 'by-due': { partition: 'customerId', sort: 'due', projection: ['paid'] } },
        unknownAttributes: 'drop',
      });
      export type Order = Item<typeof Order>;

      export const models = { orders: Order };
      "
    `);
  });

  test('keeps names apart that would meet', () => {
    const named = (name: string) => ({ ...Order, name }) as AnyModel;
    const source = sourceOf([named('order item'), named('OrderItem'), named('Item')]);
    expect(source.match(/^export const \w+/gm)).toEqual([
      'export const OrderItem',
      'export const OrderItem2',
      'export const ItemModel',
      'export const models',
    ]);
  });

  test('refuses a default that has no source', () => {
    const model = { ...Order, attributes: { ...Order.attributes, due: date({ default: () => new Date() }) } };
    expect(() => sourceOf([model as AnyModel])).toThrow(TypeError);
  });
});

describe('any models', () => {
  const models = fc.sample(arbitraryModel, { numRuns: 150, seed: 6 });
  const source = sourceOf(models);
  let module: ImportedModule;

  beforeAll(async () => {
    module = await importedModule(source);
  });
  afterAll(() => module[Symbol.asyncDispose]());

  test('have a source that makes the same models', async () => {
    const loaded = await module.load();
    expect(Object.values<AnyModel>(loaded.models).map(essenceOf)).toEqual(models.map(essenceOf));
  });

  test('have a source that Biome leaves as it is', () => {
    expect(formatted(source)).toBe(source);
  });

  test('have a source that type-checks', { timeout: 120_000 }, async () => {
    expect(await module.typeCheck()).toEqual({ succeeded: true, output: '' });
  });
});
