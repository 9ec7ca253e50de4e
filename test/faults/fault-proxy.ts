import { Agent, createServer, type IncomingMessage, request as open, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { type Fault, type FaultKind, type FaultSource, PASS } from './fault.ts';
import { faultyName } from './faulty-name.ts';
import { type Answer, inject, type ProxiedRequest, reset } from './inject.ts';
import { batchEntries } from './partial-batch.ts';

/** A reverse proxy in front of a DynamoDB engine that does to requests what networks and a busy service do. */
export interface FaultProxy extends AsyncDisposable {
  readonly endpoint: string;
  /** For other processes, which do not know the endpoint's name. */
  readonly port: number;
  /** The requests so far, in the order of arrival. */
  readonly requests: readonly ProxiedRequest[];
  /** How often each kind of fault was met, also by requests that are forgotten; `pass` counts what met none. */
  counts(): Partial<Record<FaultKind, number>>;
  /** What is done to the requests from now on. */
  use(source: FaultSource): void;
  /** Settles when the engine has nothing to do any more. */
  idle(): Promise<void>;
  /** The same, once what clients that have given up had sent has arrived. */
  caughtUp(): Promise<void>;
  /** How many connections are open. */
  connections(): number;
  /** Lets go of the requests so far. */
  forget(): void;
  stop(): Promise<void>;
}

/** How far off the time of a signature may be, in milliseconds. */
const SIGNATURE_AGE = 300_000;

/** Starts a proxy in front of the engine at a URL. Faults are chosen by the source; without one there are none. */
export async function startFaultProxy(engine: string, source: FaultSource = () => PASS): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const name = faultyName();
  const requests: ProxiedRequest[] = [];
  const forgotten: Partial<Record<FaultKind, number>> = {};
  const committed = new Set<string>();
  const expired = new Set<unknown>();
  const running = new Set<Promise<void>>();
  let current = source;
  let ahead = 0;

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    let reading: Promise<Buffer> | undefined;
    const read = (): Promise<Buffer> => {
      reading ??= buffer(incoming);
      return reading;
    };
    const operation = String(incoming.headers['x-amz-target']).replace(/^.*\./, '');
    const entries = async (): Promise<number> => entriesOf(JSON.parse((await read()).toString()));
    const chosen = await current({ operation, entries });
    if (chosen.kind === 'resetRequest') {
      requests.push({ operation, input: undefined, fault: chosen, done: false });
      await skip(incoming, chosen.after);
      return reset(incoming);
    }
    const sent = await read();
    const input = JSON.parse(sent.toString());
    const request: ProxiedRequest = { operation, input, fault: happening(chosen, input, incoming), done: false };
    requests.push(request);

    const forward = async (body: Buffer): Promise<Answer> => {
      const answer = await send(engine, agent, incoming, body);
      request.done = answer.status === 200;
      if (request.done && input.ClientRequestToken !== undefined) committed.add(input.ClientRequestToken);
      return answer;
    };
    await inject({ request, sent, forward, incoming, outgoing, name, now: new Date(Date.now() + ahead) });
  }

  /** The fault a request meets: a service whose clock is off, or which knows its credentials, refuses it by itself. */
  function happening(fault: Fault, { ClientRequestToken }: any, { headers }: IncomingMessage): Fault {
    const token = headers['x-amz-security-token'];
    if (fault.kind === 'expiredCredentials') expired.add(token);
    if (expired.has(token)) return { kind: 'expiredCredentials' };
    if (fault.kind === 'clockSkew') ahead = fault.ahead;
    if (Math.abs(timeOf(headers['x-amz-date']) - Date.now() - ahead) > SIGNATURE_AGE)
      return { kind: 'clockSkew', ahead };
    if (fault.kind === 'clockSkew') return PASS; // by the clock that this one was signed by
    // DynamoDB answers a repeated transaction from its memory: what was done cannot meet a conflict any more.
    return fault.kind === 'conflict' && committed.has(ClientRequestToken) ? PASS : fault;
  }

  const idle = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running);
  };
  let connections = 0;
  const server = createServer((incoming, outgoing) => {
    if (incoming.method === 'GET') return void outgoing.end();
    // A client that gives up, or a proxy that is stopped, ends requests midway.
    const serving: Promise<void> = serve(incoming, outgoing)
      .catch(() => void outgoing.destroy())
      .finally(() => running.delete(serving));
    running.add(serving);
  });
  server.on('connection', (socket) => {
    connections++;
    socket.once('close', () => connections--);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    name[Symbol.dispose]();
    agent.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    endpoint: `http://${name.hostname}:${port}`,
    port,
    requests,
    counts: () => {
      const { ENOTFOUND, EAI_AGAIN, refused } = name.failed;
      const { dnsFailure: _, refusedConnection: __, ...counts } = counted(requests, forgotten);
      return { ...counts, dnsFailure: ENOTFOUND + EAI_AGAIN, refusedConnection: refused };
    },
    use: (next) => {
      current = next;
    },
    idle,
    caughtUp: async () => {
      // What was sent before is read before.
      await new Promise((resolve, reject) => {
        open({ port, host: '127.0.0.1', agent: false }, (answer) => answer.resume().on('end', resolve))
          .on('error', reject)
          .end();
      });
      await idle();
    },
    connections: () => connections,
    forget: () => {
      Object.assign(forgotten, counted(requests, forgotten));
      requests.length = 0;
      committed.clear();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

type Counts = Partial<Record<FaultKind, number>>;

function counted(requests: readonly ProxiedRequest[], before: Counts): Counts {
  const counts = { ...before };
  for (const { fault } of requests) counts[fault.kind] = (counts[fault.kind] ?? 0) + 1;
  return counts;
}

function entriesOf(input: any): number {
  return batchEntries(input).length || (input.TransactItems?.length ?? 1);
}

/** Reads so much of a body, and no more. */
async function skip(incoming: IncomingMessage, bytes: number): Promise<void> {
  let read = 0;
  if (bytes === 0) return;
  for await (const part of incoming) {
    read += part.length;
    if (read >= bytes) return;
  }
}

function timeOf(amzDate: unknown): number {
  return Date.parse(String(amzDate).replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
}

/** Hands a request to the engine. Its answer has a checksum, as DynamoDB's have. */
async function send(engine: string, agent: Agent, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const { host: _, ...headers } = incoming.headers;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = open(engine, { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } });
    outgoing.once('response', resolve).once('error', reject).end(body);
  });
  const { connection: __, 'transfer-encoding': ___, ...kept } = answer.headers as Record<string, string>;
  const received = await buffer(answer);
  const own = { 'content-length': String(received.length), 'x-amz-crc32': String(crc32(received)) };
  return { status: answer.statusCode as number, headers: { ...kept, ...own }, body: received };
}
