import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTables, DeadlineExceededError, defineModel, string } from './index.ts';
import { stubEnvironment } from './lean/environment.fixture.ts';
import { serve, serveTls, type TestServer, testCertificate } from './lean/server.fixture.ts';
import { createLeanClient, type LeanClient, type LeanClientOptions } from './lean.ts';

const Note = defineModel({
  name: 'Note',
  table: 'notes',
  key: { partition: 'id' },
  attributes: { id: string(), text: string({ optional: true }) },
});
const key = { id: 'ü1' };
const FOUND = { body: { Item: { id: { S: 'ü1' } } } };

const open: { close?(): Promise<void>; destroy?(): void }[] = [];

beforeEach(() => stubEnvironment({ AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret' }));

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const one of open.splice(0)) {
    one.destroy?.();
    await one.close?.();
  }
});

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

interface Asked {
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly port: number | undefined;
}

/** DynamoDB over TLS, as far as a test needs it. */
interface Service {
  readonly server: TestServer;
  readonly client: LeanClient;
  readonly asked: Asked[];
  get(): Promise<unknown>;
}

async function service(
  answer: (number: number, response: ServerResponse) => Answer | undefined = () => FOUND,
  options: LeanClientOptions = {},
): Promise<Service> {
  const asked: Asked[] = [];
  const server = await serveTls(async (request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const headers = request.headers as Record<string, string>;
    asked.push({ headers, body: Buffer.concat(parts).toString(), port: request.socket.remotePort });
    const given = answer(asked.length, response);
    if (given === undefined) return;
    response.writeHead(given.status ?? 200, { 'x-amzn-requestid': `r${asked.length}`, ...given.headers });
    response.end(JSON.stringify(given.body ?? {}));
  });
  const client = createLeanClient({ region: 'eu-west-1', endpoint: server.url, ca: testCertificate(), ...options });
  open.push(client, server);
  const { notes } = createTables({ client, models: { notes: Note } });
  return { server, client, asked, get: () => notes.get(key) };
}

function refusal(name: string, status = 400, headers: Record<string, string> = {}): Answer {
  const body = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'no' };
  return { status, headers, body };
}

describe('tables on the lean client', () => {
  it('send signed requests over one connection', async () => {
    const { get, asked, server } = await service();
    expect(await get()).toEqual(key);
    expect(await get()).toEqual(key);
    expect(server.sockets).toHaveLength(1);
    const { headers, body } = asked[0] as Asked;
    expect(body).toBe('{"TableName":"notes","Key":{"id":{"S":"ü1"}}}');
    expect(headers).toMatchObject({
      host: `127.0.0.1:${server.port}`,
      'content-type': 'application/x-amz-json-1.0',
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'user-agent': expect.stringMatching(/^tabletheory\/\d+\.\d+\.\d+ lang\/js md\/nodejs#\d+/),
      'amz-sdk-request': 'attempt=1; max=4',
    });
    await expectSigned(asked[0] as Asked, { accessKeyId: 'AKIA1', secretAccessKey: 'secret' });
  });

  it('try again after failures, with a signature of that moment', async () => {
    const answers = [refusal('InternalServerError', 500), refusal('ThrottlingException'), FOUND];
    const { get, asked } = await service((number) => answers[number - 1]);
    vi.spyOn(Math, 'random').mockReturnValue(0.001);
    expect(await get()).toEqual(key);
    expect(asked.map(({ headers }) => headers['amz-sdk-request'])).toEqual([
      'attempt=1; max=4',
      'attempt=2; max=4',
      'attempt=3; max=4',
    ]);
    for (const one of asked) await expectSigned(one, { accessKeyId: 'AKIA1', secretAccessKey: 'secret' });
  });

  it('try again over a new connection where the old one is gone', async () => {
    const { get, asked, server } = await service((number, response) => {
      if (number !== 2) return FOUND;
      response.destroy();
      return undefined;
    });
    await get();
    expect(await get()).toEqual(key);
    expect(asked).toHaveLength(3);
    expect(server.sockets).toHaveLength(2);
  });

  it('try again after an answer that is no HTTP, and say so when there is none', async () => {
    const { get, asked } = await service(
      (number, response) => {
        if (number === 2) return FOUND;
        response.socket?.end('nonsense\r\n\r\n');
        return undefined;
      },
      { maxAttempts: 2 },
    );
    expect(await get()).toEqual(key);
    await expect(get()).rejects.toMatchObject({ code: 'CONNECTION_FAILED', cause: { code: 'HPE_INVALID_CONSTANT' } });
    expect(asked).toHaveLength(4);
  });

  it('give up after the given number of tries, with the name and the id of the last answer', async () => {
    const { get, asked } = await service(() => refusal('ThrottlingException'), { maxAttempts: 2 });
    vi.spyOn(Math, 'random').mockReturnValue(0);
    await expect(get()).rejects.toMatchObject({
      code: 'THROTTLED',
      cause: { name: 'ThrottlingException', $metadata: { requestId: 'r2', httpStatusCode: 400 } },
    });
    expect(asked).toHaveLength(2);
  });

  it('do not try again what was refused', async () => {
    const { get, asked } = await service(() => refusal('ResourceNotFoundException'));
    await expect(get()).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
    expect(asked).toHaveLength(1);
  });

  it('no longer try again once most requests fail', async () => {
    const { get, asked } = await service(() => refusal('InternalServerError', 500));
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const tries: number[] = [];
    for (let i = 0; i < 15; i++) {
      const before = asked.length;
      await get().catch(() => {});
      tries.push(asked.length - before);
    }
    // 500 tokens pay for 35 further tries: three for each request, then two for the last one, then none.
    expect(tries).toEqual([...Array(11).fill(4), 3, 1, 1, 1]);
  });

  it('wait as long as the answer asks', async () => {
    const { get, asked } = await service((number) =>
      number === 1 ? refusal('InternalServerError', 503, { 'retry-after': '0.4' }) : FOUND,
    );
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const startedAt = performance.now();
    await get();
    expect(performance.now() - startedAt).toBeGreaterThan(390);
    expect(asked).toHaveLength(2);
  });

  it('end with the signal: in a back-off, and while they wait for an answer', async () => {
    for (const answer of [() => refusal('InternalServerError', 503, { 'retry-after': '5' }), () => undefined]) {
      const { client, asked } = await service(answer);
      const controller = new AbortController();
      const { notes } = createTables({ client, models: { notes: Note } }).$withSignal(controller.signal);
      const reading = notes.get(key);
      reading.catch(() => {});
      await vi.waitFor(() => expect(asked).toHaveLength(1));
      controller.abort(new Error('time is up'));
      await expect(reading).rejects.toMatchObject({
        constructor: DeadlineExceededError,
        cause: { message: 'time is up' },
      });
    }
  });

  it('end with the signal while credentials are awaited', async () => {
    const { client, asked } = await service(undefined, { credentials: () => new Promise(() => {}) });
    const signal = AbortSignal.timeout(30);
    const { notes } = createTables({ client, models: { notes: Note } }).$withSignal(signal);
    await expect(notes.get(key)).rejects.toBeInstanceOf(DeadlineExceededError);
    expect(asked).toHaveLength(0);
  });

  it('sign with credentials of the container, which are renewed', async () => {
    let given = 0;
    const container = await serve((_request, response) => {
      given++;
      const Expiration = new Date(Date.now() + (given === 1 ? 30_000 : 3_600_000)).toISOString();
      response.end(
        JSON.stringify({ AccessKeyId: `AKIA${given}`, SecretAccessKey: 's', Token: `t${given}`, Expiration }),
      );
    });
    open.push(container);
    stubEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.url}/` });
    const { get, asked } = await service();
    for (let i = 0; i < 3; i++) await get();
    // The first ones expire within a minute: they are renewed before each request, which asks for them more than once.
    expect(given).toBe(2);
    const [first, , last] = asked;
    await expectSigned(last as Asked, { accessKeyId: 'AKIA2', secretAccessKey: 's', sessionToken: 't2' });
    expect(first?.headers['x-amz-security-token']).toMatch(/^t[12]$/);
  });

  it('correct the clock by that of DynamoDB', async () => {
    const ahead = new Date(Date.now() + 3_600_000).toUTCString();
    const { get, asked, client } = await service((number) =>
      number === 1
        ? refusal('InvalidSignatureException', 400, { date: ahead })
        : { ...FOUND, headers: { date: ahead } },
    );
    expect(await get()).toEqual(key);
    const [first, second] = asked.map(({ headers }) => timeOf(headers['x-amz-date'] as string));
    expect((second as number) - (first as number)).toBeGreaterThan(3_590_000);
    expect(client.config.systemClockOffset).toBeGreaterThan(3_590_000);
  });

  it('go to the endpoint of the account, and of the region', async () => {
    const hosts: unknown[] = [];
    const requestHandler = {
      handle: async ({ protocol, hostname, headers }: any) => {
        hosts.push(`${protocol}//${hostname}`, headers.host);
        return { response: { statusCode: 200, headers: {}, body: Buffer.from('{}') } };
      },
    };
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b', accountId: '123456789012' };
    for (const options of [{ credentials }, { credentials, useDualstackEndpoint: true }, { region: 'cn-north-1' }]) {
      const client = createLeanClient({ region: 'eu-west-1', requestHandler, ...options });
      await createTables({ client, models: { notes: Note } }).notes.get(key);
    }
    expect(hosts.filter((_host, i) => i % 2 === 0)).toEqual([
      'https://123456789012.ddb.eu-west-1.amazonaws.com',
      'https://123456789012.ddb.eu-west-1.api.aws',
      'https://dynamodb.cn-north-1.amazonaws.com.cn',
    ]);
    expect(hosts[1]).toBe('123456789012.ddb.eu-west-1.amazonaws.com');
  });
});

function timeOf(date: string): number {
  return Date.parse(date.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
}

/** Signs a request again, with the SDK's signer, at the time it names. */
async function expectSigned(
  { headers, body }: Asked,
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
): Promise<void> {
  const { authorization, connection: _, ...signed } = headers;
  const signer = new SignatureV4({
    ...{ service: 'dynamodb', region: 'eu-west-1', credentials, applyChecksum: false },
    sha256: class {
      readonly #hash: ReturnType<typeof createHash>;
      constructor(secret?: unknown) {
        this.#hash = (secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string)) as never;
      }
      update(data: Uint8Array): void {
        this.#hash.update(data);
      }
      async digest(): Promise<Uint8Array> {
        return this.#hash.digest();
      }
      reset(): void {}
    },
  });
  const request = { method: 'POST', protocol: 'https:', hostname: '', path: '/', query: {}, headers: signed, body };
  const again = await signer.sign(request, { signingDate: new Date(timeOf(signed['x-amz-date'] as string)) });
  expect(authorization).toBe(again.headers.authorization);
}
