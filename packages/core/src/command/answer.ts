import type { Readable } from 'node:stream';
import type { AttributeValue, StoredItem } from '../codec/attribute-value.ts';
import type { ClientConfig, HttpResponse, Middleware, Protocol } from './client.ts';
import { ServiceException } from './service-exception.ts';

/** Reads answers: one `JSON.parse`, and refusals as the service's typed exceptions. */
export function readAnswer(config: ClientConfig, operation: string): Middleware {
  return (next, context) => async (args) => {
    const { response } = await next(args);
    const body = await bodyText(response);
    if (response.statusCode >= 300) throw await exceptionOf(config, operation, context, response, body);
    const output: { $metadata?: Metadata } = body === '' ? {} : parsed(body, response);
    output.$metadata = metadataOf(response);
    return { response, output };
  };
}

/**
 * Throws refusals before the SDK's own reader sees them: their items stay in DynamoDB's JSON, as everywhere, and a map
 * with the key `__proto__`, which that reader loses, stays whole.
 */
export function throwRefusals(config: ClientConfig, operation: string): Middleware {
  return (next, context) => async (args) => {
    const result = await next(args);
    const { response } = result;
    if (response.statusCode < 300) return result;
    throw await exceptionOf(config, operation, context, response, await bodyText(response));
  };
}

/**
 * The whole body of an answer.
 *
 * @throws SyntaxError when its bytes are not those that DynamoDB sent.
 */
export async function bodyText(response: HttpResponse): Promise<string> {
  const { body } = response;
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return body;
  const bytes = body instanceof Uint8Array ? body : await bytesOf(body as Readable, response);
  const sum = response.headers['x-amz-crc32'];
  // What was damaged may be JSON all the same, with another value. To load node:zlib takes 3 ms: not before here.
  if (sum !== undefined && process.getBuiltinModule('node:zlib').crc32(bytes) !== Number(sum)) throw damaged(response);
  return textOf(bytes);
}

async function bytesOf(body: Readable, response: HttpResponse): Promise<Uint8Array> {
  try {
    return await collect(body);
  } catch (error) {
    // An answer that breaks off still has a status, which says whether DynamoDB refused.
    throw Object.assign(error as object, { $metadata: metadataOf(response) });
  }
}

/** All of a stream. By its events, which is cheaper than to iterate over it. */
function collect(stream: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Uint8Array[] = [];
    stream.on('data', (part: Uint8Array) => void parts.push(part));
    // Stryker disable next-line ConditionalExpression: to copy a single part takes time, and gives the same.
    stream.on('end', () => resolve(parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts)));
    stream.on('error', reject);
    stream.on('close', () => {
      // It comes behind every answer: an error for nothing takes 7 µs, as much as the signature.
      if (!stream.readableEnded) reject(Object.assign(new Error('The answer broke off'), { code: 'ECONNRESET' }));
    });
  });
}

function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString();
}

interface Metadata {
  httpStatusCode: number;
  requestId: string | undefined;
  extendedRequestId: string | undefined;
  cfId: string | undefined;
}

function metadataOf({ statusCode, headers }: HttpResponse): Metadata {
  return {
    httpStatusCode: statusCode,
    requestId: headers['x-amzn-requestid'] ?? headers['x-amzn-request-id'] ?? headers['x-amz-request-id'],
    extendedRequestId: headers['x-amz-id-2'],
    cfId: headers['x-amz-cf-id'],
  };
}

/** @throws SyntaxError when the answer was damaged on its way; it does not quote the answer. */
function parsed(body: string, response: HttpResponse): object {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {} // its message quotes the answer, and that is an item
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw damaged(response);
}

function damaged(response: HttpResponse): Error {
  return Object.assign(new SyntaxError('The answer was damaged'), { $metadata: metadataOf(response) });
}

/** A refusal in DynamoDB's own form. */
interface Refused {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
  readonly Item?: StoredItem | null;
  readonly CancellationReasons?: readonly Reason[];
}

interface Reason {
  readonly Code?: string;
  readonly Message?: string;
  readonly Item?: Readonly<Record<string, AttributeValue>> | null;
}

/** The exception for a refusal: the SDK's own class, where the client has the SDK's protocol. */
async function exceptionOf(
  config: ClientConfig,
  operation: string,
  context: object,
  response: HttpResponse,
  body: string,
): Promise<object> {
  // What is no JSON and no failure of the service was damaged on its way: its name is worth another try.
  const refused = body === '' || response.statusCode >= 500 ? refusalIn(body) : (parsed(body, response) as Refused);
  const exception = await (config.protocol === undefined
    ? new ServiceException(response.statusCode, refused)
    : thrownBySdk(config, operation, context, response, refused));
  const { Item, CancellationReasons } = refused;
  if (Item != null) Object.assign(exception, { Item });
  if (CancellationReasons !== undefined) {
    Object.assign(exception, { CancellationReasons: CancellationReasons.map(withoutNulls) });
  }
  Object.assign(exception, { $metadata: metadataOf(response) });
  // Not enumerable, and without its body: a logger that prints the exception must not print an item.
  return Object.defineProperty(exception, '$response', { value: { ...response, body: undefined }, enumerable: false });
}

/** What can be read of a failure, which may be a gateway's, and no JSON: it still has its status. */
function refusalIn(body: string): Refused {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}

function withoutNulls({ Item, ...reason }: Reason): Reason {
  return Item == null ? reason : { ...reason, Item };
}

async function thrownBySdk(
  config: ClientConfig,
  operation: string,
  context: object,
  response: HttpResponse,
  { Item, CancellationReasons, ...refused }: Refused,
): Promise<object> {
  const body = Buffer.from(JSON.stringify(refused));
  const schema = { namespace: 'com.amazonaws.dynamodb', name: operation, traits: 0, input: 15, output: 15 };
  try {
    await (config.protocol as Protocol).deserializeResponse(schema, { ...config, ...context }, { ...response, body });
  } catch (exception) {
    return exception as object;
  }
  return new ServiceException(response.statusCode, refused);
}
