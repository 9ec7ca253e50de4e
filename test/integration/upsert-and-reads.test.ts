import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  ConditionFailedError,
  createdAt,
  createTables,
  defineModel,
  integer,
  string,
  updatedAt,
  version,
} from '@tabletheory/core';
import { type Engine, startEngine } from '@tabletheory/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tablesClient } from '../support/client.ts';

const Page = defineModel({
  name: 'Page',
  table: 'site',
  key: { partition: { attribute: 'PK', template: 'SITE#{site}' }, sort: { attribute: 'SK', template: 'PAGE#{path}' } },
  attributes: {
    site: string(),
    path: string(),
    title: string(),
    section: string({ optional: true }),
    views: integer({ default: 10 }),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    version: version(),
  },
  indexes: { bySection: { partition: { attribute: 'G1', template: 'SECTION#{section}' }, sort: 'title' } },
});

const Site = defineModel({
  name: 'Site',
  table: 'site',
  key: { partition: { attribute: 'PK', template: 'SITE#{site}' }, sort: { attribute: 'SK', template: 'INFO' } },
  attributes: { site: string(), owner: string({ optional: true }) },
});

let engine: Engine;
let client: DynamoDBClient;
beforeAll(async () => {
  engine = await startEngine();
  await engine.createTables({ pages: Page, sites: Site });
  client = tablesClient(engine.clientConfig);
});
afterAll(async () => {
  client.destroy();
  await engine.stop();
});

const tables = () => createTables({ client, models: { pages: Page, sites: Site } });

describe('upsert', () => {
  it('creates an item that is not there, with all that a new item gets', async () => {
    const { pages } = tables();
    const created = await pages.upsert({ site: 's', path: '/a', title: 'A', section: 'news' });
    expect(created).toMatchObject({ site: 's', path: '/a', title: 'A', views: 10, version: 1 });
    expect(created.createdAt).toBeInstanceOf(Date);
    expect(await pages.where('section', '=', 'news').all()).toEqual([created]);
  });

  it('changes what is given of an item that is there, and keeps the rest', async () => {
    const { pages } = tables();
    const created = await pages.create({ site: 's', path: '/b', title: 'B', section: 'news', views: 3 });
    const changed = await pages.upsert({ site: 's', path: '/b', title: 'B2' });
    expect(changed).toEqual({ ...created, title: 'B2', updatedAt: changed.updatedAt, version: 2 });
    expect(changed.updatedAt.getTime()).toBeGreaterThanOrEqual(created.updatedAt.getTime());
  });

  it('writes an item that is nothing but its key', async () => {
    const { sites } = tables();
    expect(await sites.upsert({ site: 'empty' })).toEqual({ site: 'empty' });
    expect(await sites.get({ site: 'empty' })).toEqual({ site: 'empty' });
  });

  it('obeys a condition', async () => {
    const { pages } = tables();
    await pages.create({ site: 's', path: '/c', title: 'C', views: 3 });
    const error = await pages
      .upsert({ site: 's', path: '/c', title: 'C2' }, { if: (c) => c('views', '>', 5) })
      .catch((e) => e);
    expect(error).toBeInstanceOf(ConditionFailedError);
    expect(error.item).toMatchObject({ title: 'C' });
  });

  it('leaves index keys alone that are made of what it leaves alone, and refuses to guess', async () => {
    const Task = defineModel({
      name: 'Task',
      table: 'site',
      key: { partition: { attribute: 'PK', template: 'TASK#{id}' }, sort: { attribute: 'SK', template: 'INFO' } },
      attributes: { id: string(), state: string({ default: 'open' }), title: string(), createdAt: createdAt() },
      indexes: {
        bySection: { partition: { attribute: 'G1', template: 'STATE#{state}' }, sort: 'title' },
      },
    });
    const { tasks } = createTables({ client, models: { tasks: Task } });
    await tasks.create({ id: '1', state: 'done', title: 'one' });
    await tasks.upsert({ id: '1', title: 'two' });
    const done = await tasks.where('state', '=', 'done').all();
    expect(done).toMatchObject([{ id: '1', state: 'done', title: 'two' }]);
    expect(await tasks.where('state', '=', 'open').all()).toEqual([]);
    const Mixed = defineModel({
      name: 'Mixed',
      table: 'site',
      key: Task.key,
      attributes: Task.attributes,
      indexes: { bySection: { partition: { attribute: 'G1', template: '{state}#{title}' } } },
    });
    const { mixed } = createTables({ client, models: { mixed: Mixed } });
    await expect(mixed.upsert({ id: '2', title: 'x' })).rejects.toThrow(/composed of state, title: give them together/);
    expect(await mixed.upsert({ id: '2', title: 'x', state: 'open' })).toMatchObject({ title: 'x' });
  });

  it('works in a transaction', async () => {
    const set = tables();
    const results = await set.$transactWrite((tx) => [
      tx.pages.upsert({ site: 't', path: '/x', title: 'X' }),
      tx.sites.upsert({ site: 't', owner: 'o' }),
    ]);
    expect(results).toEqual([undefined, undefined]);
    expect(await set.pages.get({ site: 't', path: '/x' })).toMatchObject({ title: 'X', version: 1 });
  });

  it('is refused in a transaction where it has nothing but the key: DynamoDB takes no such update there', async () => {
    await expect(tables().$transactWrite((tx) => [tx.sites.upsert({ site: 'bare' })])).rejects.toThrow(
      /nothing but the key/,
    );
  });
});

describe('$transactGet', () => {
  it('reads items of several models in their order, with what is missing and what is selected', async () => {
    const set = tables();
    await set.sites.put({ site: 'r', owner: 'me' });
    const page = await set.pages.create({ site: 'r', path: '/1', title: 'One' });
    await set.pages.create({ site: 'r', path: '/2', title: 'Two' });
    const [site, missing, whole, part] = await set.$transactGet((tx) => [
      tx.sites.get({ site: 'r' }),
      tx.pages.get({ site: 'r', path: '/none' }),
      tx.pages.get({ site: 'r', path: '/1' }),
      tx.pages.get({ site: 'r', path: '/2' }, { select: ['title', 'path'] }),
    ]);
    expect(site?.owner).toBe('me');
    expect(missing).toBeUndefined();
    expect(whole).toEqual(page);
    expect(part).toEqual({ title: 'Two', path: '/2' });
    // @ts-expect-error it was not selected
    expect(part?.views).toBeUndefined();
  });

  it('refuses two actions on one item, and says which', async () => {
    const key = { site: 'r', path: '/1' };
    const reading = tables().$transactGet((tx) => [tx.pages.get(key), tx.sites.get({ site: 'r' }), tx.pages.get(key)]);
    await expect(reading).rejects.toMatchObject({ problems: [{ path: '[2]', message: 'is on the same item as [0]' }] });
    const writing = tables().$transactWrite((tx) => [tx.pages.delete(key), tx.pages.update(key, { title: 'x' })]);
    await expect(writing).rejects.toMatchObject({ problems: [{ path: '[1]', message: 'is on the same item as [0]' }] });
  });

  it('takes 1 to 100 reads', async () => {
    await expect(tables().$transactGet(() => [])).rejects.toThrow(RangeError);
  });
});
