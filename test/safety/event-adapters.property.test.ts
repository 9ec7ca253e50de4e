// One request, as each source of events sends it: what is read of it is the same.
import middy from '@middy/core';
import { validator } from '@tabletheory/validator';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GatewayRequest } from '../../packages/local/src/gateway-request.ts';
import { httpApi } from '../../packages/local/src/http-api.ts';
import { restApi } from '../../packages/local/src/rest-api.ts';
import { createRouter } from '../../packages/local/src/route.ts';

type Pairs = readonly (readonly [name: string, value: string])[];

interface Request {
  readonly id: string;
  readonly query: Pairs;
  readonly headers: Pairs;
  readonly body: Uint8Array;
  readonly isText: boolean;
}

const encoded = (query: Pairs): string => new URLSearchParams(query as [string, string][]).toString();
const match = createRouter(['POST /things/{id}']);

function gatewayRequest({ id, query, headers, body, isText }: Request): GatewayRequest {
  const contentType = isText ? 'application/json' : 'application/vnd.thing+json';
  return {
    method: 'POST',
    path: `/things/${encodeURIComponent(id)}`,
    query: encoded(query),
    headers: [...headers, ['Content-Type', contentType]],
    body: Buffer.from(body),
    protocol: 'HTTP/1.1',
    host: 'localhost',
    sourceIp: '127.0.0.1',
    userAgent: 'test',
    contentType,
    trace: 'Root=1-00000000-000000000000000000000000',
    time: new Date(0),
  };
}

/** The event of a load balancer with multi-value headers, which does not decode the query string. */
function loadBalancerEvent(request: Request): object {
  const group = (pairs: Pairs): Record<string, string[]> => {
    const all = new Map<string, string[]>();
    for (const [name, value] of pairs) all.set(name, [...(all.get(name) ?? []), value]);
    return Object.fromEntries(all);
  };
  const { headers, body } = gatewayRequest(request);
  const query = request.query.map(([name, value]) => [encodeURIComponent(name), encodeURIComponent(value)] as const);
  return {
    requestContext: { elb: { targetGroupArn: 'arn' } },
    httpMethod: 'POST',
    path: '/things/1',
    multiValueQueryStringParameters: group(query),
    multiValueHeaders: group(headers.map(([name, value]) => [name.toLowerCase(), value])),
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
}

const SOURCES: Record<string, (request: Request) => object> = {
  'an HTTP API': (request) => {
    const sent = gatewayRequest(request);
    return httpApi.event(sent, match(sent.method, sent.path)!, 'r');
  },
  'a REST API': (request) => {
    const sent = gatewayRequest(request);
    return restApi.event(sent, match(sent.method, sent.path)!, 'r');
  },
  'a load balancer': loadBalancerEvent,
};

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 6 })
  .filter((text) => !/__proto__|constructor/.test(text) && text.isWellFormed());
const value = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => text.isWellFormed());
const token = fc.stringMatching(/^x-[a-z0-9]{1,6}$/);
const spelling = fc.boolean().map((upper) => (text: string) => (upper ? text.toUpperCase() : text));
const requests: fc.Arbitrary<Request> = fc.record({
  id: fc.stringMatching(/^[\w~-]{1,10}$/),
  query: fc.array(fc.tuple(name, value), { maxLength: 6 }),
  headers: fc.uniqueArray(
    fc
      .tuple(token, spelling, fc.stringMatching(/^[!-~]{1,10}$/))
      .map(([name, spell, text]) => [spell(name), text] as const),
    { maxLength: 6, selector: ([name]) => name.toLowerCase() },
  ),
  body: fc
    .jsonValue()
    .map((body) => JSON.stringify({ body }))
    .filter((text) => !/"(__proto__|constructor)"/.test(text))
    .map((text) => Buffer.from(text)),
  isText: fc.boolean(),
});

const any = { type: 'object' };
const handler = middy<any>()
  .use(validator({ query: any, headers: any, body: any }))
  .handler(async (_event, { input }: any) => input) as unknown as (event: unknown, context: object) => Promise<any>;

const grouped = (query: Pairs): Record<string, string | string[]> => {
  const all = new Map<string, string[]>();
  for (const [name, value] of query) all.set(name, [...(all.get(name) ?? []), value]);
  return Object.fromEntries([...all].map(([name, list]) => [name, list.length === 1 ? (list[0] as string) : list]));
};

describe.each(Object.entries(SOURCES))('an event of %s', (_source, eventOf) => {
  test('is read as its request was sent, and stays as it was', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const event = eventOf(request);
        const before = JSON.stringify(event);
        const input = await handler(event, {});
        expect(input.query).toEqual(grouped(request.query));
        for (const [name, value] of request.headers) expect(input.headers[name.toLowerCase()]).toBe(value);
        expect(input.body).toEqual(JSON.parse(Buffer.from(request.body).toString()));
        expect(JSON.stringify(event)).toBe(before);
      }),
    );
  });

  test('is never answered with more than a refusal, whatever its body', async () => {
    await fc.assert(
      fc.asyncProperty(requests, fc.uint8Array({ maxLength: 40 }), async (request, body) => {
        const error = await handler(eventOf({ ...request, body }), {}).then(
          () => undefined,
          (reason) => reason,
        );
        if (error !== undefined) expect([400, 422]).toContain(error.statusCode);
      }),
    );
  });
});

describe('whatever is no event', () => {
  const parts = ['path', 'query', 'headers', 'body', 'event', 'detail', 'records'];
  const handlers = parts.map((part) =>
    middy<any>()
      .use(validator({ [part]: any } as { body: object }))
      .handler(async (_event, { input }: any) => input),
  ) as unknown as ((event: unknown, context: object) => Promise<any>)[];

  test('is read, or refused with a typed error', async () => {
    const members = fc.record(
      {
        headers: fc.oneof(
          fc.constant(null),
          fc.dictionary(fc.string(), fc.string()),
          fc.constant({ ...{ 'content-type': 'application/json' } }),
        ),
        queryStringParameters: fc.oneof(fc.constant(null), fc.dictionary(fc.string(), fc.string())),
        rawQueryString: fc.string(),
        pathParameters: fc.oneof(fc.constant(null), fc.dictionary(fc.string(), fc.string())),
        body: fc.oneof(fc.constant(null), fc.string(), fc.json()),
        isBase64Encoded: fc.boolean(),
        Records: fc.array(fc.record({ messageId: fc.string(), body: fc.string() }, { requiredKeys: [] })),
        detail: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(members, async (event) => {
        for (const handle of handlers) {
          const error = await handle(event, {}).then(
            () => undefined,
            (reason) => reason,
          );
          if (error === undefined) continue;
          expect(['InputError', 'TypeError']).toContain(error.name);
          expect(error.cause?.package).toBe('@tabletheory/validator');
        }
      }),
    );
  });
});
