import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLeanClient } from '../lean.ts';
import type { Client } from './client.ts';
import { DynamoCommand } from './command.ts';

afterEach(() => void vi.unstubAllEnvs());

const input = { TableName: 'notes', Key: { id: { S: 'a' } } };

function ownCommand(): DynamoCommand {
  const tries = { attempts: [], sent: false, unanswered: false, lastError: undefined };
  return new DynamoCommand('GetItem', input, { binding: {}, tries, tables: ['notes'] });
}

const CLIENTS: [string, (config: any) => Client, () => unknown][] = [
  ['the official client and its own command', (config) => new DynamoDBClient(config), () => new GetItemCommand(input)],
  ['the official client', (config) => new DynamoDBClient(config), ownCommand],
  ['the lean client', (config) => createLeanClient(config), ownCommand],
];

/** The headers of a request, after middleware of the user. */
async function headersBy(
  make: (config: any) => Client,
  command: unknown,
  change: (request: any) => void,
  endpoint?: string,
): Promise<Record<string, string>> {
  const handle = vi.fn(async (_request: any) => ({
    response: { statusCode: 200, headers: {}, body: Buffer.from('{}') },
  }));
  const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
  const client = make({ region: 'eu-west-1', endpoint, credentials, requestHandler: { handle } });
  const changing = (next: any) => (args: any) => {
    change(args.request);
    return next(args);
  };
  client.middlewareStack.add(changing, { step: 'build', name: 'changing' });
  await client.send(command);
  return handle.mock.calls[0]?.[0].headers;
}

describe.each(CLIENTS)('middleware that sends requests elsewhere: %s', (_name, make, commandOf) => {
  it.each<[string, object]>([
    ['other.example', { hostname: 'other.example' }],
    ['other.example:8443', { hostname: 'other.example', port: 8443 }],
    ['dynamodb.eu-west-1.amazonaws.com:8443', { port: 8443 }],
    ['own.example', { hostname: 'other.example', host: 'own.example' }],
  ])('names the host %s', async (host, { host: own, ...place }: { host?: string }) => {
    const headers = await headersBy(make, commandOf(), (request) => {
      Object.assign(request, place);
      if (own !== undefined) request.headers.host = own;
    });
    expect(headers.host).toBe(host);
  });

  it('names no port where there is none', async () => {
    const change = (request: any): void => void delete request.port;
    expect((await headersBy(make, commandOf(), change, 'https://h.example:8443')).host).toBe('h.example');
  });

  it('names the endpoint where nothing was changed', async () => {
    expect((await headersBy(make, commandOf(), () => {}, 'https://h.example:8443')).host).toBe('h.example:8443');
  });
});

describe.each(CLIENTS)('a trace without a name: %s', (_name, make, commandOf) => {
  it('is not told of', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'notes');
    vi.stubEnv('_X_AMZN_TRACE_ID', '');
    expect(await headersBy(make, commandOf(), () => {})).not.toHaveProperty('X-Amzn-Trace-Id');
  });
});
