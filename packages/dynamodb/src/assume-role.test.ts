import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { assumedRole } from './assume-role.ts';

let aws: Server;
let endpoint: string;
/** What the token service was asked for. */
let asked: URLSearchParams[];
/** The session tokens that requests to DynamoDB carried. */
let tokens: (string | string[] | undefined)[];

/** DynamoDB, and a token service whose credentials have `holdsFor` milliseconds left. */
async function startAws(holdsFor: number): Promise<void> {
  asked = [];
  tokens = [];
  aws = createServer((request, response) => {
    if (request.headers['x-amz-target'] !== undefined) {
      tokens.push(request.headers['x-amz-security-token']);
      request.resume();
      response.end('{}');
      return;
    }
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push(new URLSearchParams(body));
      const expiration = new Date(Date.now() + holdsFor).toISOString();
      const fields = [
        '<AccessKeyId>role-key</AccessKeyId>',
        '<SecretAccessKey>role-secret</SecretAccessKey>',
        `<SessionToken>token-${asked.length}</SessionToken>`,
        `<Expiration>${expiration}</Expiration>`,
      ];
      const credentials = `<Credentials>${fields.join('')}</Credentials>`;
      response.end(`<AssumeRoleResponse><AssumeRoleResult>${credentials}</AssumeRoleResult></AssumeRoleResponse>`);
    });
  });
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
  vi.stubEnv('AWS_ENDPOINT_URL_STS', endpoint);
}

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'function-key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'function-secret');
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'orders');
});
afterEach(() => {
  vi.unstubAllEnvs();
  aws.closeAllConnections();
  aws.close();
});

/** A read by a client that acts as the role. */
function readerAsRole(options: Parameters<typeof assumedRole>[0]): () => Promise<unknown> {
  const client = new DynamoDBClient({ region: 'us-east-1', endpoint, credentials: assumedRole(options) });
  return () => client.send(new GetItemCommand({ TableName: 'orders', Key: { id: { S: '1' } } }));
}

const roleArn = 'arn:aws:iam::210987654321:role/orders-reader';

it('asks for the role once while its credentials hold', async () => {
  await startAws(3_600_000);
  const read = readerAsRole({ roleArn, externalId: 'partner' });
  await Promise.all([read(), read()]);
  await read();
  expect(tokens).toEqual(['token-1', 'token-1', 'token-1']);
  expect(asked.map((parameters) => Object.fromEntries(parameters))).toEqual([
    expect.objectContaining({
      Action: 'AssumeRole',
      RoleArn: roleArn,
      RoleSessionName: 'orders',
      ExternalId: 'partner',
      DurationSeconds: '3600',
    }),
  ]);
});

it('renews credentials that are about to expire', async () => {
  await startAws(1_000);
  const read = readerAsRole({ roleArn });
  await read();
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await read();
  expect(asked.length).toBeGreaterThan(1);
  expect(new Set(tokens).size).toBe(2);
});
