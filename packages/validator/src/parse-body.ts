import httpJsonBodyParser from '@middy/http-json-body-parser';
import { InputError, type InputErrorStatus } from './input-error.ts';

/** The part of an HTTP event that holds the body: API Gateway, function URLs and load balancers. */
interface BodyEvent {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
}

const parser = httpJsonBodyParser().before as (request: { event: object }) => void;

/**
 * The JSON in the event's body. The event itself is left as it is.
 *
 * @param maxBytes the most bytes a body may have, base64 decoded.
 * @throws InputError 413 when it is longer, 415 when the content type is not JSON, 422 when there is no body or it is
 *   malformed.
 */
export function parseBody(event: unknown, maxBytes: number = Number.POSITIVE_INFINITY): unknown {
  const { headers, multiValueHeaders, body, isBase64Encoded = false } = (event ?? {}) as BodyEvent;
  if (body === undefined || body === null || body === '') {
    throw new InputError(422, 'The request has no body; a JSON document is expected');
  }
  if (typeof body !== 'string') {
    throw new TypeError(
      '@tabletheory/validator: event.body is no longer a string; remove the body parser before this middleware, which parses the body itself',
      { cause: { package: '@tabletheory/validator' } },
    );
  }
  if (maxBytes < Infinity && Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8') > maxBytes) {
    throw new InputError(413, `The request body is longer than ${maxBytes} bytes`);
  }
  const contentType = headerOf(headers) ?? headerOf(multiValueHeaders)?.[0];
  return parse(body, isBase64Encoded, contentType?.split(';')[0]?.trim());
}

/**
 * The value of a JSON text.
 *
 * @throws InputError 422 when it is malformed, or has a key that could change prototypes.
 */
export function parseJson(text: string): unknown {
  return parse(text, false, 'application/json');
}

function parse(body: string, isBase64Encoded: boolean, contentType: string | undefined): unknown {
  if (contentType === 'application/json' && !isBase64Encoded && isPlain(body)) {
    try {
      return JSON.parse(body);
    } catch {
      // The parser tells what is wrong.
    }
  }
  const event = { headers: { 'content-type': contentType }, body, isBase64Encoded };
  try {
    parser({ event });
  } catch (error) {
    // Only the status and the constant message are taken: the parser's cause holds the raw body.
    const { statusCode, message } = error as { statusCode: InputErrorStatus; message: string };
    throw new InputError(statusCode, message);
  }
  return event.body;
}

// One that is no longer cannot be nested more deeply than the parser would follow it.
const MAX_PLAIN = 4_096;

/**
 * Whether the parser would find nothing to refuse in a text, as it has none of the keys it looks for, nor an escape
 * sequence that could stand for one. Then `JSON.parse` does the same, and for a body of 700 bytes in 3 µs instead of 12.
 */
function isPlain(text: string): boolean {
  if (text.length > MAX_PLAIN) return false;
  return !text.includes('__proto__') && !text.includes('constructor') && !text.includes('\\u');
}

/** The content type. Payload format 1.0 keeps names as the caller wrote them, so every spelling must be found. */
function headerOf<V>(headers: Readonly<Record<string, V | undefined>> | null | undefined): V | undefined {
  for (const name in headers) if (name.toLowerCase() === 'content-type') return headers[name];
  return undefined;
}
