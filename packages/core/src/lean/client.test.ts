import { readFileSync } from 'node:fs';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { captureAWSv3Client, enableManualMode, Segment } from 'aws-xray-sdk-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Handler, HttpRequest } from '../command/client.ts';
import { createLeanClient, type LeanClientOptions, VERSION } from './client.ts';
import { stubEnvironment } from './environment.fixture.ts';

const ENVIRONMENT = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret' };

beforeEach(() => stubEnvironment(ENVIRONMENT));
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A command as `createTables` makes it, which sends its input as it is. */
class PlainCommand {
  readonly input: object;

  constructor(input: object) {
    this.input = input;
  }

  resolveMiddleware(stack: any, config: any): Handler {
    const own = stack.clone();
    own.add(
      (next: Handler) => (args: any) => next({ ...args, request: { headers: {}, body: JSON.stringify(args.input) } }),
      {
        step: 'serialize',
      },
    );
    const context = { clientName: 'DynamoDBClient', commandName: 'GetItemCommand' };
    return own.resolve(async ({ request }: { request: HttpRequest }) => {
      const { response } = await config.requestHandler.handle(request);
      return { response, output: { ...JSON.parse(response.body), $metadata: { httpStatusCode: 200, attempts: 1 } } };
    }, context);
  }
}

/** Answers with what it was sent. */
function echoHandler() {
  return {
    handle: vi.fn(async ({ body }: HttpRequest) => ({ response: { statusCode: 200, headers: {}, body } })),
    destroy: vi.fn(),
  };
}

async function endpointOf(options: LeanClientOptions = {}): Promise<unknown> {
  const { config } = createLeanClient(options);
  const { protocol, hostname, port, path } = (await config.endpoint?.()) ?? {};
  return protocol && `${protocol}//${hostname}:${port}${path}`;
}

describe('createLeanClient', () => {
  it('sends a command through its middleware, and gives its output', async () => {
    const requestHandler = echoHandler();
    const client = createLeanClient({ requestHandler });
    client.middlewareStack.add(
      (next: Handler) => async (args: any) => {
        args.request.headers['x-mine'] = 'yes';
        return next(args);
      },
      { step: 'build', name: 'mine' },
    );
    expect(await client.send(new PlainCommand({ a: 1 }))).toMatchObject({ a: 1 });
    expect(requestHandler.handle).toHaveBeenCalledWith({ headers: { 'x-mine': 'yes' }, body: '{"a":1}' });
    client.middlewareStack.remove('mine');
    await client.send(new PlainCommand({}));
    expect(requestHandler.handle).toHaveBeenLastCalledWith({ headers: {}, body: '{}' });
    client.destroy();
    expect(requestHandler.destroy).toHaveBeenCalledOnce();
    createLeanClient({ requestHandler: { handle: requestHandler.handle } }).destroy(); // there is nothing to close
  });

  it('is traced by the X-Ray SDK', async () => {
    const requestHandler = echoHandler();
    enableManualMode();
    const segment = new Segment('test');
    const client = captureAWSv3Client(createLeanClient({ requestHandler }), segment);
    await client.send(new PlainCommand({ TableName: 'orders' }));
    const [subsegment] = segment.subsegments ?? [];
    expect(JSON.parse(`${subsegment}`)).toMatchObject({
      name: 'DynamoDB',
      namespace: 'aws',
      aws: { operation: 'GetItem', region: 'eu-west-1', table_name: 'orders' },
      http: { response: { status: 200 } },
    });
    expect(requestHandler.handle.mock.calls[0]?.[0].headers['X-Amzn-Trace-Id']).toContain(segment.trace_id);
  });

  it.each([
    ['a command of the SDK', new GetItemCommand({ TableName: 't', Key: {} })],
    ['another object', {}],
    ['nothing', undefined],
  ])('refuses %s', async (_what, command) => {
    await expect(createLeanClient().send(command as never)).rejects.toThrow(
      new TypeError(
        'The lean client sends the requests of `createTables` alone: for commands of the SDK, take a DynamoDBClient',
      ),
    );
  });

  it("resolves the same settings as the SDK's client", async () => {
    stubEnvironment({
      ...ENVIRONMENT,
      AWS_MAX_ATTEMPTS: '7',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_ACCOUNT_ID_ENDPOINT_MODE: 'disabled',
      AWS_ACCOUNT_ID: '123456789012',
    });
    const [own, sdk] = await Promise.all(
      [createLeanClient(), new DynamoDBClient()].map(async ({ config }) => ({
        region: await config.region(),
        maxAttempts: await config.maxAttempts(),
        useFips: await config.useFipsEndpoint(),
        useDualstack: await config.useDualstackEndpoint(),
        accountIdEndpointMode: await config.accountIdEndpointMode?.(),
        account: (await config.credentials()).accountId,
        offset: config.systemClockOffset,
      })),
    );
    expect(own).toEqual(sdk);
  });

  it('lets options go before the environment', async () => {
    stubEnvironment({ AWS_DEFAULT_REGION: 'us-east-1' });
    expect(await createLeanClient().config.region()).toBe('us-east-1');
    stubEnvironment({ AWS_REGION: 'us-west-1', AWS_DEFAULT_REGION: 'us-east-1', AWS_USE_FIPS_ENDPOINT: 'true' });
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const { config } = createLeanClient({ region: 'eu-west-1', maxAttempts: 2, useFipsEndpoint: false, credentials });
    expect(await config.region()).toBe('eu-west-1');
    expect(await config.maxAttempts()).toBe(2);
    expect(await config.useFipsEndpoint()).toBe(false);
    expect(await config.credentials()).toBe(credentials);
    expect(await config.retryStrategy()).toBeTypeOf('object');
    expect(await config.retryStrategy()).toBe(await config.retryStrategy()); // one bucket of tokens for all requests
    expect(await createLeanClient({ useFipsEndpoint: false }).config.maxAttempts()).toBe(4);
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'True');
    expect(await createLeanClient().config.useFipsEndpoint()).toBe(true);
  });

  it('takes a configured endpoint as the SDK does', async () => {
    expect(await endpointOf()).toBeUndefined();
    stubEnvironment({ ...ENVIRONMENT, AWS_ENDPOINT_URL: 'http://localhost:1/a' });
    expect(await endpointOf()).toBe('http://localhost:1/a');
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://localhost:2');
    expect(await endpointOf()).toBe('http://localhost:2/');
    expect(await endpointOf({ endpoint: 'https://localhost:3' })).toBe('https://localhost:3/');
    expect(await endpointOf({ endpoint: 'https://localhost' })).toBe('https://localhost:undefined/');
    expect(createLeanClient().config.isCustomEndpoint).toBe(true);
    vi.stubEnv('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'true');
    expect(await endpointOf()).toBeUndefined();
    expect(await endpointOf({ endpoint: 'https://localhost:3' })).toBe('https://localhost:3/');
  });

  it.each<[string, LeanClientOptions, Record<string, string>]>([
    ['No region', {}, { AWS_REGION: '' }],
    ['The region "a/b" is none', { region: 'a/b' }, {}],
    ['maxAttempts (or AWS_MAX_ATTEMPTS)', { maxAttempts: 0 }, {}],
    ['maxAttempts (or AWS_MAX_ATTEMPTS)', { maxAttempts: 1.5 }, {}],
    ['maxAttempts (or AWS_MAX_ATTEMPTS)', {}, { AWS_MAX_ATTEMPTS: 'many' }],
    ['AWS_USE_FIPS_ENDPOINT must be', {}, { AWS_USE_FIPS_ENDPOINT: '1' }],
    ['AWS_USE_DUALSTACK_ENDPOINT must be', {}, { AWS_USE_DUALSTACK_ENDPOINT: 'yes' }],
    ['AWS_USE_FIPS_ENDPOINT must be', {}, { AWS_USE_FIPS_ENDPOINT: 'untrue' }],
    ['AWS_USE_FIPS_ENDPOINT must be', {}, { AWS_USE_FIPS_ENDPOINT: 'falsely' }],
    ['accountIdEndpointMode must be one of preferred, disabled, required', {}, { AWS_ACCOUNT_ID_ENDPOINT_MODE: 'x' }],
    ['The endpoint (or AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL) must be', { endpoint: 'localhost:8000' }, {}],
    ['must be an http: or https: URL', { endpoint: 'no URL' }, {}],
    ['must be an http: or https: URL', { endpoint: 'ftp://localhost' }, {}],
    ['FIPS and a custom endpoint', { endpoint: 'https://localhost', useFipsEndpoint: true }, {}],
    ['The endpoint on dynamodb is unencrypted', { endpoint: 'http://dynamodb:8000' }, {}],
    ['HTTPS_PROXY names a proxy', {}, { HTTPS_PROXY: 'http://proxy:1' }],
  ])('is not made when "%s…"', (message, options, variables) => {
    stubEnvironment({ ...ENVIRONMENT, ...variables });
    expect(() => createLeanClient(options)).toThrow(TypeError);
    expect(() => createLeanClient(options)).toThrow(message);
  });

  it('goes to another machine without TLS when that is allowed', async () => {
    expect(await endpointOf({ endpoint: 'http://dynamodb:8000', allowPlainHttp: true })).toBe('http://dynamodb:8000/');
    expect(await endpointOf({ endpoint: 'http://127.1.2.3:8000' })).toBe('http://127.1.2.3:8000/');
  });

  it('names itself to DynamoDB, with its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(VERSION).toBe(version);
    expect(await createLeanClient().config.defaultUserAgentProvider()).toEqual([
      ['tabletheory', version],
      ['lang/js'],
      ['md/nodejs', process.versions.node],
    ]);
  });
});
