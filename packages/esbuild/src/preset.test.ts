import { join } from 'node:path';
import { startEngine, startFunction } from '@tabletheory/local';
import { build as esbuild } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runWith } from './run-bundle.ts';
import { bundle, testFolder } from './test-function.ts';

const source = `
import middy from '@middy/core';
import { defineModel, string } from '@tabletheory/core';
import { tableTheory, tableTheoryPlugin } from '@tabletheory/middy';
import { validator } from '@tabletheory/validator';
const Order = defineModel({
  name: 'Order', table: 'orders', key: { partition: 'orderId' },
  attributes: { orderId: string({ minLength: 1 }), status: string({ enum: ['open', 'paid'], default: 'open' }) },
});
export const handler = middy(tableTheoryPlugin())
  .use(tableTheory({
    models: { orders: Order }, service: 'orders', metrics: { namespace: 'Orders' },
    validator: validator({ body: Order.jsonSchema('new') }),
  }))
  .handler(async (_event, { input, tables }) => {
    await tables.orders.create(input);
    return { statusCode: 201, body: JSON.stringify(await tables.orders.getOrThrow({ orderId: input.orderId })) };
  });
`;

/** The same function, bundled without the plugin. */
async function plainBundle(): Promise<string> {
  const outfile = join(await testFolder(), 'handler.mjs');
  await esbuild({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: 'ts' },
    external: ['@aws-sdk/lib-dynamodb', '@aws-sdk/credential-providers'],
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
  });
  return outfile;
}

/** What of Node is loaded when a bundle has started, and which slow globals it has touched. */
const START = `
const touched = [];
for (const [name, object] of [['fetch', globalThis], ['DateTimeFormat', Intl]]) {
  const real = object[name];
  object[name] = new Proxy(real, {
    apply: (...args) => (touched.push(name), Reflect.apply(...args)),
    construct: (...args) => (touched.push(name), Reflect.construct(...args)),
  });
}
await import(files[0]);
await new Promise((resolve) => setTimeout(resolve, 100));
answer({ touched, loaded: process.moduleLoadList.map((each) => each.replace('NativeModule ', '')) });
`;

interface Start {
  readonly touched: readonly string[];
  readonly loaded: readonly string[];
}

describe('the full preset, bundled', () => {
  it('starts without fetch, Intl.DateTimeFormat, zlib and node:http, and smaller', async () => {
    const { file, files, packages } = await bundle(source);
    const { touched, loaded } = await runWith<Start>([file], START);
    expect(touched).toEqual([]);
    const slow = ['http', 'zlib', 'internal/deps/undici/undici', 'dgram', 'child_process', 'http2'];
    expect(loaded.filter((name) => slow.includes(name))).toEqual([]);
    expect(packages.find(({ name }) => name === 'fast-uri')).toBeUndefined();
    expect(files[0]!.bytes).toBeLessThan(500_000);
    // What a start loads where nothing takes care: the figures above mean something.
    const plain = await runWith<Start>([await plainBundle()], START);
    expect(plain.loaded).toEqual(expect.arrayContaining(['http', 'zlib', 'internal/deps/undici/undici']));
  });

  it('answers as a function on this machine', async () => {
    const engine = await startEngine();
    onTestFinished(() => engine.stop());
    const { file } = await bundle(source);
    await engine.createTables([
      {
        TableName: 'orders',
        KeySchema: [{ AttributeName: 'orderId', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'orderId', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
    ]);
    const { credentials } = engine.clientConfig;
    await using orders = await startFunction({
      file,
      environment: {
        AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
    });
    const send = (body: object) =>
      orders.invoke({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const { payload } = await send({ orderId: 'o-1' });
    expect(payload).toEqual({ statusCode: 201, body: '{"orderId":"o-1","status":"open"}' });
    expect((await send({ orderId: '', status: 'lost' })).payload).toMatchObject({ statusCode: 400 });
    const lines = orders.logs().join('\n');
    expect(lines).toContain('"message":"request"');
    expect(lines).toContain('CloudWatchMetrics');
  });
});
