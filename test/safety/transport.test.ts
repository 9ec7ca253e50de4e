import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { ConnectionFailedError, createTables, defineModel, string } from '@tabletheory/core';
import { createLeanClient } from '@tabletheory/core/lean';
import { dynamodb, dynamodbValidateOptions } from '@tabletheory/dynamodb';
import { dynamodb as leanDynamodb } from '@tabletheory/dynamodb/lean';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { testCertificate } from '../../packages/core/src/lean/server.fixture.ts';

const Note = defineModel({
  name: 'Note',
  table: 'notes',
  key: { partition: 'id' },
  attributes: { id: string() },
});
const models = { notes: Note };
const credentials = { accessKeyId: 'AKIA1', secretAccessKey: 'secret' };
const config = { region: 'eu-west-1', credentials, maxAttempts: 1 };

let requests = 0;
const pem = testCertificate();
// A certificate that nobody vouches for, as someone in the middle has it.
const server = createServer({ key: pem, cert: pem }, (_request, response) => {
  requests++;
  response.end('{"Item":{"id":{"S":"1"}}}');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
afterEach(() => {
  vi.unstubAllEnvs();
  requests = 0;
});

/** Reads an item in a request of its own. */
function get(middleware: middy.MiddlewareObj<any, any, any, any>): Promise<unknown> {
  const handler = middy()
    .use(middleware)
    .handler(async (_event, { tables }: any) => tables.notes.get({ id: '1' }));
  return (handler as any)({}, { awsRequestId: 'r' });
}

const official = (more: object = {}) => dynamodb({ models, config: { ...config, endpoint, ...more }, warmUp: false });

describe('with NODE_TLS_REJECT_UNAUTHORIZED=0, a certificate that is not trusted is refused', () => {
  test.each<[string, () => middy.MiddlewareObj<any, any, any, any>]>([
    ['by the middleware', () => official()],
    [
      "by the middleware, with options of the SDK's handler",
      () => official({ requestHandler: { requestTimeout: 900 } }),
    ],
    [
      'by the middleware, with options of the agent',
      () => official({ requestHandler: { httpsAgent: { maxSockets: 5 } } }),
    ],
    [
      'by the middleware on the lean client',
      () => leanDynamodb({ models, config: { ...config, endpoint }, warmUp: false }),
    ],
  ])('%s', async (_which, make) => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    await expect(get(make())).rejects.toThrow(ConnectionFailedError);
    expect(requests).toBe(0);
  });

  test('and one the caller trusts is taken', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    expect(await get(leanDynamodb({ models, config: { ...config, endpoint, ca: pem }, warmUp: false }))).toEqual({
      id: '1',
    });
  });

  test('unless the caller says so in the code', async () => {
    const requestHandler = { httpsAgent: { rejectUnauthorized: false } };
    expect(await get(official({ requestHandler }))).toEqual({ id: '1' });
  });
});

describe('an http: endpoint on another machine', () => {
  const plain = 'http://dynamodb.example:8000';
  const refused = /endpoint on dynamodb\.example is unencrypted.*allowPlainHttp/;

  test('is refused as an option', () => {
    expect(() => dynamodb({ models, config: { ...config, endpoint: plain } })).toThrow(refused);
    expect(() => dynamodbValidateOptions({ models, config: { endpoint: plain } })).toThrow(TypeError);
    expect(() => leanDynamodb({ models, config: { ...config, endpoint: plain } })).toThrow(refused);
    expect(() => createLeanClient({ ...config, endpoint: plain })).toThrow(refused);
  });

  test.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_DYNAMODB'])('is refused in %s', async (variable) => {
    vi.stubEnv(variable, plain);
    const handle = vi.fn();
    await expect(get(dynamodb({ models, config: { ...config, requestHandler: { handle } as never } }))).rejects.toThrow(
      refused,
    );
    expect(handle).not.toHaveBeenCalled();
    expect(() => leanDynamodb({ models, config })).toThrow(refused);
  });

  test('is refused where the option is a function', async () => {
    const handle = vi.fn();
    const endpoint = async () => ({ protocol: 'http:', hostname: 'dynamodb.example', path: '/' });
    await expect(get(official({ endpoint, requestHandler: { handle } }))).rejects.toThrow(refused);
    expect(handle).not.toHaveBeenCalled();
  });

  test("is refused to the SDK's own commands on that client", async () => {
    vi.stubEnv('AWS_ENDPOINT_URL', plain);
    const handle = vi.fn();
    const handler = middy()
      .use(dynamodb({ models, config: { ...config, requestHandler: { handle } as never } }))
      .handler(async (_event, { tables }) => tables.$client.send(new ListTablesCommand({})));
    await expect((handler as any)({}, { awsRequestId: 'r' })).rejects.toThrow(refused);
    expect(handle).not.toHaveBeenCalled();
  });

  test.each(['http://localhost:8000', 'http://127.0.0.1:8000', 'http://[::1]:8000', 'https://dynamodb.example'])(
    'is not %s',
    (endpoint) => {
      dynamodb({ models, config: { ...config, endpoint } });
      leanDynamodb({ models, config: { ...config, endpoint } });
    },
  );

  test.each(['http://localhost.example', 'http://127.0.0.1.example', 'http://0.0.0.0', 'http://127.0.0.1@example.com'])(
    'is %s',
    (endpoint) => {
      expect(() => dynamodb({ models, config: { ...config, endpoint } })).toThrow(TypeError);
      expect(() => leanDynamodb({ models, config: { ...config, endpoint } })).toThrow(TypeError);
    },
  );

  test('is taken where the caller allows it', async () => {
    const body = new TextEncoder().encode('{"Item":{"id":{"S":"1"}}}');
    const handle = vi.fn(async () => ({ response: { statusCode: 200, headers: {}, body } }));
    const requestHandler = { handle } as never;
    const allowed = { ...config, endpoint: plain, requestHandler };
    expect(await get(dynamodb({ models, config: allowed, allowPlainHttp: true, warmUp: false }))).toEqual({ id: '1' });
    const lean = { ...allowed, allowPlainHttp: true };
    expect(await get(leanDynamodb({ models, config: lean, warmUp: false }))).toEqual({ id: '1' });
    expect(handle).toHaveBeenCalledTimes(2);
  });

  test('of a client of the caller is the choice of the caller', () => {
    const client = createLeanClient({ ...config, endpoint: plain, allowPlainHttp: true });
    createTables({ client, models });
  });
});
