import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ConditionFailedError, ItemNotFoundError, unknownAttributesOf } from '@tabletheory/core';
import { afterAll, describe, expect, test } from 'vitest';
import { Article } from '../support/models.ts';
import { startTables } from '../support/tables-on-engine.ts';
import { thrownBy } from '../support/thrown.ts';

const shop = await startTables({ articles: Article });
const { articles } = shop.tables;
afterAll(() => shop[Symbol.asyncDispose]());

const article = (sku: string) => ({ sku, title: 'Chair', price: 40 });
const stored = async (sku: string): Promise<any> => (await shop.rows('articles')).find((row: any) => row.sku.S === sku);

describe('create', () => {
  test('writes defaults and generated attributes, and returns what a get returns', async () => {
    const before = Date.now();
    const created = await articles.create({ ...article('create-1'), internalNote: 'shelf 4' });
    expect(created).toEqual({
      sku: 'create-1',
      title: 'Chair',
      price: 40,
      status: 'draft',
      stock: 0,
      internalNote: 'shelf 4',
      createdAt: expect.any(Date),
      updatedAt: created.createdAt,
      version: 1,
    });
    expect(created.createdAt.getTime()).toBeGreaterThanOrEqual(before);
    expect(await articles.get({ sku: 'create-1' })).toEqual(created);
    expect(await stored('create-1')).toEqual({
      sku: { S: 'create-1' },
      title: { S: 'Chair' },
      price: { N: '40' },
      status: { S: 'draft' },
      stock: { N: '0' },
      note: { S: 'shelf 4' }, // its name in the table
      createdAt: { S: created.createdAt.toISOString() },
      updatedAt: { S: created.createdAt.toISOString() },
      version: { N: '1' },
    });
  });

  test('refuses an item whose key is taken, tells the one there, and leaves it as it was', async () => {
    const first = await articles.create(article('create-2'));
    const error = await thrownBy(articles.create({ ...article('create-2'), title: 'Table' }), ConditionFailedError);
    expect(error).toMatchObject({ code: 'CONDITION_FAILED', operation: 'PutItem', model: 'Article', retryable: false });
    expect(error.message).toBe('Article exists already');
    expect(error.item).toEqual(first);
    expect(await articles.get({ sku: 'create-2' })).toEqual(first);
  });

  test('does not write into the item it is given', async () => {
    const given = Object.freeze({ ...article('create-3'), ratings: Object.freeze([1]) as unknown as number[] });
    const created = await articles.create(given);
    expect(given).toEqual({ ...article('create-3'), ratings: [1] });
    created.ratings?.push(2);
    expect(given.ratings).toEqual([1]);
  });
});

describe('get', () => {
  test('finds nothing where there is nothing', async () => {
    expect(await articles.get({ sku: 'get-none' })).toBeUndefined();
    const error = await thrownBy(articles.getOrThrow({ sku: 'get-none' }), ItemNotFoundError);
    expect(error).toMatchObject({ code: 'ITEM_NOT_FOUND', operation: 'GetItem', model: 'Article' });
  });

  test('fetches what is selected, and no more', async () => {
    await articles.create({ ...article('get-1'), internalNote: 'x', details: { colour: 'red' } });
    expect(await articles.get({ sku: 'get-1' }, { select: ['title', 'internalNote'], consistent: true })).toEqual({
      title: 'Chair',
      internalNote: 'x',
    });
    expect(await articles.getOrThrow({ sku: 'get-1' }, { select: ['details', 'supplierId'] })).toEqual({
      details: { colour: 'red' },
    });
  });
});

describe('put', () => {
  test('replaces the whole item that was read, keeps createdAt and counts the version up', async () => {
    const created = await articles.create({ ...article('put-1'), tags: new Set(['a']), supplierId: 's1' });
    const { tags: _, supplierId: __, ...kept } = created;
    const replaced = await articles.put({ ...kept, title: 'Stool' });
    expect(replaced).toEqual({ ...kept, title: 'Stool', version: 2, updatedAt: expect.any(Date) });
    expect(replaced.createdAt).toEqual(created.createdAt);
    expect(replaced.updatedAt.getTime()).toBeGreaterThanOrEqual(created.updatedAt.getTime());
    expect(await articles.get({ sku: 'put-1' })).toEqual(replaced);
  });

  test('refuses a version that is no longer the stored one', async () => {
    const created = await articles.create(article('put-2'));
    const current = await articles.put({ ...created, title: 'Second' });
    const error = await thrownBy(articles.put({ ...created, title: 'Third' }), ConditionFailedError);
    expect(error.message).toBe('Article was changed by another writer: its version is not the expected one');
    expect(error.item).toEqual(current);
    expect(await articles.get({ sku: 'put-2' })).toEqual(current);
  });

  test('without a version writes a new item, and does not replace one', async () => {
    const written = await articles.put(article('put-3'));
    expect(written.version).toBe(1);
    await thrownBy(articles.put(article('put-3')), ConditionFailedError);
    expect(await articles.get({ sku: 'put-3' })).toEqual(written);
  });

  test('of a version of an item that is gone tells that it is gone', async () => {
    const created = await articles.create(article('put-4'));
    await articles.delete({ sku: 'put-4' });
    await thrownBy(articles.put(created), ItemNotFoundError);
    expect(await articles.get({ sku: 'put-4' })).toBeUndefined();
  });

  test('keeps stored attributes the model does not know', async () => {
    const { sku, createdAt, ...rest } = (await articles.create(article('put-5'))) as any;
    await shop.client.send(
      new PutItemCommand({
        TableName: 'articles',
        Item: { ...(await stored('put-5')), legacy: { M: { deep: { NS: ['1', '2'] } } }, __proto__x: { S: 'y' } },
      }),
    );
    const read = await articles.getOrThrow({ sku: 'put-5' });
    expect(Object.keys(read)).not.toContain('legacy');
    expect(unknownAttributesOf(read)).toEqual({ legacy: { deep: new Set([1, 2]) }, __proto__x: 'y' });
    await articles.put({ ...read, title: 'Other' });
    expect(await stored('put-5')).toMatchObject({
      title: { S: 'Other' },
      legacy: { M: { deep: { NS: expect.arrayContaining(['1', '2']) } } },
      __proto__x: { S: 'y' },
    });
    expect([sku, createdAt, rest.version]).toEqual(['put-5', expect.any(Date), 1]);
  });
});

describe('update', () => {
  test('changes what it names, keeps createdAt and counts the version up', async () => {
    const created = await articles.create({ ...article('update-1'), supplierId: 's1' });
    const updated = await articles.update({ sku: 'update-1' }, { title: 'Stool', supplierId: undefined });
    const { supplierId: _, ...kept } = created;
    expect(updated).toEqual({ ...kept, title: 'Stool', version: 2, updatedAt: expect.any(Date) });
    expect(updated.updatedAt.getTime()).toBeGreaterThanOrEqual(created.updatedAt.getTime());
    expect(await stored('update-1')).not.toHaveProperty('supplierId');
    expect(await articles.get({ sku: 'update-1' })).toEqual(updated);
  });

  test('makes no new item', async () => {
    await thrownBy(articles.update({ sku: 'update-none' }, { title: 'Stool' }), ItemNotFoundError);
    expect(await stored('update-none')).toBeUndefined();
  });

  test('obeys an expected version', async () => {
    const created = await articles.create(article('update-2'));
    const second = await articles.update({ sku: 'update-2' }, { stock: 1 }, { version: created.version });
    const error = await thrownBy(
      articles.update({ sku: 'update-2' }, { stock: 9 }, { version: created.version }),
      ConditionFailedError,
    );
    expect(error.item).toEqual(second);
    await thrownBy(articles.update({ sku: 'update-none' }, { stock: 9 }, { version: 1 }), ItemNotFoundError);
  });

  test('does every operation of the builder, nested paths included', async () => {
    await articles.create({
      ...article('update-3'),
      stock: 5,
      tags: new Set(['old', 'wood']),
      sizes: new Set([1]),
      ratings: [3],
      details: { colour: 'red', weight: 4, materials: ['oak', 'pine'] },
      pictures: [{ url: 'a', alt: 'first' }, { url: 'b' }],
      notes: { care: 'oil', 'two words': 'kept' },
      origin: 'Sweden',
    });
    const updated = await articles.update({ sku: 'update-3' }, (u) =>
      u
        .set('title', 'Stool')
        .setIfNotExists('supplierId', 's9')
        .setIfNotExists('internalNote', 'new')
        .add('stock', -2)
        .add('tags', new Set(['new']))
        .deleteFromSet('sizes', new Set([1]))
        .append('ratings', [4, 5])
        .set('details.colour', 'blue')
        .remove('details.weight')
        .set('details.materials[0]', 'birch')
        .remove('pictures[0].alt')
        .set('pictures[1].alt', 'second')
        .set('notes.care', 'soap')
        .set('notes.wash', 'never'),
    );
    const expected = {
      title: 'Stool',
      supplierId: 's9',
      internalNote: 'new',
      stock: 3,
      tags: new Set(['old', 'wood', 'new']),
      ratings: [3, 4, 5],
      details: { colour: 'blue', materials: ['birch', 'pine'] },
      pictures: [{ url: 'a' }, { url: 'b', alt: 'second' }],
      notes: { care: 'soap', 'two words': 'kept', wash: 'never' },
      origin: 'Sweden',
      version: 2,
    };
    expect(updated).toMatchObject(expected);
    expect(updated).not.toHaveProperty('sizes'); // an emptied set is no attribute
    expect(updated.details).toEqual(expected.details);

    const again = await articles.update({ sku: 'update-3' }, (u) =>
      u
        .setIfNotExists('supplierId', 's10')
        .prepend('ratings', [1])
        .add('sizes', new Set([7]))
        .deleteFromSet('tags', new Set(['old', 'not there']))
        .remove('pictures[0]')
        .remove('notes')
        .append('details.materials', ['ash']),
    );
    expect(again).toMatchObject({
      supplierId: 's9',
      ratings: [1, 3, 4, 5],
      sizes: new Set([7]),
      tags: new Set(['wood', 'new']),
      pictures: [{ url: 'b', alt: 'second' }],
      details: { materials: ['birch', 'pine', 'ash'] },
      version: 3,
    });
    expect(again).not.toHaveProperty('notes');
    expect(await articles.get({ sku: 'update-3' })).toEqual(again);
  });

  test('adds to a missing number and appends to a missing list', async () => {
    await articles.create(article('update-4'));
    const updated = await articles.update({ sku: 'update-4' }, (u) => u.append('ratings', [1]).add('price', 0.5));
    expect(updated).toMatchObject({ ratings: [1], price: 40.5 });
  });

  test('counts concurrent additions one by one', async () => {
    await articles.create(article('update-5'));
    await Promise.all(Array.from({ length: 20 }, () => articles.update({ sku: 'update-5' }, (u) => u.add('stock', 1))));
    expect(await articles.get({ sku: 'update-5' })).toMatchObject({ stock: 20, version: 21 });
  });
});

describe('delete', () => {
  test('returns the item as it was, and nothing where there was none', async () => {
    const created = await articles.create(article('delete-1'));
    expect(await articles.delete({ sku: 'delete-1' })).toEqual(created);
    expect(await articles.delete({ sku: 'delete-1' })).toBeUndefined();
    await thrownBy(articles.delete({ sku: 'delete-1' }, { version: 1 }), ItemNotFoundError);
  });

  test('succeeds on an item that does not fit the model', async () => {
    await shop.client.send(
      new PutItemCommand({ TableName: 'articles', Item: { sku: { S: 'delete-2' }, title: { N: '1' } } }),
    );
    expect(await articles.delete({ sku: 'delete-2' })).toBeUndefined();
    expect(await stored('delete-2')).toBeUndefined();
  });
});
