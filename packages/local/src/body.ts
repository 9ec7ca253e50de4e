import type { IncomingMessage } from 'node:http';

/**
 * The most bytes an event or a result may have when a function is invoked synchronously.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const PAYLOAD_LIMIT: number = 6 * 1024 * 1024;

/** Reads a request's body; `undefined` when it is longer than `PAYLOAD_LIMIT` bytes. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Read to its end even when it is too long: a client that still writes does not read the answer.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= PAYLOAD_LIMIT) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size > PAYLOAD_LIMIT ? undefined : Buffer.concat(chunks);
}
