import type { ServerResponse } from 'node:http';

/** The answer to an HTTP request. */
export interface GatewayResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string | readonly string[]>;
  readonly body: string | Buffer;
}

/** What the function returned is not a response API Gateway can send. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError';
  readonly code = 'MALFORMED_RESPONSE';

  constructor(problem: string) {
    super(`The function's response is malformed: ${problem}.`);
  }
}

/** A response of API Gateway's own. */
export function messageResponse(status: number, message: string): GatewayResponse {
  return { status, headers: new Map([['content-type', 'application/json']]), body: JSON.stringify({ message }) };
}

/** The parts of a proxy response both payload versions share. */
export interface ProxyResult {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Map<string, string | readonly string[]>;
  readonly body: string | Buffer;
}

/**
 * Checks a response in the proxy format.
 *
 * @throws MalformedResponseError
 */
export function proxyResult(result: Readonly<Record<string, unknown>>): ProxyResult {
  const status = Number(result.statusCode);
  if (result.statusCode == null || !Number.isInteger(status) || status < 200 || status > 599) {
    throw new MalformedResponseError('statusCode must be a whole number from 200 to 599');
  }
  const body = result.body ?? '';
  if (typeof body !== 'string') throw new MalformedResponseError('body must be a string; use JSON.stringify');
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(record('headers', result.headers))) {
    headers.set(name.toLowerCase(), scalar(`headers.${name}`, value));
  }
  return { status, headers, body: result.isBase64Encoded === true ? Buffer.from(body, 'base64') : body };
}

/** @throws MalformedResponseError when `value` is there and is not an object. */
export function record(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value == null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new MalformedResponseError(`${name} must be an object`);
}

/** @throws MalformedResponseError when `value` is there and is not an array of strings, numbers or booleans. */
export function scalars(name: string, value: unknown): readonly string[] {
  if (value == null) return [];
  if (!Array.isArray(value)) throw new MalformedResponseError(`${name} must be an array`);
  return value.map((item) => scalar(name, item));
}

function scalar(name: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new MalformedResponseError(`${name} must be a string, number or boolean`);
}

// About the connection, not the message: API Gateway sets them itself.
const CONNECTION = ['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer'];

/**
 * Sends a response.
 *
 * @throws MalformedResponseError when a header cannot be sent.
 */
export function sendResponse(
  target: ServerResponse,
  response: GatewayResponse,
  added: Readonly<Record<string, string>>,
): void {
  const headers: Record<string, string | string[]> = { ...added };
  for (const [name, value] of response.headers) {
    if (!CONNECTION.includes(name)) headers[name] = typeof value === 'string' ? value : [...value];
  }
  const hasBody = response.status !== 204 && response.status !== 304;
  if (hasBody) headers['content-length'] = String(Buffer.byteLength(response.body));
  try {
    target.writeHead(response.status, headers);
  } catch (error) {
    throw new MalformedResponseError(`a header cannot be sent (${(error as Error).message})`);
  }
  target.end(hasBody ? response.body : undefined);
}
