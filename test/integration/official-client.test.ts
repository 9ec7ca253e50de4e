import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import { SignatureV4 } from '@smithy/signature-v4';
import {
  ConditionFailedError,
  createTables,
  DeadlineExceededError,
  defineModel,
  string,
  ThrottledError,
} from '@tabletheory/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { recordOperations } from '../support/recorded-operations.ts';
import { thrownBy } from '../support/thrown.ts';

const Note = defineModel({
  name: 'Note',
  table: 'notes',
  key: { partition: 'id' },
  attributes: { id: string(), text: string({ optional: true }) },
});
const key = { id: 'n1' };
const found = { Item: { id: { S: 'n1' } } };
const credentials = { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'token' };

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

/** A client whose requests go nowhere: they are kept, and answered. */
function capturing(config: DynamoDBClientConfig, answer: (number: number) => Answer = () => ({ body: found })) {
  const requests: any[] = [];
  const requestHandler = {
    handle: async (request: any) => {
      const { status = 200, headers = {}, body = {} } = answer(requests.length);
      requests.push({ ...request, headers: { ...request.headers } });
      const bytes = new TextEncoder().encode(JSON.stringify(body));
      return { response: { statusCode: status, headers: { 'x-amzn-requestid': 'r1', ...headers }, body: bytes } };
    },
  };
  const client = new DynamoDBClient({
    region: 'eu-west-1',
    credentials,
    ...config,
    requestHandler: requestHandler as never,
  });
  const { notes } = createTables({ client, models: { notes: Note } });
  return { client, notes, requests };
}

afterEach(() => vi.unstubAllEnvs());

describe('middleware of the user', () => {
  const steps = ['initialize', 'serialize', 'build', 'finalizeRequest', 'deserialize'] as const;

  test.each(steps)('in the step %s is run, also where it is added or removed later', async (step) => {
    const { client, notes } = capturing({});
    const seen: string[] = [];
    const told = (name: string) => (next: any, context: any) => async (args: any) => {
      const result = await next(args);
      seen.push(`${name} ${context.commandName} ${result.output?.Item === undefined ? 'raw' : 'read'}`);
      return result;
    };
    const expected = (name: string) => `${name} GetItemCommand ${step === 'deserialize' ? 'raw' : 'read'}`;
    client.middlewareStack.add(told('first'), { step: step as 'initialize', name: 'first', priority: 'low' });
    await notes.get(key);
    expect(seen.splice(0)).toEqual([expected('first')]);
    client.middlewareStack.add(told('later'), { step: step as 'initialize', name: 'later', priority: 'low' });
    await notes.get(key);
    expect(seen.splice(0).sort()).toEqual([expected('first'), expected('later')]);
    client.middlewareStack.remove('first');
    await notes.get(key);
    expect(seen).toEqual([expected('later')]);
  });

  test.each([
    'loggerMiddleware',
    'serializerMiddleware',
    'contentLengthMiddleware',
    'getUserAgentMiddleware',
    'hostHeaderMiddleware',
    'recursionDetectionMiddleware',
    'retryMiddleware',
    'httpSigningMiddleware',
    'awsAuthMiddleware',
    'httpAuthSchemeMiddleware',
    'endpointV2Middleware',
    'deserializerMiddleware',
  ])('beside the SDK’s %s has its place', async (toMiddleware) => {
    const { client, notes } = capturing({});
    const seen: string[] = [];
    for (const relation of ['before', 'after'] as const) {
      const tell = (next: any) => (args: any) => {
        seen.push(relation);
        return next(args);
      };
      client.middlewareStack.addRelativeTo(tell, { relation, toMiddleware });
    }
    expect(await notes.get(key)).toEqual(key);
    expect(seen).toEqual(['before', 'after']);
  });

  test('may change the request: its headers and its body are signed', async () => {
    const { client, notes, requests } = capturing({});
    const change = (next: any) => (args: any) => {
      args.request.headers['x-amz-tenant'] = 'ü 1';
      args.request.body = args.request.body.replace('n1', 'ñ2');
      return next(args);
    };
    client.middlewareStack.add(change, { step: 'build' });
    await notes.get(key);
    const [{ headers, body }] = requests;
    expect(body).toContain('ñ2');
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
    expect(headers.authorization).toContain('x-amz-tenant');
    await expectSigned(requests[0]);
  });
});

/** Signs a request again with the SDK's signer. */
async function expectSigned({ headers, ...request }: any, region = 'eu-west-1'): Promise<void> {
  const { authorization, ...rest } = headers;
  const { createHash, createHmac } = await import('node:crypto');
  class Sha256 {
    readonly #hash;
    constructor(secret?: string | ArrayBuffer) {
      this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', Buffer.from(secret as never));
    }
    update(data: string | Uint8Array) {
      this.#hash.update(data);
    }
    async digest() {
      return new Uint8Array(this.#hash.digest());
    }
    reset() {}
  }
  const signer = new SignatureV4({
    service: 'dynamodb',
    region,
    credentials,
    sha256: Sha256 as never,
    applyChecksum: false,
  });
  const date = rest['x-amz-date'].replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const signed = await signer.sign({ ...request, headers: rest }, { signingDate: new Date(date) });
  expect(authorization).toBe((signed as any).headers.authorization);
}

describe('endpoints', () => {
  const configs: [what: string, config: DynamoDBClientConfig, env?: Record<string, string>][] = [
    ['a region', { region: 'ap-south-1' }],
    ['a region of China', { region: 'cn-north-1' }],
    ['FIPS', { useFipsEndpoint: true, region: 'us-east-1' }],
    ['dual-stack', { useDualstackEndpoint: true }],
    ['FIPS and dual-stack', { useFipsEndpoint: true, useDualstackEndpoint: true, region: 'us-gov-west-1' }],
    ['an account id', { credentials: { ...credentials, accountId: '123456789012' } }],
    [
      'no account id',
      { credentials: { ...credentials, accountId: '123456789012' }, accountIdEndpointMode: 'disabled' },
    ],
    ['a VPC endpoint', { endpoint: 'https://vpce-1-abc.dynamodb.eu-west-1.vpce.amazonaws.com' }],
    ['a local one', { endpoint: 'http://127.0.0.1:8000' }],
    ['one of the environment', {}, { AWS_ENDPOINT_URL_DYNAMODB: 'https://dynamodb.example:8443' }],
    ['one of the environment for all services', {}, { AWS_ENDPOINT_URL: 'https://aws.example' }],
    [
      'one of the environment, ignored',
      {},
      { AWS_ENDPOINT_URL: 'https://aws.example', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
    ],
  ];

  test.each(configs)('%s: the SDK’s own commands go to the same', async (_what, config, env = {}) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const { client, notes, requests } = capturing(config);
    await notes.get(key);
    await client.send(new GetItemCommand({ TableName: 'notes', Key: { id: { S: 'n1' } } }));
    const where = ({ protocol, hostname, port, path, headers }: any) => ({
      protocol,
      hostname,
      port,
      path,
      host: headers.host,
    });
    expect(where(requests[0])).toEqual(where(requests[1]));
    const scope = ({ headers }: any) => /Credential=key\/\d+\/([^,]+)/.exec(headers.authorization)?.[1];
    expect(scope(requests[0])).toBe(scope(requests[1]));
  });

  test('that need a name of a table: its ARN', async () => {
    const arn = 'arn:aws:dynamodb:eu-west-1:210987654321:table/notes';
    const { client, requests } = capturing({ credentials: { ...credentials, accountId: '123456789012' } });
    const Shared = defineModel({ name: 'Shared', table: arn, key: { partition: 'id' }, attributes: { id: string() } });
    const tables = createTables({ client, models: { shared: Shared } });
    await tables.shared.get(key);
    await client.send(new GetItemCommand({ TableName: arn, Key: { id: { S: 'n1' } } }));
    await tables.$transactGet((tx) => [tx.shared.get(key)]);
    expect(requests.map(({ hostname }) => hostname)).toEqual([
      requests[1].hostname,
      requests[1].hostname,
      expect.any(String),
    ]);
  });
});

describe('requests', () => {
  test('say the same as the SDK’s', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'notes');
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5759e988-bd862e3fe1be46a994272793');
    const { client, notes, requests } = capturing({ customUserAgent: [['team', 'a b/1']], userAgentAppId: 'app 1' });
    await notes.get(key);
    await client.send(new GetItemCommand({ TableName: 'notes', Key: { id: { S: 'n1' } } }));
    const [own, sdk] = requests;
    expect(JSON.parse(own.body)).toEqual(JSON.parse(Buffer.from(sdk.body).toString()));
    const lowerCase = (headers: object) =>
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const [given, expected] = [lowerCase(own.headers), lowerCase(sdk.headers)];
    const names = [
      'content-type',
      'x-amz-target',
      'host',
      'content-length',
      'amz-sdk-request',
      'x-amz-security-token',
      'x-amzn-trace-id',
    ];
    for (const name of names) expect(given[name], name).toBe(expected[name]);
    const parts = (userAgent: string) => userAgent.split(' ').filter((part) => !part.startsWith('m/'));
    expect(parts(given['user-agent']).sort()).toEqual(parts(expected['user-agent']).sort());
    await expectSigned(own);
  });

  test('are signed with what the provider gives at the time', async () => {
    let given = 0;
    const provider = async () => ({
      ...credentials,
      accessKeyId: `key-${++given}`,
      expiration: new Date(Date.now() + (given === 1 ? 1 : 3_600_000)),
    });
    const { notes, requests } = capturing({ credentials: provider });
    for (let i = 0; i < 3; i++) await notes.get(key);
    const used = requests.map(({ headers }) => /Credential=([^/]+)/.exec(headers.authorization)?.[1]);
    expect(used.at(-1)).toBe('key-2');
    expect(given).toBe(2);
  });

  test('are signed by the service’s clock, once it is known', async () => {
    const ahead = () => new Date(Date.now() + 3_600_000);
    const skewed = { status: 400, body: { __type: 'com.amazon.coral.service#RequestTimeTooSkewed' } };
    const { notes, requests } = capturing({}, (number) => ({
      ...(number === 0 ? skewed : { body: found }),
      headers: { date: ahead().toUTCString() },
    }));
    expect(await notes.get(key)).toEqual(key);
    const times = requests.map(({ headers }) => headers['x-amz-date'].slice(9, 11));
    expect(times).toEqual(
      [new Date().getUTCHours(), ahead().getUTCHours()].map((hour) => String(hour).padStart(2, '0')),
    );
    await expectSigned(requests[1]);
  });
});

describe('answers', () => {
  test('are what middleware sees, with their metadata', async () => {
    const { client, notes } = capturing({}, () => ({ body: found, headers: { 'x-amzn-requestid': 'r9' } }));
    let output: any;
    client.middlewareStack.add((next: any) => async (args: any) => {
      const result = await next(args);
      output = result.output;
      return result;
    });
    await notes.get(key);
    expect(output).toMatchObject({
      ...found,
      $metadata: { httpStatusCode: 200, requestId: 'r9', attempts: 1, totalRetryDelay: 0 },
    });
  });

  test('that refuse are the SDK’s typed exceptions', async () => {
    const Item = { id: { S: 'n1' }, text: { S: 'stored' } };
    const refused = { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException', message: 'no', Item };
    const { notes } = capturing({}, () => ({ status: 400, body: refused }));
    const error = await thrownBy(notes.create({ id: 'n1' }), ConditionFailedError);
    expect(error.item).toEqual({ id: 'n1', text: 'stored' });
    expect(error.cause).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error.cause).toMatchObject({ $fault: 'client', $metadata: { httpStatusCode: 400, requestId: 'r1' } });
    expect((error.cause as any).$response.headers).toMatchObject({ 'x-amzn-requestid': 'r1' });
  });

  test('that throttle take tokens from the client’s own bucket', async () => {
    const { client, notes, requests } = capturing({ maxAttempts: 3 }, () => ({
      status: 400,
      body: { __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException' },
    }));
    const { capacity } = (await client.config.retryStrategy()) as any;
    await thrownBy(notes.get(key), ThrottledError);
    expect(requests.map(({ headers }) => headers['amz-sdk-request'])).toEqual(
      [1, 2, 3].map((n) => `attempt=${n}; max=3`),
    );
    expect(((await client.config.retryStrategy()) as any).capacity).toBeLessThan(capacity);
  });
});

describe('the SDK’s own steps are gone through', () => {
  const withoutStep = (name: string) => {
    const all = capturing({});
    all.client.middlewareStack.remove(name);
    return all;
  };
  const signed = vi.fn(async (request: object) => request);
  const ways: [what: string, make: () => ReturnType<typeof capturing>][] = [
    ['where one of them is missing', () => withoutStep('recursionDetectionMiddleware')],
    ['where the user signs', () => capturing({ signer: { sign: signed } as never })],
  ];

  test.each(ways)('%s', async (_what, make) => {
    const { client, notes, requests } = make();
    const { observe, operations } = recordOperations();
    const bound = createTables({ client, models: { notes: Note } }).$bind({ observe });
    expect(await notes.get(key)).toEqual(key);
    expect(await bound.notes.get(key)).toEqual(key);
    expect(operations[0]?.outcome).toMatchObject({ items: 1, requestId: 'r1', attempts: [{ status: 200 }] });
    expect(requests[0].hostname).toBe('dynamodb.eu-west-1.amazonaws.com');
  });

  test('with items in refusals as they are stored', async () => {
    const Item = { id: { S: 'n1' }, ['__proto__']: { M: { ['__proto__']: { B: 'AAE=' } } } };
    const refused = { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException', Item };
    const { client, notes } = capturing({}, () => ({ status: 400, body: refused }));
    client.middlewareStack.remove('hostHeaderMiddleware');
    const error = await thrownBy(notes.create({ id: 'n1' }), ConditionFailedError);
    expect(error.item).toMatchObject({ id: 'n1' });
    expect(error.cause).toBeInstanceOf(ConditionalCheckFailedException);
  });
});

test('a signal reaches the request handler, and the next request has its own', async () => {
  const signals: unknown[] = [];
  const requestHandler = {
    handle: (_request: object, options?: { abortSignal?: AbortSignal }) => {
      signals.push(options?.abortSignal);
      return new Promise((_resolve, reject) => {
        options?.abortSignal?.addEventListener('abort', () =>
          reject(Object.assign(new Error(), { name: 'AbortError' })),
        );
      });
    },
  };
  const client = new DynamoDBClient({ region: 'eu-west-1', credentials, requestHandler: requestHandler as never });
  const tables = createTables({ client, models: { notes: Note } });
  const controllers = [new AbortController(), new AbortController()];
  const reads = controllers.map(({ signal }) =>
    thrownBy(tables.$withSignal(signal).notes.get(key), DeadlineExceededError),
  );
  await expect.poll(() => signals.length).toBe(2);
  controllers[1]?.abort(new Error('second'));
  expect((await reads[1])?.cause).toMatchObject({ message: 'second' });
  controllers[0]?.abort(new Error('first'));
  expect((await reads[0])?.cause).toMatchObject({ message: 'first' });
  expect(signals).toEqual(controllers.map(({ signal }) => signal));
});
