import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { dynamodbError, type FakeAnswer } from '../support/fake-dynamodb.ts';
import { type Fault, PASS } from './fault.ts';
import type { FaultyName } from './faulty-name.ts';
import { mergeUnprocessed, splitBatch } from './partial-batch.ts';

/** A request the proxy received, and what was done to it. */
export interface ProxiedRequest {
  /** DynamoDB's name of the operation. */
  readonly operation: string;
  readonly input: any;
  fault: Fault;
  /** Whether the engine has answered it with success, whatever the client got. */
  done: boolean;
}

/** An answer of the engine. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** What is needed to do something to a request. */
export interface Injection {
  readonly request: ProxiedRequest;
  readonly sent: Buffer;
  forward(body: Buffer): Promise<Answer>;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** The service's time, for the header `date`. */
  readonly now: Date;
  readonly name: FaultyName;
}

/** Does to a request what its fault says. */
export async function inject({ request, sent, forward, incoming, outgoing, now, name }: Injection): Promise<void> {
  const { operation, input, fault } = request;
  const reply = (answer: Answer, more: object = {}): void => {
    outgoing.writeHead(answer.status, { ...answer.headers, date: now.toUTCString(), ...more });
    outgoing.end(answer.body);
  };
  const refuse = (error: FakeAnswer, headers: Record<string, string> = {}): void => reply(answerOf(error, headers));
  if ('done' in fault && fault.done) await forward(sent);
  switch (fault.kind) {
    case 'pass':
      return reply(await forward(sent));
    case 'throttle':
      return refuse(
        dynamodbError(fault.name ?? 'ThrottlingException', 'Rate exceeded'),
        fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) },
      );
    case 'serverError': {
      const error = fault.status === 500 ? 'InternalServerError' : 'ServiceUnavailable';
      return refuse(dynamodbError(error, 'Internal failure', fault.status));
    }
    case 'reset':
    case 'resetRequest':
      return reset(incoming);
    case 'stall':
      return;
    case 'slowBody':
      return drip(outgoing, await forward(sent), fault.pause ?? 3);
    case 'resetBody':
    case 'truncatedBody': {
      const { status, headers, body } = await forward(sent);
      outgoing.writeHead(status, headers);
      await new Promise((resolve) => {
        outgoing.once('close', resolve); // the client has given up
        outgoing.write(body.subarray(0, body.length >> 1), resolve);
      });
      return fault.kind === 'resetBody' ? reset(incoming) : void incoming.socket.destroy();
    }
    case 'truncatedJson': {
      const answer = await forward(sent);
      return reply(changed(answer, answer.body.subarray(0, answer.body.length >> 1)));
    }
    case 'corruptedBody': {
      const answer = await forward(sent);
      const body = Buffer.from(answer.body);
      body.fill('#', body.length >> 1);
      return reply(changed(answer, body));
    }
    case 'corruptedValue': {
      const answer = await forward(sent);
      const body = withOtherValue(answer.body);
      if (body === undefined) request.fault = PASS; // an answer without a value
      return reply({ ...answer, body: body ?? answer.body });
    }
    case 'partialBatch': {
      const { forwarded, unprocessed } = splitBatch(input, fault.processed);
      if (fault.processed === 0) return refuse({ status: 200, body: mergeUnprocessed(operation, {}, unprocessed) });
      const answer = await forward(Buffer.from(JSON.stringify(forwarded)));
      if (answer.status !== 200) return reply(answer);
      const merged = mergeUnprocessed(operation, JSON.parse(answer.body.toString()), unprocessed);
      return reply(changed(answer, Buffer.from(JSON.stringify(merged))));
    }
    case 'conflict': {
      const message = 'Transaction is ongoing for the item';
      if (input.TransactItems === undefined) return refuse(dynamodbError('TransactionConflictException', message));
      const reasons = input.TransactItems.map((_: unknown, position: number) =>
        position === fault.position ? { Code: 'TransactionConflict', Message: message } : { Code: 'None' },
      );
      const more = { CancellationReasons: reasons };
      return refuse(dynamodbError('TransactionCanceledException', 'Transaction cancelled', 400, more));
    }
    case 'clockSkew':
      return refuse(dynamodbError('InvalidSignatureException', 'Signature not yet current'));
    case 'expiredCredentials':
      return refuse(dynamodbError('ExpiredTokenException', 'The security token included in the request is expired'));
    case 'dnsFailure':
    case 'refusedConnection': {
      const answer = await forward(sent);
      name.fail(fault.kind === 'dnsFailure' ? fault.code : 'refused', fault.times);
      return reply(answer, { connection: 'close' });
    }
  }
}

/** Resets a connection. One that its client has begun to close cannot be reset any more, and would stay. */
export function reset({ socket }: IncomingMessage): void {
  if (socket.writable) socket.resetAndDestroy();
  else socket.destroy();
}

function answerOf({ status, body }: FakeAnswer, headers: Record<string, string>): Answer {
  const answer = { status, headers: { ...headers, 'x-amzn-requestid': 'injected' }, body: Buffer.alloc(0) };
  return changed(answer, Buffer.from(JSON.stringify(body)), true);
}

/** An answer with another body: without a checksum, where what has changed it would not have made one. */
function changed({ status, headers }: Answer, body: Buffer, isWhole = false): Answer {
  const { 'x-amz-crc32': _, ...others } = headers;
  const sum: Record<string, string> = isWhole ? { 'x-amz-crc32': String(crc32(body)) } : {};
  const type = 'application/x-amz-json-1.0';
  return { status, headers: { ...others, ...sum, 'content-type': type, 'content-length': String(body.length) }, body };
}

/** The same JSON with one character of its last value changed, if it has a value. */
function withOtherValue(body: Buffer): Buffer | undefined {
  const found = /^.*([0-9a-z])"[\]},]/s.exec(body.toString('latin1')); // a character for each byte
  if (found === null) return undefined;
  const changed = Buffer.from(body);
  changed[found[0].length - 3] = (found[1] === '0' ? '1' : '0').charCodeAt(0);
  return changed;
}

const DRIPS = 6;

async function drip(outgoing: ServerResponse, { status, headers, body }: Answer, pause: number): Promise<void> {
  outgoing.writeHead(status, headers);
  const size = Math.ceil(body.length / DRIPS);
  for (let start = 0; start < body.length && !outgoing.destroyed; start += size) {
    outgoing.write(body.subarray(start, start + size));
    await wait(pause);
  }
  outgoing.end();
}
