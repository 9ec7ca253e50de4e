import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startServer } from './test-server.ts';
import { warmUp } from './warm-up.ts';

const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

/** Makes the middleware in a process of its own, whose every way to the network leads to the server. */
async function start(server: { url: string }, program: string): Promise<{ stdout: string; stderr: string }> {
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({
      resolve: (specifier, context, next) => {
        const name = /^@tabletheory\\/(\\w+)$/.exec(specifier)?.[1];
        return next(name ? new URL('../../' + name + '/src/index.ts', ${url('.')}).href : specifier, context);
      },
    });
    const { dynamodb } = await import(${url('./index.ts')});
    const { Order } = await import(${url('./test-server.ts')});
    const middleware = dynamodb({ models: { orders: Order } });
    ${program}
  `;
  return promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env: {
      PATH: process.env.PATH,
      HOME: '/nowhere',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: server.url,
      AWS_ENDPOINT_URL_DYNAMODB: server.url,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/credentials`,
      NODE_NO_WARNINGS: '1',
    },
    timeout: 60_000,
  });
}

test('goes all the way through the SDK', async () => {
  await expect(warmUp()).resolves.toBeUndefined(); // dynamodb() would not tell
});

test('makes no connection, writes nothing and keeps no process alive', async () => {
  await using server = await startServer(() => ({}));
  expect(await start(server, '')).toEqual({ stdout: '', stderr: '' });
  expect(server.connections()).toBe(0);
}, 60_000);

test('does not stand in for the first request: that one connects', async () => {
  await using server = await startServer(() => ({
    AccessKeyId: 'a',
    SecretAccessKey: 'b',
    Token: 'c',
    Expiration: new Date(Date.now() + 3_600_000).toISOString(),
  }));
  const program = `
    const request = { event: {}, context: {}, internal: {} };
    middleware.before(request);
    console.log(await request.context.tables.orders.get({ orderId: 'o' }));
  `;
  expect(await start(server, program)).toEqual({ stdout: 'undefined\n', stderr: '' });
  expect(server.connections()).toBeGreaterThan(0);
  expect(server.requests.at(-1)).toMatchObject({ TableName: 'orders' });
}, 60_000);
