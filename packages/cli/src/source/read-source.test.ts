import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createdAt, defineModel, integer, string } from '@tabletheory/core';
import { afterAll, expect, it } from 'vitest';
import { models as orderModels } from '../../../../examples/orders-api/src/models.ts';
import { readSource, type SourceReading } from './read-source.ts';

const Order = defineModel({
  name: 'Order',
  table: 'orders',
  key: { partition: 'customerId', sort: 'orderId' },
  attributes: { customerId: string(), orderId: string(), status: string(), total: integer(), createdAt: createdAt() },
  indexes: {
    byStatus: { partition: 'status', sort: 'createdAt' },
    byTotal: { type: 'local', partition: 'customerId', sort: 'total' },
  },
});
const Customer = defineModel({
  name: 'Customer',
  table: 'customers',
  key: { partition: 'customerId' },
  attributes: { customerId: string(), email: string({ unique: true }), name: string() },
});
const models = { orders: Order, customers: Customer };

const folder = mkdtempSync(join(realpathSync(tmpdir()), 'tabletheory-source-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;

/** Reads a handler with the files it imports. */
function read(handler: string, files: Record<string, string> = {}, exported = 'handler'): SourceReading {
  count += 1;
  const own = join(folder, String(count));
  for (const [name, text] of Object.entries({ ...files, 'handler.ts': handler })) {
    mkdirSync(dirname(join(own, name)), { recursive: true });
    writeFileSync(join(own, name), text);
  }
  return readSource({ file: join(own, 'handler.ts'), export: exported, models, folder: own });
}

/** The uses as short texts: `PutItem orders`, `Query orders/byStatus`. */
function usesOf({ uses }: SourceReading): string[] {
  const texts = uses.map(({ action, model, index }) => `${action} ${model}${index === undefined ? '' : `/${index}`}`);
  return [...new Set(texts)].sort();
}

function usesIn(body: string): string[] {
  const reading = read(`export const handler = middy().handler(async (event, { tables, input }) => { ${body} });`);
  expect(reading.unread).toEqual([]);
  return usesOf(reading);
}

it.each([
  ['await tables.orders.get(input)', ['GetItem orders']],
  ['await tables.orders.getOrThrow(input)', ['GetItem orders']],
  ['await tables.orders?.create(input)', ['PutItem orders']],
  ['await tables["orders"].put(input)', ['PutItem orders']],
  ['await tables.orders!.upsert(input)', ['UpdateItem orders']],
  ['await (tables as any).orders.update(input, { total: 1 })', ['UpdateItem orders']],
  ['await tables.orders.delete(input)', ['DeleteItem orders']],
  ['await tables.orders.batchGet([])', ['BatchGetItem orders']],
  ['await tables.orders.batchWrite({ put: [] })', ['BatchWriteItem orders']],
  ['await tables.$withSignal(signal).orders.get(input)', ['GetItem orders']],
  ['await tables.orders.get(input).then((order) => order)', ['GetItem orders']],
])('reads %s', (body, expected) => {
  expect(usesIn(body)).toEqual(expected);
});

it.each([
  ["tables.orders.where('customerId', '=', id).all()", ['Query orders']],
  ["tables.orders.where('status', '=', 'open').all()", ['Query orders/byStatus']],
  ["tables.orders.where('status', '=', 'open').index('byStatus').first()", ['Query orders/byStatus']],
  ["tables.orders.where('customerId', '=', id).where('total', '>', 1).count()", ['Query orders/byTotal']],
  ["tables.orders.scan().index('byStatus').page()", ['Scan orders/byStatus']],
  ['tables.orders.scan({ segments: 4 }).count()', ['Scan orders']],
  ["tables.orders.where('customerId', '=', id).explain()", []],
  [
    "let q = tables.orders.where('customerId', '=', id); if (x) q = q.where('total', '=', 1); return q.descending().all();",
    ['Query orders', 'Query orders/byTotal'],
  ],
  ["for await (const order of tables.orders.where('customerId', '=', id).items()) ship(order);", ['Query orders']],
])('plans the query %s', (body, expected) => {
  expect(usesIn(body)).toEqual(expected);
});

it('takes every index for a query it cannot read, and says so', () => {
  const reading = read('export const handler = async (e, { tables }) => tables.orders.where(e.by, "=", 1).all();');
  expect(usesOf(reading)).toEqual(['Query orders', 'Query orders/byStatus', 'Query orders/byTotal']);
  expect(reading.unread).toEqual([
    {
      place: 'handler.ts:1',
      reason: 'The index or attributes of the query are only known at run time: any index is allowed.',
      models: ['orders'],
    },
  ]);
});

it.each([
  ["tables.customers.create({ email: 'a' })", ['PutItem customers']],
  ['tables.customers.put({})', ['DeleteItem customers', 'GetItem customers', 'PutItem customers']],
  ["tables.customers.update(key, { name: 'a' })", ['UpdateItem customers']],
  ["tables.customers.update(key, (u) => u.set('name', 'a'))", ['UpdateItem customers']],
  [
    "tables.customers.update(key, (u) => u.remove('email'))",
    ['DeleteItem customers', 'GetItem customers', 'PutItem customers', 'UpdateItem customers'],
  ],
  [
    'tables.customers.update(key, { ...input })',
    ['DeleteItem customers', 'GetItem customers', 'PutItem customers', 'UpdateItem customers'],
  ],
  ['tables.customers.delete(key)', ['DeleteItem customers', 'GetItem customers']],
])('counts the marks of unique attributes: %s', (body, expected) => {
  expect(usesIn(body)).toEqual(expected);
});

it('reads transactions and batches', () => {
  const body = `
    await tables.$transactWrite((tx) => [
      tx.orders.create(a), tx.orders.update(b, { total: 1 }), tx.customers.check(c, (c) => c('name', 'exists', true)),
      ...ids.map((id) => tx.orders.delete(id)),
    ]);
    await tables.$transactGet((tx) => [tx.orders.get(a)]);
    await tables.$batchGet(({ customers }) => [customers.get(a)]);
    await tables.$batchWrite(function (b) { return [b.orders.put(a)]; });`;
  expect(usesIn(body)).toEqual([
    'BatchGetItem customers',
    'BatchWriteItem orders',
    'ConditionCheckItem customers',
    'DeleteItem orders',
    'GetItem orders',
    'PutItem orders',
    'UpdateItem orders',
  ]);
});

it('follows names, objects, arrays and loops', () => {
  const body = `
    const { orders: mine } = tables;
    const kept = { inner: { table: tables.customers } };
    await mine.get(a);
    await kept.inner.table.create(b);
    for (const name of ['orders'] as const) await tables[name].delete(a);
    await Promise.all([tables.orders].map((table) => table.put(a)));
    new Map([['x', tables.orders]]).get('x').update(a, {});`;
  expect(usesIn(body)).toEqual([
    'DeleteItem orders',
    'GetItem orders',
    'PutItem customers',
    'PutItem orders',
    'UpdateItem orders',
  ]);
});

it('follows functions and classes of imported files, and reads nothing that is not named', () => {
  const handler = `
    import { createTables } from '@tabletheory/core';
    import { find, type Ignored } from './find.js';
    import * as all from './all.ts';
    import Repository from './repository';
    const tables = createTables({ client, models });
    const repository = new Repository(tables.orders);
    export const handler = async () => { await find(tables); await all.nested.save(tables.customers); await repository.remove(); };
    export const other = async () => tables.orders.scan().all();`;
  const files = {
    'find.ts': `export async function find({ orders }) { return orders.get(key); }
      export async function unused(tables) { return tables.customers.scan().all(); }`,
    'all.ts': "export * as nested from './nested.ts';",
    'nested.ts': 'const save = async (table: TableOf<typeof Customer>) => table.create(item); export { save };',
    'repository.ts': `export default class Repository {
      #orders;
      constructor(orders) { this.#orders = orders; }
      async remove() { return this.one(); }
      async one() { await this.#orders.delete(key); }
      async never() { await this.#orders.scan().all(); }
    }`,
  };
  const reading = read(handler, files);
  expect(reading.unread).toEqual([]);
  expect(usesOf(reading)).toEqual(['DeleteItem orders', 'GetItem orders', 'PutItem customers']);
  expect(reading.files).toEqual(['all.ts', 'find.ts', 'handler.ts', 'nested.ts', 'repository.ts']);
  expect(usesOf(read(handler, files, 'other'))).toEqual(['Scan orders']);
});

it('follows methods that are called on what it does not know', () => {
  const reading = read(
    `import { routes } from './routes.ts';
     export const handler = middy().handler(async (event, { tables, log }) => library(routes)[event.route].run({ tables, log }));`,
    { 'routes.ts': 'export const routes = { a: { run: async ({ tables }) => tables.orders.get(key) } };' },
  );
  expect(usesOf(reading)).toEqual(['GetItem orders']);
  expect(reading.unread).toEqual([]);
});

it('follows queries through arrays it does not know', () => {
  const reading = read(`export const handler = async (e, { tables }) => {
    const queries = e.ids.map((id) => tables.orders.where('customerId', '=', id)).filter(Boolean);
    await Promise.all(queries.map((query) => query.all()));
    const [customers] = await Promise.all([tables.customers, e]);
    await customers.get(e);
    await e.filters.reduce((query, f) => query.limit(f), tables.orders.where('status', '=', 'a').index('byStatus')).all();
  };`);
  expect(usesOf(reading)).toEqual(['GetItem customers', 'Query orders', 'Query orders/byStatus']);
  expect(reading.unread).toEqual([]);
  const given = read(
    "import { run } from 'x'; export const handler = async (e, { tables }) => run(() => tables.orders);",
  );
  expect(given.unread[0]?.models).toEqual(['orders']);
});

it('takes tables under another context key', () => {
  const reading = read(`export const handler = middy()
    .use(dynamodb({ models, contextKey: 'db' }))
    .handler(async (event, context) => context.db.orders.get(event));`);
  expect(usesOf(reading)).toEqual(['GetItem orders']);
});

it('widens what is only known at run time, and says where', () => {
  const dynamic = read(
    'export const handler = async (event, { tables }) => {\n  return tables[event.table].get(event.key);\n};',
  );
  expect(usesOf(dynamic)).toEqual(['GetItem customers', 'GetItem orders']);
  expect(dynamic.unread).toEqual([
    {
      place: 'handler.ts:2',
      reason: 'Which table is used is only known at run time: it is taken for every model.',
      models: ['orders', 'customers'],
    },
  ]);
  const given = read(
    "import { sync } from 'a-package'; export const handler = async (e, { tables }) => sync(tables.orders);",
  );
  expect(usesOf(given)).toHaveLength(9 + 2 * 2);
  expect(given.unread[0]).toMatchObject({
    reason: 'The table orders is given to sync, which is not read.',
    models: ['orders'],
  });
  const built = read('export const handler = async (e, { tables }) => tables.$transactWrite(build(e));');
  expect(usesOf(built)).toContain('ConditionCheckItem customers');
  expect(built.unread[0]?.reason).toBe('The actions of $transactWrite could not be read.');
  const other = read('export const handler = async (e, { tables }) => tables.products.get(e);');
  expect(other.unread[0]?.reason).toBe('products is none of the configured models.');
});

it('knows what callers give, whichever is read first', () => {
  const reading = read(`
    const list = async (tables, attribute, index) => {
      let query = tables.orders.where(attribute, '=', 1);
      if (index) query = query.index(index);
      return query.all();
    };
    const wrapped = [list];
    export const handler = async (e, { tables }) => later(() => wrapped[0](tables, name(), 'byStatus'));
    const name = () => 'status';`);
  expect(reading.unread).toEqual([]);
  expect(usesOf(reading)).toEqual(['Query orders/byStatus']);
});

it('knows createTables by any name, and variables by their type', () => {
  const reading = read(`
    import { createTables as make } from '@tabletheory/core';
    import * as core from '@tabletheory/core';
    const first = make({ client, models });
    let second: Tables<typeof models>;
    export const handler = async (e) => {
      await first.orders.get(e);
      await second.orders.put(e);
      await core.createTables({ client, models }).orders.delete(e);
    };`);
  expect(usesOf(reading)).toEqual(['DeleteItem orders', 'GetItem orders', 'PutItem orders']);
});

it('says what looks like a call of a table, and could not be followed', () => {
  const reading = read(`import { connect } from 'a-package';
    export const handler = async (e) => { (await connect()).orders.get(e); e.orders.map(String); };`);
  expect(reading.uses).toEqual([]);
  expect(reading.unread).toEqual([
    {
      place: 'handler.ts:2',
      reason: 'This may be a call of the table orders: what it is called on could not be read.',
      models: [],
    },
  ]);
});

it('says that requests past the tables are not read', () => {
  const reading = read('export const handler = async (e, { tables }) => (await tables.$document()).send(e);');
  expect(reading.uses).toEqual([]);
  expect(reading.unread[0]).toMatchObject({ models: [], reason: expect.stringContaining('$document()') });
});

it('says whether traces are sent', () => {
  expect(read("import { xray } from '@tabletheory/xray'; export const handler = xray();").traces).toBe(true);
  expect(read('export const handler = 1;').traces).toBe(false);
});

it('ends on recursion, cycles and names of Object.prototype', () => {
  const reading = read(
    `import { again } from './again.ts';
     export const walk = (tables, depth) => { again(tables, depth); return { walk, tables, toString() { return tables.constructor.name; } }; };
     export const handler = async (e, { tables }) => walk(tables, 1).tables.orders.get(e.hasOwnProperty('x'));`,
    {
      'again.ts':
        "import { walk } from './handler.ts'; export function again(tables, n) { walk(tables, n + 1).tables.orders.delete(n); }",
    },
  );
  expect(usesOf(reading)).toEqual(['DeleteItem orders', 'GetItem orders']);
});

it('says that a file has no such export, and takes all of it', () => {
  const handler = 'export const handler = async (e, { tables }) => tables.orders.get(e);';
  const reading = read(handler, {}, 'run');
  expect(usesOf(reading)).toEqual(['GetItem orders']);
  expect(reading.unread).toEqual([
    {
      place: 'handler.ts:1',
      reason: 'It has no export run: all that it declares is taken for the function.',
      models: [],
    },
  ]);
  expect(read(handler.replace('export const', 'exports.')).unread).toEqual([]);
});

it('reads packages of the same workspace, and none that are installed', () => {
  const handler = `import { find } from 'own'; import { sync } from 'installed';
    export const handler = async (e, { tables }) => { await find(tables); await sync(); };`;
  const workspace = join(folder, 'workspace');
  const install = (name: string, text: string, at: string): void => {
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'package.json'), JSON.stringify({ name, main: 'index.ts' }));
    writeFileSync(join(at, 'index.ts'), text);
  };
  const modules = join(workspace, 'node_modules');
  install(
    'installed',
    'export const sync = async () => createTables().orders.scan().all();',
    join(modules, 'installed'),
  );
  install('own', 'export const find = async (t) => t.orders.get(key);', join(workspace, 'packages/own'));
  symlinkSync(join(workspace, 'packages/own'), join(modules, 'own'));
  writeFileSync(join(workspace, 'handler.ts'), handler);
  const reading = readSource({ file: join(workspace, 'handler.ts'), export: 'handler', models, folder: workspace });
  expect(reading.files).toEqual(['handler.ts', 'packages/own/index.ts']);
  expect(usesOf(reading)).toEqual(['GetItem orders']);
});

it('refuses a file that is not there or does not parse', () => {
  expect(() => readSource({ file: join(folder, 'none.ts'), export: 'handler', models, folder })).toThrow(
    /could not be read/,
  );
  expect(() => read('export const = 1')).toThrow(/could not be parsed/);
});

it('reads the example application', () => {
  const example = join(import.meta.dirname, '../../../../examples/orders-api');
  const reading = readSource({
    file: join(example, 'src/handler.ts'),
    export: 'handler',
    models: orderModels,
    folder: example,
  });
  expect(reading.unread).toEqual([]);
  expect(reading.traces).toBe(true);
  expect(usesOf(reading)).toEqual([
    'BatchGetItem products',
    'BatchWriteItem products',
    'DeleteItem orders',
    'GetItem orders',
    'PutItem orders',
    'Query orders/byStatus',
    'UpdateItem customers',
    'UpdateItem orders',
  ]);
});
