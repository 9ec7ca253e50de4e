import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import type { ClientRequest } from 'node:http';
import { requestUses } from './iam/recording.ts';

/** A recording under way. */
export interface RequestRecording {
  /** Ends the recording. */
  stop(): void;
}

// https://nodejs.org/api/diagnostics_channel.html#http, from Node.js 22.12
const NODE_CHANNEL = 'http.client.request.created';

// The request handler of @tabletheory/core does not go through node:http.
const OWN_CHANNEL = 'tabletheory.request';

/**
 * Records which actions this process asks of DynamoDB from now on, on which tables and indexes, whatever the client:
 * it sees the requests of TableTheory's clients and those of `node:http` and `node:https`. It writes names, and never a
 * value of an item.
 *
 * `tabletheory iam` reads the file. For a process of its own, `node --import tabletheory/record` does the same, with
 * the file's name in `TABLETHEORY_RECORD`.
 *
 * @param file where to append; a line of JSON for each action that was not there before in this recording.
 *
 * @example
 * const recording = recordRequests('create-order.ndjson');
 * await handler(event, context);
 * recording.stop();
 */
export function recordRequests(file: string): RequestRecording {
  const known = new Set<string>();
  const record = (target: unknown, body: string): void => {
    const [, operation] = /^DynamoDB_\d+\.(\w+)$/.exec(String(target)) ?? [];
    if (operation === undefined) return;
    for (const use of requestUses(operation, JSON.parse(body))) {
      const line = JSON.stringify(use);
      if (known.has(line)) continue;
      known.add(line);
      appendFileSync(file, `${line}\n`);
    }
  };
  const onCreated = (message: unknown): void => {
    const { request } = message as { request: ClientRequest };
    const target = request.getHeader('x-amz-target');
    if (target !== undefined) onBody(request, (body) => record(target, body));
  };
  const onSent = (message: unknown): void => {
    const { headers, body = '' } = (message as { request: SentRequest }).request;
    const [, target] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-amz-target') ?? [];
    if (target !== undefined) record(target, typeof body === 'string' ? body : textOf(body));
  };
  subscribe(NODE_CHANNEL, onCreated);
  subscribe(OWN_CHANNEL, onSent);
  return {
    stop() {
      unsubscribe(NODE_CHANNEL, onCreated);
      unsubscribe(OWN_CHANNEL, onSent);
    },
  };
}

// Not by Buffer.from(bytes), for which the SDK's own kind of bytes writes a warning.
function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString();
}

/** A request as the own channel tells of it. */
interface SentRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Calls with the body of a request when it has been written. */
function onBody(request: ClientRequest, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  const keep = (chunk: unknown): void => {
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk));
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  const { write, end } = request;
  let ending = false; // `end` may write what it is given
  request.write = ((...args: Parameters<typeof write>) => {
    if (!ending) keep(args[0]);
    return write.apply(request, args);
  }) as typeof write;
  request.end = ((...args: Parameters<typeof end>) => {
    keep(args[0]);
    ending = true;
    done(Buffer.concat(chunks).toString());
    return end.apply(request, args);
  }) as typeof end;
}
