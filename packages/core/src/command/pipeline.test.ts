import { DynamoDBClient, type DynamoDBClientConfig, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { createMiddlewareStack } from '../lean/middleware-stack.ts';
import { createLeanClient } from '../lean.ts';
import type { Client } from './client.ts';
import { type Call, DynamoCommand } from './command.ts';

const input = { TableName: 'notes', Key: { id: { S: 'a' } } };
const credentials = { accessKeyId: 'a', secretAccessKey: 's' };

/** A client whose requests go nowhere: they are kept, and answered. */
function capturing(config: DynamoDBClientConfig = {}) {
  const requestHandler = {
    handle: vi.fn(async (_request: any, _options: any) => ({
      response: { statusCode: 200, headers: {}, body: Buffer.from('{"Item":{"id":{"S":"a"}}}') },
    })),
  };
  const given = { region: 'eu-west-1', credentials, requestHandler: requestHandler as never };
  return { client: new DynamoDBClient({ ...given, ...config }), given, requestHandler };
}

function commandOf(name: string, call: Partial<Call> = {}): DynamoCommand {
  const tries = { attempts: [], sent: false, unanswered: false, lastError: undefined };
  return new DynamoCommand(name, input, { binding: {}, tries, tables: ['notes'], ...call });
}

/** The headers of a request, without a step of the official client. */
async function headersWithout(step: string): Promise<Record<string, string>> {
  const { client, requestHandler } = capturing();
  client.middlewareStack.remove(step);
  await client.send(commandOf('GetItem') as never);
  return requestHandler.handle.mock.calls[0]?.[0].headers;
}

const SDK_STEPS = [
  'serializerMiddleware',
  'contentLengthMiddleware',
  'getUserAgentMiddleware',
  'hostHeaderMiddleware',
  'recursionDetectionMiddleware',
  'retryMiddleware',
  'httpSigningMiddleware',
  'awsAuthMiddleware',
  'apiKeyMiddleware',
  'tokenMiddleware',
  'httpAuthSchemeMiddleware',
  'endpointV2Middleware',
  'deserializerMiddleware',
];

describe('a pipeline', () => {
  const { given } = capturing();

  it.each<[string, () => Client]>([
    ['official', () => capturing().client as never],
    ['lean', () => createLeanClient(given)],
  ])('of the %s client is put together once for an operation, and again after a change', async (_name, make) => {
    const client = make();
    const clone = vi.spyOn(client.middlewareStack, 'clone');
    const put = async (name: string): Promise<number> => {
      clone.mockClear();
      for (let i = 0; i < 2; i++) await client.send(commandOf(name));
      return clone.mock.calls.length;
    };
    const passOn = (next: unknown) => next;
    expect(await put('GetItem')).toBe(1);
    expect(await put('GetItem')).toBe(0);
    expect(await put('Query')).toBe(1);
    client.middlewareStack.add(passOn, { name: 'own', step: 'build', tags: ['own'] });
    expect([await put('GetItem'), await put('Query')]).toEqual([1, 1]);
    client.middlewareStack.addRelativeTo(passOn, { name: 'beside', relation: 'after', toMiddleware: 'own' });
    expect(await put('GetItem')).toBe(1);
    expect(client.middlewareStack.remove('beside')).toBe(true);
    expect(await put('GetItem')).toBe(1);
    expect(client.middlewareStack.removeByTag('own')).toBe(true);
    expect(await put('GetItem')).toBe(1);
    expect(await put('GetItem')).toBe(0);
  });

  it('has one signer and one destination for all its operations', async () => {
    const region = vi.fn(async () => 'eu-west-1');
    const { client } = capturing({ region });
    await client.send(commandOf('GetItem') as never);
    const asked = region.mock.calls.length;
    await client.send(commandOf('Query') as never);
    expect(region.mock.calls.length).toBe(asked);
  });

  it('runs middleware of the user in the order of the official client', async () => {
    const orderOf = async (client: Client, command: unknown): Promise<string[]> => {
      const order: string[] = [];
      const marking = (name: string) => (next: any) => (args: any) => {
        order.push(name);
        return next(args);
      };
      for (const step of ['initialize', 'serialize', 'build', 'finalizeRequest', 'deserialize'] as const) {
        for (const priority of ['high', 'normal', 'low'] as const) {
          client.middlewareStack.add(marking(`${step} ${priority}`), { step: step as 'build', priority });
        }
      }
      for (const toMiddleware of SDK_STEPS) {
        for (const relation of ['before', 'after'] as const) {
          client.middlewareStack.addRelativeTo(marking(`${relation} ${toMiddleware}`), { relation, toMiddleware });
        }
      }
      await client.send(command as never);
      return order;
    };
    const official = await orderOf(capturing().client as never, new GetItemCommand(input));
    expect(official).toHaveLength(15 + 2 * SDK_STEPS.length);
    expect(await orderOf(capturing().client as never, commandOf('GetItem'))).toEqual(official);
    expect(await orderOf(createLeanClient(given), commandOf('GetItem'))).toEqual(official);
  });

  it('has none of the official client’s steps that are replaced', async () => {
    const { given } = capturing();
    const { config } = createLeanClient(given);
    const stack = createMiddlewareStack();
    const ran: string[] = [];
    const telling = (name: string) => (next: any) => (args: any) => {
      ran.push(name);
      return next(args);
    };
    const steps = SDK_STEPS.filter((name) => !/^(awsAuth|apiKey|token)/.test(name));
    for (const name of [...steps, 'loggerMiddleware']) stack.add(telling(name), { name, step: 'initialize' });
    const signer = async (_scheme: object) => {};
    const command = commandOf('GetItem');
    const official = { ...config, protocol: {}, signer } as never;
    await command.resolveMiddleware(stack, official)(command);
    expect(ran).toEqual(['loggerMiddleware']);
  });

  it('tells middleware what the official client tells of an operation', async () => {
    const { client } = capturing({ logger: console });
    let told: any;
    client.middlewareStack.add((next: any, context: any) => {
      told = context;
      return next;
    });
    await client.send(commandOf('GetItem') as never);
    expect(told).toMatchObject({
      logger: console,
      clientName: 'DynamoDBClient',
      commandName: 'GetItemCommand',
      __smithy_context: {
        service: 'DynamoDB_20120810',
        operation: 'GetItem',
        operationSchema: [9, 'com.amazonaws.dynamodb', 'GetItem', 0, 15, 15],
      },
    });
    expect(told.inputFilterSensitiveLog(input)).toBe(input);
    expect(told.outputFilterSensitiveLog(input)).toBe(input);
  });

  it('ends in the request handler, with the signal, or in what answers in its place', async () => {
    const { client, requestHandler } = capturing();
    const { signal } = new AbortController();
    await client.send(commandOf('GetItem', { binding: { signal } }) as never);
    expect(requestHandler.handle.mock.calls[0]?.[1]).toEqual({ abortSignal: signal });
    const handle = vi.fn(async () => ({ response: { statusCode: 200, headers: {}, body: '{"Item":{}}' } }));
    expect(await client.send(commandOf('GetItem', { handle }) as never)).toMatchObject({ Item: {} });
    expect(handle).toHaveBeenCalledWith(expect.objectContaining({ body: JSON.stringify(input) }));
    expect(requestHandler.handle).toHaveBeenCalledTimes(1);
  });
});

describe('the SDK’s own steps are gone through', () => {
  it.each([
    ['getUserAgentMiddleware', 'user-agent'],
    ['hostHeaderMiddleware', 'host'],
    ['contentLengthMiddleware', 'content-length'],
    ['httpSigningMiddleware', 'authorization'],
  ])('where %s is missing: the request has no %s', async (step, header) => {
    const { client, requestHandler } = capturing();
    await client.send(commandOf('GetItem') as never);
    expect(requestHandler.handle.mock.calls[0]?.[0].headers).toHaveProperty(header);
    expect(await headersWithout(step)).not.toHaveProperty(header);
  });

  it.each([
    ['an object', (sign: any) => ({ sign })],
    ['a function that gives one', (sign: any) => async () => ({ sign })],
  ])('where the user signs, with %s', async (_what, signerOf) => {
    const sign = vi.fn(async (request: any) => {
      request.headers.authorization = 'by the user';
      return request;
    });
    const { client, requestHandler } = capturing({ signer: signerOf(sign) });
    await client.send(commandOf('GetItem') as never);
    expect(sign).toHaveBeenCalledTimes(1);
    expect(requestHandler.handle.mock.calls[0]?.[0].headers.authorization).toBe('by the user');
  });
});
