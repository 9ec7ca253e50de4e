import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHttp } from '@aws-sdk/credential-providers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { containerCredentials } from './container-credentials.ts';
import { stubEnvironment } from './environment.fixture.ts';
import { createHttpHandler, type HttpHandler } from './http-handler.ts';
import { serve, type TestServer } from './server.fixture.ts';

let server: TestServer | undefined;

beforeEach(() => stubEnvironment());

afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  server = undefined;
});

const ANSWER = {
  AccessKeyId: 'AKIA1',
  SecretAccessKey: 'secret',
  Token: 'token',
  Expiration: '2026-01-01T00:00:00Z',
  AccountId: '123456789012',
};

const answer: RequestListener = (_request, response) => response.end(JSON.stringify(ANSWER));

async function served(listener: RequestListener, variables: Record<string, string> = {}): Promise<void> {
  server = await serve(listener);
  stubEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/v1/credentials?role=a`, ...variables });
}

describe('containerCredentials', () => {
  it('are none without an address in the environment', async () => {
    expect(await containerCredentials()).toBeUndefined();
  });

  it('asks as the SDK does, and closes the connection', async () => {
    const seen: unknown[] = [];
    await served(
      (request, response) => {
        seen.push({ method: request.method, url: request.url, authorization: request.headers.authorization });
        answer(request, response);
      },
      { AWS_CONTAINER_AUTHORIZATION_TOKEN: 'Bearer t' },
    );
    const own = await containerCredentials();
    expect(own).toMatchObject(await fromHttp()().then(({ $source: _, ...sdk }: any) => sdk));
    expect(own).toEqual({
      accessKeyId: 'AKIA1',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: new Date('2026-01-01T00:00:00Z'),
    });
    expect(seen[0]).toEqual({ method: 'GET', url: '/v1/credentials?role=a', authorization: 'Bearer t' });
    expect(seen[1]).toEqual(seen[0]);
    await vi.waitFor(() => expect(server?.sockets[0]?.destroyed).toBe(true));
  });

  it('reads the token of a file each time, before another one', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'token-'));
    const file = join(directory, 'token');
    const seen: unknown[] = [];
    await served(
      (request, response) => {
        seen.push(request.headers.authorization);
        answer(request, response);
      },
      { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'other' },
    );
    try {
      for (const token of ['one', 'two', '']) {
        await writeFile(file, token);
        await containerCredentials();
      }
      expect(seen).toEqual(['one', 'two', undefined]);
      await writeFile(file, 'one\r\nx-more: two');
      await expect(containerCredentials()).rejects.toThrow('contains a line break');
    } finally {
      await rm(directory, { recursive: true });
    }
    await expect(containerCredentials()).rejects.toMatchObject({
      name: 'CredentialsProviderError',
      message: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read',
      cause: { code: 'ENOENT' },
    });
  });

  it('asks ECS for a relative address, which goes before a full one', async () => {
    const handle = vi.fn<HttpHandler['handle']>(async () => ({
      response: { statusCode: 200, headers: {}, body: Buffer.from(JSON.stringify(ANSWER)) },
    }));
    const handler: HttpHandler = { ...createHttpHandler(), handle };
    stubEnvironment({
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1/',
    });
    await containerCredentials(handler);
    expect(handle).toHaveBeenCalledWith({
      protocol: 'http:',
      hostname: '169.254.170.2',
      port: undefined,
      path: '/v2/credentials/1',
      method: 'GET',
      headers: { host: '169.254.170.2' },
    });
    handle.mockClear();
    stubEnvironment({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/2' });
    await containerCredentials(handler);
    expect(handle).toHaveBeenCalledWith(expect.objectContaining({ path: '/v2/credentials/2' }));
    handle.mockClear();
    for (const host of ['169.254.170.23', '[fd00:ec2::23]', '[::1]', 'localhost', '127.8.9.10']) {
      stubEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://${host}:8080/v1` });
      await containerCredentials(handler);
    }
    stubEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'https://credentials.example.com/v1' });
    await containerCredentials(handler);
    expect(handle).toHaveBeenCalledTimes(6);
  });

  it.each([
    'http://example.com/',
    'http://127.0.0.1.example.com/',
    'http://169.254.169.254/latest',
    'http://169.254.170.2@example.com/',
    'ftp://localhost/',
    'no URL',
  ])('sends nothing to another machine without TLS: %s', async (full) => {
    const handle = vi.fn<HttpHandler['handle']>();
    stubEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: full });
    await expect(containerCredentials({ ...createHttpHandler(), handle })).rejects.toMatchObject({
      name: 'CredentialsProviderError',
      message: expect.stringContaining('must be an https: URL'),
    });
    stubEnvironment({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '@example.com/' });
    await expect(containerCredentials({ ...createHttpHandler(), handle })).rejects.toThrow('must be an https: URL');
    expect(handle).not.toHaveBeenCalled();
  });

  it('tries again after failures of the server, and broken connections', async () => {
    let asked = 0;
    await served((request, response) => {
      asked++;
      if (asked === 1) response.writeHead(503).end('{}');
      else if (asked === 2) request.socket.destroy();
      else answer(request, response);
    });
    expect(await containerCredentials()).toMatchObject({ accessKeyId: 'AKIA1' });
    expect(asked).toBe(3);
  });

  it('tries again when it has asked too often, as agents of ECS and EKS say', async () => {
    let asked = 0;
    await served((request, response) => {
      if (++asked === 1) response.writeHead(429).end('{}');
      else answer(request, response);
    });
    expect(await containerCredentials()).toMatchObject({ accessKeyId: 'AKIA1' });
    expect(asked).toBe(2);
  });

  it('asks again after a second without an answer', async () => {
    let asked = 0;
    await served((request, response) => {
      if (++asked > 1) answer(request, response);
      else setTimeout(() => response.writeHead(403).end(), 2_000);
    });
    expect(await containerCredentials()).toMatchObject({ accessKeyId: 'AKIA1' });
    expect(asked).toBe(2);
  });

  it('gives up after four tries', async () => {
    let asked = 0;
    await served((_request, response) => {
      asked++;
      response.writeHead(500).end();
    });
    await expect(containerCredentials()).rejects.toMatchObject({
      name: 'CredentialsProviderError',
      message: expect.stringMatching(/did not answer$/),
      cause: { message: 'Status 500' },
    });
    expect(asked).toBe(4);
  });

  it('gives up at once when it is refused', async () => {
    let asked = 0;
    await served((_request, response) => {
      asked++;
      response.writeHead(403).end('{"Message":"secret"}');
    });
    await expect(containerCredentials()).rejects.toMatchObject({
      name: 'CredentialsProviderError',
      message: 'The server of credentials refused: status 403',
    });
    expect(asked).toBe(1);
  });

  it.each([
    ...['', 'null', '[]', 'nonsense', '{"AccessKeyId":"a"}'],
    ...[{ AccessKeyId: 1 }, { SecretAccessKey: null }, { Token: undefined }, { Expiration: 'soon' }].map((wrong) =>
      JSON.stringify({ ...ANSWER, ...wrong }),
    ),
  ])('says that an answer is none, without quoting it: %s', async (text) => {
    await served((_request, response) => response.end(text));
    await expect(containerCredentials()).rejects.toMatchObject({
      name: 'CredentialsProviderError',
      message: expect.stringMatching(/did not answer with AccessKeyId, SecretAccessKey, Token and Expiration$/),
    });
  });
});
