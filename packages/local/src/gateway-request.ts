import type { IncomingMessage } from 'node:http';
import { newTraceId, traceIdOf } from './trace-header.ts';

/** What API Gateway knows of a request before it makes an event of it. */
export interface GatewayRequest {
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  /** Percent-encoded, without the question mark. */
  readonly query: string;
  /** Names as they were sent, in order, with those API Gateway adds. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly protocol: string;
  readonly host: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly contentType: string;
  /** The `X-Amzn-Trace-Id` header. */
  readonly trace: string;
  readonly time: Date;
}

/** Reads a request as API Gateway does: it adds the forwarding headers and, where there is none, a trace header. */
export function gatewayRequest(request: IncomingMessage, body: Buffer): GatewayRequest {
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  const headers: (readonly [string, string])[] = [];
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    headers.push([request.rawHeaders[i]!, request.rawHeaders[i + 1]!]);
  }
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
  const sentTrace = request.headers['x-amzn-trace-id'];
  const trace =
    typeof sentTrace === 'string' && traceIdOf(sentTrace) !== undefined ? sentTrace : `Root=${newTraceId()}`;
  const forwardedFor = request.headers['x-forwarded-for'];
  const added = [
    ['X-Amzn-Trace-Id', trace],
    ['X-Forwarded-For', forwardedFor === undefined ? sourceIp : `${forwardedFor}, ${sourceIp}`],
    ['X-Forwarded-Port', String(request.socket.localPort ?? 80)],
    ['X-Forwarded-Proto', 'http'],
  ] as const;
  const replaced = new Set(added.map(([name]) => name.toLowerCase()));
  return {
    method: request.method ?? 'GET',
    path,
    query: query.join('?'),
    headers: [...headers.filter(([name]) => !replaced.has(name.toLowerCase())), ...added],
    body,
    protocol: `HTTP/${request.httpVersion}`,
    host: request.headers.host ?? '127.0.0.1',
    sourceIp,
    userAgent: request.headers['user-agent'] ?? '',
    contentType: request.headers['content-type'] ?? '',
    trace,
    time: new Date(),
  };
}

/** The values of each name, in order. */
export function valuesByName(pairs: Iterable<readonly [name: string, value: string]>): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return values;
}

const TEXT = /^(text\/[^;]*|application\/(json|xml|javascript))\s*(;|$)/i;

/**
 * The body as an event carries it. Only these content types are text to API Gateway; a form, a `+json` type or a body
 * without a content type arrives in Base64.
 */
export function eventBody(request: GatewayRequest): { body: string | undefined; isBase64Encoded: boolean } {
  if (request.body.length === 0) return { body: undefined, isBase64Encoded: false };
  const isBase64Encoded = !TEXT.test(request.contentType);
  return { body: request.body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A time as API Gateway writes it, for example `12/Mar/2020:19:03:58 +0000`. */
export function logTime(time: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${two(time.getUTCDate())}/${MONTHS[time.getUTCMonth()]}/${time.getUTCFullYear()}`;
  return `${day}:${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`;
}
