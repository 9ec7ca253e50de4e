// The parts of HTTP events, from every source that sends them.
import middy from '@middy/core';
import restEvent from '@serverless/event-mocks/dist/events/aws/api-gateway-event-template.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { InputError, validator } from './index.ts';
import type { AnyOptions } from './options.ts';

const object = (properties: object, required: string[] = []) => ({ type: 'object', properties, required });
const json = { 'content-type': 'application/json' };

function run(options: AnyOptions, event: object, context: object = {}): Promise<any> {
  return middy()
    .use(validator(options as { query: object }))
    .handler(async (_event, { input }: any) => input)(event, context as any);
}

async function failure(options: AnyOptions, event: object, context?: object): Promise<InputError> {
  const error = await run(options, event, context).catch((reason) => reason);
  expect(error).toBeInstanceOf(InputError);
  return error;
}

/** One request as each source sends it: `GET /shops/s-1?limit=5&tag=a%2Cb&tag=c+d&name=caf%C3%A9`. */
const sources = {
  'API Gateway, format 2.0': {
    version: '2.0',
    routeKey: 'GET /shops/{shop}',
    rawPath: '/shops/s-1',
    rawQueryString: 'limit=5&tag=a%2Cb&tag=c+d&name=caf%C3%A9',
    queryStringParameters: { limit: '5', tag: 'a,b,c d', name: 'café' },
    pathParameters: { shop: 's-1' },
    headers: { 'x-count': '3', 'accept-language': 'de,en' },
    requestContext: { http: { method: 'GET', path: '/shops/s-1' } },
  },
  'API Gateway, format 1.0': {
    ...restEvent,
    resource: '/shops/{shop}',
    httpMethod: 'GET',
    queryStringParameters: { limit: '5', tag: 'c d', name: 'café' },
    multiValueQueryStringParameters: { limit: ['5'], tag: ['a,b', 'c d'], name: ['café'] },
    pathParameters: { shop: 's-1' },
    headers: { 'X-Count': '3', 'Accept-Language': 'en' },
    multiValueHeaders: { 'X-Count': ['3'], 'Accept-Language': ['de', 'en'] },
  },
  'a function URL': {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/shops/s-1',
    rawQueryString: 'limit=5&tag=a%2Cb&tag=c+d&name=caf%C3%A9',
    queryStringParameters: { limit: '5', tag: 'a,b,c d', name: 'café' },
    headers: { 'x-count': '3', 'accept-language': 'de,en' },
    requestContext: { http: { method: 'GET', path: '/shops/s-1' } },
  },
  'a load balancer with multi-value headers': {
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/t/1' } },
    httpMethod: 'GET',
    path: '/shops/s-1',
    multiValueQueryStringParameters: { limit: ['5'], tag: ['a%2Cb', 'c+d'], name: ['caf%C3%A9'] },
    multiValueHeaders: { 'x-count': ['3'], 'accept-language': ['de', 'en'] },
    body: '',
    isBase64Encoded: false,
  },
};

const query = object({
  limit: { type: 'integer', maximum: 100, default: 20 },
  tag: { type: 'array', items: { type: 'string' } },
  name: { type: 'string' },
  all: { type: 'boolean' },
});
const headers = object({ 'x-count': { type: 'number' }, 'accept-language': { type: 'string' } }, ['x-count']);

describe.each(Object.entries(sources))('from %s', (_source, event) => {
  it('the query string is decoded and becomes what the schema names', async () => {
    expect(await run({ query }, event)).toEqual({ limit: 5, tag: ['a,b', 'c d'], name: 'café' });
  });

  it('headers have names in lower case', async () => {
    const input = await run({ headers }, event);
    expect(input['x-count']).toBe(3);
    expect(input['accept-language'].replace(' ', '')).toBe('de,en');
  });

  it('several parts are an object by name, and the event stays as it was', async () => {
    const before = structuredClone(event);
    const input = await run({ query, headers, path: object({ shop: { type: 'string' } }) }, event);
    expect(input).toMatchObject({ query: { limit: 5 }, headers: { 'x-count': 3 } });
    expect(input.path).toEqual('pathParameters' in event ? { shop: 's-1' } : {});
    expect(event).toEqual(before);
  });

  it('the route is found', async () => {
    const name = 'pathParameters' in event ? 'GET /shops/{shop}' : 'GET /shops/s-1';
    expect(await run({ routes: { [name]: { query } } }, event)).toMatchObject({ limit: 5 });
    expect(await run({ routes: { 'GET /shops': { query } } }, event)).toBeUndefined();
  });
});

describe('a query string', () => {
  it('may be absent: defaults are filled in', async () => {
    for (const event of [{}, { queryStringParameters: null, multiValueQueryStringParameters: null }]) {
      expect(await run({ query }, event)).toEqual({ limit: 20 });
    }
  });

  it('of a load balancer without multi-value headers is decoded too', async () => {
    const queryStringParameters = { 'n%61me': 'a%26b%3Dc+%25', limit: '7' };
    const event = { requestContext: { elb: {} }, httpMethod: 'GET', path: '/', queryStringParameters };
    expect(await run({ query }, event)).toEqual({ name: 'a&b=c %', limit: 7 });
  });

  it('of a single parameter passes for a list, and a repeated one not for a single value', async () => {
    expect(await run({ query }, { rawQueryString: 'tag=a' })).toEqual({ limit: 20, tag: ['a'] });
    const error = await failure({ query }, { rawQueryString: 'limit=5&limit=6' });
    expect(error.message).toBe('The query string does not match its schema');
    expect(error.cause.data).toMatchObject([{ instancePath: '/limit', keyword: 'type', message: 'must be integer' }]);
  });

  it.each(['limit=', 'limit=five', 'limit=1.5', 'limit=101', 'all=yes', 'all='])('is refused: %s', async (raw) => {
    expect((await failure({ query }, { rawQueryString: raw })).statusCode).toBe(400);
  });

  it('is left as text, or filled in when empty, if the options of ajv say so', async () => {
    const event = { rawQueryString: 'limit=5' };
    expect((await failure({ query, ajv: { coerceTypes: false } }, event)).statusCode).toBe(400);
    expect(await run({ query, ajv: { useDefaults: 'empty' } }, { rawQueryString: 'limit=' })).toEqual({ limit: 20 });
  });

  it.each([
    ['__proto__=1'],
    ['__proto__[admin]=1'],
    ['a[__proto__][admin]=1'],
    ['a.__proto__.admin=1'],
    ['constructor[prototype][admin]=1'],
    ['constructor.prototype.admin=1'],
    ['%5F_proto__=1'],
  ])('with a name that could change prototypes is refused: %s', async (raw) => {
    const [name = '', value = ''] = raw.split('=');
    const decoded = decodeURIComponent(name);
    for (const event of [
      { rawQueryString: raw },
      { queryStringParameters: JSON.parse(JSON.stringify({ x: 1 }).replace('x', decoded)) },
      { multiValueQueryStringParameters: Object.fromEntries([[decoded, [value]]]) },
      { requestContext: { elb: {} }, multiValueQueryStringParameters: Object.fromEntries([[name, [value]]]) },
    ]) {
      expect(await failure({ query }, event)).toMatchObject({ statusCode: 400, expose: true });
    }
    expect(({} as any).admin).toBeUndefined();
  });

  it('may use names that only look alike', async () => {
    const input = await run({ query: {} }, { rawQueryString: 'constructor=a&prototype=b&toString=c&proto=d' });
    expect(input).toEqual({ constructor: 'a', prototype: 'b', toString: 'c', proto: 'd' });
  });
});

describe('headers', () => {
  it('with a name that could change prototypes are refused, however it is spelt', async () => {
    for (const name of ['__proto__', '__PROTO__', 'Constructor.Prototype']) {
      const event = { headers: Object.fromEntries([[name, '1']]) };
      expect((await failure({ headers: {} }, event)).message).toBe('Forbidden name in the headers');
    }
  });
});

describe('several parts', () => {
  const options = { query, headers, body: object({ sku: { type: 'string' } }, ['sku']) };

  it('tell all that is wrong at once, as pointers into the input', async () => {
    const error = await failure(options, { rawQueryString: 'limit=x', headers: { ...json }, body: '{"sku":1}' });
    expect(error.message).toBe('The request does not match its schema');
    expect(error.cause.data?.map(({ instancePath, keyword }) => [instancePath, keyword])).toEqual([
      ['/query/limit', 'type'],
      ['/headers', 'required'],
      ['/body/sku', 'type'],
    ]);
  });

  it('do not turn the body into other types', async () => {
    const good = { headers: { ...json, 'x-count': '1' }, body: '{"sku":"a"}' };
    expect(await run(options, good)).toMatchObject({ body: { sku: 'a' }, headers: { 'x-count': 1 } });
    const error = await failure(options, { ...good, body: '{"sku":5}' });
    expect(error.cause.data).toMatchObject([{ instancePath: '/body/sku' }]);
  });

  it('tell at most 50 problems in all', async () => {
    const many = { type: 'array', items: { type: 'number' } };
    const body = JSON.stringify(Array(40).fill('text'));
    const both = { query: object({ n: many }), body: many };
    const error = await failure(both, { rawQueryString: 'n=x&'.repeat(40), headers: json, body });
    expect(error.cause.data).toHaveLength(50);
  });

  it('are localized', async () => {
    const german = (errors: any) => {
      for (const error of errors) error.message = 'falsch';
    };
    const context = { preferredLanguage: 'de' };
    const error = await failure({ query, languages: { de: german } }, { rawQueryString: 'limit=x' }, context);
    expect(error.cause.data).toMatchObject([{ message: 'falsch' }]);
  });

  it('may belong to a route', async () => {
    const routes = {
      'GET /orders': { query },
      'POST /orders': { query, body: object({}) },
      'PUT /orders': object({}),
      $default: { headers },
    };
    const event = { headers: json, body: '{}', rawQueryString: 'limit=1' };
    expect(await run({ routes }, { ...event, routeKey: 'GET /orders' })).toEqual({ limit: 1 });
    expect(await run({ routes }, { ...event, routeKey: 'POST /orders' })).toEqual({ query: { limit: 1 }, body: {} });
    expect(await run({ routes }, { ...event, routeKey: 'PUT /orders' })).toEqual({});
    expect((await failure({ routes }, { ...event, routeKey: '$default' })).cause.data).toHaveLength(1);
  });
});

describe('the length of a body', () => {
  const body = '{"sku":"ä"}'; // 12 bytes
  const options = (maxBodyBytes: number) => ({ body: object({ sku: { type: 'string' } }), maxBodyBytes });

  it.each([
    ['text', { headers: json, body }],
    ['base64', { headers: json, body: Buffer.from(body).toString('base64'), isBase64Encoded: true }],
  ])('is counted in bytes, as %s', async (_name, event) => {
    expect(await run(options(12), event)).toEqual({ sku: 'ä' });
    expect(await failure(options(11), event)).toMatchObject({ statusCode: 413, expose: true });
  });

  it('is checked before the body is parsed', async () => {
    expect((await failure(options(5), { headers: json, body: '{"sku":' })).statusCode).toBe(413);
  });
});

describe('a part other than the body', () => {
  it('may have a compiled validator', async () => {
    const guard = (value: any): value is { id: string } => typeof value.id === 'string';
    expect(await run({ path: guard }, { pathParameters: { id: '1' } })).toEqual({ id: '1' });
    expect((await failure({ path: guard }, { pathParameters: null })).message).toBe(
      'The path does not match its schema',
    );
  });

  it('whose schema is wrong is named in the error', async () => {
    const wrong = { type: 'nmber' };
    await expect(run({ query: wrong }, {})).rejects.toThrow(/option query is not a valid schema/);
    await expect(run({ body: {}, response: wrong }, {})).rejects.toThrow(/option response is not a valid schema/);
    await expect(run({ routes: { 'GET /': { path: wrong } } }, {})).rejects.toThrow(
      /option routes\["GET \/"\]\.path is not a valid schema/,
    );
  });
});
