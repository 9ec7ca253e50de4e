import { Agent, createServer, type IncomingMessage, request as open, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { dynamodbError, type FakeAnswer } from '../support/fake-dynamodb.ts';
import type { Fault, FaultKind, FaultSource } from './fault.ts';
import { batchEntries, mergeUnprocessed, splitBatch } from './partial-batch.ts';

/** A request the proxy received, and what was done to it. */
export interface ProxiedRequest {
  /** DynamoDB's name of the operation. */
  readonly operation: string;
  readonly input: any;
  readonly fault: Fault;
  /** Whether the engine has answered it with success, whatever the client got. */
  done: boolean;
}

/** A reverse proxy in front of a DynamoDB engine that does to requests what networks and a busy service do. */
export interface FaultProxy extends AsyncDisposable {
  readonly endpoint: string;
  /** Every request so far, in the order of arrival. */
  readonly requests: readonly ProxiedRequest[];
  /** How many requests met each kind of fault; `pass` counts those that met none. */
  counts(): Partial<Record<FaultKind, number>>;
  /** What is done to the requests from now on. */
  use(source: FaultSource): void;
  /** Settles when the engine has nothing to do any more, also for clients that have given up. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Starts a proxy in front of the engine at a URL. Faults are chosen by the source; without one there are none. */
export async function startFaultProxy(
  engine: string,
  source: FaultSource = () => ({ kind: 'pass' }),
): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const requests: ProxiedRequest[] = [];
  const committed = new Set<string>();
  const running = new Set<Promise<void>>();
  let current = source;

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const sent = await buffer(incoming);
    const target = String(incoming.headers['x-amz-target']);
    const operation = target.slice(target.indexOf('.') + 1);
    const input = JSON.parse(sent.toString());
    const entries = batchEntries(input).length || (input.TransactItems?.length ?? 1);
    const fault = possible(current({ operation, entries }), input);
    const request: ProxiedRequest = { operation, input, fault, done: false };
    requests.push(request);

    const forward = async (body: Buffer): Promise<Answer> => {
      const answer = await send(engine, agent, incoming, body);
      request.done = answer.status === 200;
      if (request.done && input.ClientRequestToken !== undefined) committed.add(input.ClientRequestToken);
      return answer;
    };
    await inject(request, sent, forward, incoming, outgoing);
  }

  /** DynamoDB answers a repeated transaction from its memory: what was done cannot meet a conflict any more. */
  function possible(fault: Fault, { ClientRequestToken }: { ClientRequestToken?: string }): Fault {
    const repeated = ClientRequestToken !== undefined && committed.has(ClientRequestToken);
    return fault.kind === 'conflict' && repeated ? { kind: 'pass' } : fault;
  }

  const server = createServer((incoming, outgoing) => {
    // A client that gives up, or a proxy that is stopped, ends requests midway.
    const serving: Promise<void> = serve(incoming, outgoing)
      .catch(() => void outgoing.destroy())
      .finally(() => running.delete(serving));
    running.add(serving);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    agent.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    counts: () => {
      const grouped = Map.groupBy(requests, ({ fault }) => fault.kind);
      return Object.fromEntries([...grouped].map(([kind, met]) => [kind, met.length]));
    },
    use: (next) => {
      current = next;
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function inject(
  { operation, input, fault }: ProxiedRequest,
  sent: Buffer,
  forward: (body: Buffer) => Promise<Answer>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if ('done' in fault && fault.done) await forward(sent);
  switch (fault.kind) {
    case 'pass':
      return reply(outgoing, await forward(sent));
    case 'throttle':
      return replyJson(outgoing, dynamodbError(fault.name ?? 'ThrottlingException', 'Rate exceeded'));
    case 'serverError': {
      const name = fault.status === 500 ? 'InternalServerError' : 'ServiceUnavailable';
      return replyJson(outgoing, dynamodbError(name, 'Internal failure', fault.status));
    }
    case 'reset':
      incoming.socket.resetAndDestroy();
      return;
    case 'stall':
      return;
    case 'slowBody':
      return drip(outgoing, await forward(sent), fault.pause ?? 3);
    case 'truncatedBody': {
      const answer = await forward(sent);
      outgoing.writeHead(answer.status, altered(answer, answer.body.length));
      outgoing.write(answer.body.subarray(0, answer.body.length >> 1), () => incoming.socket.destroy());
      return;
    }
    case 'corruptedBody': {
      const answer = await forward(sent);
      const body = Buffer.from(answer.body);
      body.fill('#', body.length >> 1);
      return reply(outgoing, { ...answer, headers: altered(answer, body.length), body });
    }
    case 'partialBatch': {
      const { forwarded, unprocessed } = splitBatch(input, fault.processed);
      if (fault.processed === 0) {
        return replyJson(outgoing, { status: 200, body: mergeUnprocessed(operation, {}, unprocessed) });
      }
      const answer = await forward(Buffer.from(JSON.stringify(forwarded)));
      if (answer.status !== 200) return reply(outgoing, answer);
      const merged = mergeUnprocessed(operation, JSON.parse(answer.body.toString()), unprocessed);
      const body = Buffer.from(JSON.stringify(merged));
      return reply(outgoing, { ...answer, headers: altered(answer, body.length), body });
    }
    case 'conflict': {
      if (input.TransactItems === undefined) {
        return replyJson(
          outgoing,
          dynamodbError('TransactionConflictException', 'Transaction is ongoing for the item'),
        );
      }
      const reasons = input.TransactItems.map((_: unknown, position: number) =>
        position === fault.position
          ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
          : { Code: 'None' },
      );
      const more = { CancellationReasons: reasons };
      return replyJson(outgoing, dynamodbError('TransactionCanceledException', 'Transaction cancelled', 400, more));
    }
  }
}

/** The engine's headers for a changed body: the checksum of the old one is left out. */
function altered({ headers }: Answer, length: number): Record<string, string> {
  const { 'x-amz-crc32': _, ...others } = headers;
  return { ...others, 'content-length': String(length) };
}

function reply(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  outgoing.writeHead(status, headers);
  outgoing.end(body);
}

function replyJson(outgoing: ServerResponse, { status, body }: FakeAnswer): void {
  outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'injected' });
  outgoing.end(JSON.stringify(body));
}

const DRIPS = 6;

async function drip(outgoing: ServerResponse, { status, headers, body }: Answer, pause: number): Promise<void> {
  outgoing.writeHead(status, headers);
  const size = Math.ceil(body.length / DRIPS);
  for (let start = 0; start < body.length; start += size) {
    outgoing.write(body.subarray(start, start + size));
    await wait(pause);
  }
  outgoing.end();
}

/** Hands a request to the engine. */
async function send(engine: string, agent: Agent, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  const { host: _, ...headers } = incoming.headers;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = open(engine, { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } });
    outgoing.once('response', resolve).once('error', reject).end(body);
  });
  const { connection: __, 'transfer-encoding': ___, ...kept } = answer.headers as Record<string, string>;
  const received = await buffer(answer);
  const status = answer.statusCode as number;
  return { status, headers: { ...kept, 'content-length': String(received.length) }, body: received };
}
