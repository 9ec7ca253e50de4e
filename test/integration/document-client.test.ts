import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createTables } from '@tabletheory/core';
import { afterAll, describe, expect, test } from 'vitest';
import { startFakeDynamodb } from '../support/fake-dynamodb.ts';
import { Article } from '../support/models.ts';
import { startTables } from '../support/tables-on-engine.ts';

const shop = await startTables({ articles: Article });
const { tables } = shop;
afterAll(() => shop[Symbol.asyncDispose]());

describe('$document', () => {
  test('reads and writes the same tables', async () => {
    const created = await tables.articles.create({ sku: 'd1', title: 'Chair', price: 40, tags: new Set(['a']) });
    const document = await tables.$document();
    const { Item } = await document.send(new GetCommand({ TableName: 'articles', Key: { sku: 'd1' } }));
    expect(Item).toMatchObject({ sku: 'd1', price: 40, tags: new Set(['a']), version: 1 });
    await document.send(
      new UpdateCommand({
        TableName: 'articles',
        Key: { sku: 'd1' },
        UpdateExpression: 'SET price = :price',
        ExpressionAttributeValues: { ':price': 50 },
      }),
    );
    await document.send(new PutCommand({ TableName: 'articles', Item: { ...Item, sku: 'd2', supplierId: 's' } }));
    expect(await tables.articles.get({ sku: 'd1' })).toEqual({ ...created, price: 50 });
    const { Items } = await document.send(
      new QueryCommand({
        TableName: 'articles',
        IndexName: 'bySupplier',
        KeyConditionExpression: 'supplierId = :s',
        ExpressionAttributeValues: { ':s': 's' },
      }),
    );
    expect(Items).toMatchObject([{ sku: 'd2' }]);
  });

  test('leaves the tables as they were: the client is shared, its commands are not', async () => {
    const document = await tables.$document();
    await document.send(new GetCommand({ TableName: 'articles', Key: { sku: 'd1' } }));
    const again = await tables.$document();
    await again.send(new GetCommand({ TableName: 'articles', Key: { sku: 'd1' } }));
    expect(await tables.articles.get({ sku: 'd1' })).toMatchObject({ tags: new Set(['a']) });
  });

  test('goes through the client, with its middleware', async () => {
    const client = new DynamoDBClient(shop.engine.clientConfig);
    const seen: (string | undefined)[] = [];
    client.middlewareStack.add(
      (next, context) => (args) => {
        seen.push(context.commandName);
        return next(args);
      },
      { step: 'initialize', name: 'seen' },
    );
    const own = createTables({ client, models: { articles: Article } });
    await own.articles.get({ sku: 'd1' });
    await (await own.$document()).send(new GetCommand({ TableName: 'articles', Key: { sku: 'd1' } }));
    expect(seen).toEqual(['GetItemCommand', 'GetItemCommand']);
    client.destroy();
  });

  test('is stopped by the signal of the request', async () => {
    await using hung = await startFakeDynamodb(() => undefined);
    const client = new DynamoDBClient(hung.clientConfig);
    const controller = new AbortController();
    const bound = createTables({ client, models: { articles: Article } }).$withSignal(controller.signal);
    const document = await bound.$document();
    const reading = document.send(new GetCommand({ TableName: 'articles', Key: { sku: 'd1' } }));
    await expect.poll(() => hung.requests.length, { timeout: 10_000 }).toBe(1);
    controller.abort(new Error('too late'));
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    await expect(document.send(new GetCommand({ TableName: 'articles', Key: { sku: 'd1' } }))).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(hung.requests).toHaveLength(1);
    client.destroy();
  });

  test('takes a signal of the call as well', async () => {
    await using hung = await startFakeDynamodb(() => undefined);
    const client = new DynamoDBClient(hung.clientConfig);
    const document = await createTables({ client, models: { articles: Article } }).$document();
    const controller = new AbortController();
    const reading = document.send(new GetCommand({ TableName: 'articles', Key: { sku: 'd1' } }), {
      abortSignal: controller.signal,
    });
    await expect.poll(() => hung.requests.length, { timeout: 10_000 }).toBe(1);
    controller.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    client.destroy();
  });
});
