import httpJsonBodyParser from '@middy/http-json-body-parser';
import { InputError } from './input-error.ts';

/** The part of an API Gateway event, payload format 1.0 or 2.0, that holds the body. */
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
 * @throws InputError 415 when the content type is not JSON, 422 when there is no body or it is malformed.
 */
export function parseBody(event: unknown): unknown {
  const { headers, multiValueHeaders, body, isBase64Encoded } = (event ?? {}) as BodyEvent;
  if (body === undefined || body === null || body === '') {
    throw new InputError(422, 'The request has no body; a JSON document is expected');
  }
  if (typeof body !== 'string') {
    throw new TypeError(
      '@tabletheory/validator: event.body is no longer a string; remove the body parser before this middleware, which parses the body itself',
      { cause: { package: '@tabletheory/validator' } },
    );
  }
  const contentType = headerOf(headers) ?? headerOf(multiValueHeaders)?.[0];
  const copy = { headers: { 'content-type': contentType?.split(';')[0]?.trim() }, body, isBase64Encoded };
  try {
    parser({ event: copy });
  } catch (error) {
    // Only the status and the constant message are taken: the parser's cause holds the raw body.
    const { statusCode, message } = error as InputError;
    throw new InputError(statusCode, message);
  }
  return copy.body;
}

/** The content type. Payload format 1.0 keeps names as the caller wrote them, so every spelling must be found. */
function headerOf<V>(headers: Readonly<Record<string, V | undefined>> | null | undefined): V | undefined {
  for (const name in headers) if (name.toLowerCase() === 'content-type') return headers[name];
  return undefined;
}
