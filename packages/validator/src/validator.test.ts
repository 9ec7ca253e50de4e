import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import middy from '@middy/core';
import { type Invocation, invocationOf } from '@tabletheory/invocation';
import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { describe, expect, it, vi } from 'vitest';
import { compilerOf } from './compile.ts';
import { type BodyGuard, type BodyOptions, InputError, type RoutesOptions, validator } from './index.ts';

const orderSchema = {
  type: 'object',
  properties: {
    customerId: { type: 'string', minLength: 1 },
    total: { type: 'number', minimum: 0 },
    currency: { type: 'string', default: 'EUR' },
  },
  required: ['customerId', 'total'],
  additionalProperties: false,
} as const;

const json = { 'content-type': 'application/json' };
const context = () => ({}) as any;

type Options = BodyOptions<object> | RoutesOptions<Readonly<Record<string, object>>>;

/** What the handler gets as input. */
function run(options: Options, event: object): Promise<unknown> {
  return middy()
    .use(validator(options as BodyOptions<object>))
    .handler(async (_event, { input }) => input)(event, context());
}

async function failure(options: Options, event: object): Promise<InputError> {
  const error = await run(options, event).then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  return error;
}

describe('a valid body', () => {
  const body = '{"customerId":"c-1","total":5}';
  const parsed = { customerId: 'c-1', total: 5, currency: 'EUR' };

  it('becomes the input, with defaults, and leaves the event as it is', async () => {
    const event = { headers: json, body };
    const handler = middy()
      .use(validator({ body: orderSchema }))
      .handler(async (seen, { input }) => ({ seen, input }));
    expect(await handler(event, context())).toEqual({ seen: event, input: parsed });
    expect(event.body).toBe(body);
  });

  it.each([
    ['lower case', { 'content-type': 'application/json' }],
    ['title case', { 'Content-Type': 'application/json; charset=utf-8' }],
    ['upper case', { 'CONTENT-TYPE': 'APPLICATION/JSON' }],
    ['a suffix', { 'content-type': 'application/vnd.api+json' }],
    ['a space before the parameters', { 'content-type': 'application/json ;charset=utf-8' }],
  ])('is found by a content type header in %s', async (_name, headers) => {
    expect(await run({ body: orderSchema }, { headers, body })).toEqual(parsed);
  });

  it('is found by multiValueHeaders alone', async () => {
    const event = { headers: null, multiValueHeaders: { 'Content-Type': ['application/json'] }, body };
    expect(await run({ body: orderSchema }, event)).toEqual(parsed);
  });

  it('may be base64', async () => {
    const event = { headers: json, body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
    expect(await run({ body: orderSchema }, event)).toEqual(parsed);
  });

  it('goes to the context key of the options', async () => {
    const handler = middy()
      .use(validator({ body: orderSchema, contextKey: 'order' }))
      .handler(async (_event, { order }) => order.customerId);
    expect(await handler({ headers: json, body }, context())).toBe('c-1');
  });

  it('is validated synchronously once the schema is compiled', async () => {
    const middleware = validator({ body: orderSchema });
    const request = () => ({ event: { headers: json, body }, context: {}, internal: {} }) as any;
    await middleware.before?.(request());
    expect(middleware.before?.(request())).toBeUndefined();
  });
});

describe('a refused body', () => {
  const options = { body: orderSchema };

  it.each([
    ['no content type', { headers: {}, body: '{}' }, 415],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=1' }, 415],
    ['no headers', { body: '{}' }, 415],
    ['malformed JSON', { headers: json, body: '{"a":' }, 422],
    ['an absent body', { headers: json }, 422],
    ['an absent body and content type', { headers: {} }, 422],
    ['a null body, as REST APIs send', { headers: json, body: null }, 422],
    ['an empty body', { headers: json, body: '' }, 422],
    ['__proto__', { headers: json, body: '{"customerId":"c","total":1,"__proto__":{"admin":true}}' }, 422],
    ['nested and escaped __proto__', { headers: json, body: '{"a":[{"\\u005f_proto__":1}]}' }, 422],
    ['nesting deeper than the stack', { headers: json, body: '['.repeat(200_000) + ']'.repeat(200_000) }, 422],
    ['a missing property', { headers: json, body: '{"total":1}' }, 400],
    ['a null document', { headers: json, body: 'null' }, 400],
  ])('%s', async (_name, event, statusCode) => {
    const error = await failure(options, event);
    expect(error).toMatchObject({ statusCode, expose: true, cause: { package: '@tabletheory/validator' } });
    expect(error.message).not.toBe('');
    expect('data' in error.cause).toBe(statusCode === 400);
  });

  it('lists every problem by path, without values', async () => {
    const error = await failure(options, { headers: json, body: '{"customerId":"","total":-1,"extra":1}' });
    expect(error.cause.data).toEqual([
      {
        instancePath: '',
        schemaPath: '#/additionalProperties',
        keyword: 'additionalProperties',
        message: 'must NOT have additional properties',
      },
      {
        instancePath: '/customerId',
        schemaPath: '#/properties/customerId/minLength',
        keyword: 'minLength',
        message: 'must NOT have fewer than 1 characters',
      },
      {
        instancePath: '/total',
        schemaPath: '#/properties/total/minimum',
        keyword: 'minimum',
        message: 'must be >= 0',
      },
    ]);
  });

  it('lists at most 50 problems, and one alone of a large body', async () => {
    const numbers = { body: { type: 'array', items: { type: 'number' } } } as const;
    const strings = (count: number) => ({ headers: json, body: JSON.stringify(Array(count).fill('text')) });
    expect((await failure(numbers, strings(60))).cause.data).toHaveLength(50);
    expect((await failure(numbers, strings(60_000))).cause.data).toHaveLength(1);
  });

  it('is localized', async () => {
    const german = vi.fn((errors) => {
      for (const error of errors) error.message = `Fehler: ${error.keyword}`;
    });
    const handler = middy()
      .before((request) => {
        Object.assign(request.context, { preferredLanguage: 'de' });
      })
      .use(validator({ body: orderSchema, languages: { de: german } }))
      .handler(async () => 'unreachable');
    const error = await handler({ headers: json, body: '{"total":1}' }, context()).catch((reason) => reason);
    expect(error.cause.data).toMatchObject([{ message: 'Fehler: required' }]);
  });

  it('leaves nothing of its content in the error', async () => {
    const canary = 'canary-4711';
    const guard = new Ajv({ allErrors: true, verbose: true }).compile(orderSchema);
    for (const body of [orderSchema, guard]) {
      for (const event of [
        { headers: { 'content-type': `text/${canary}` }, body: canary },
        { headers: json, body: `{"a": ${canary}` },
        { headers: json, body: canary },
        { headers: json, body: `{"__proto__":"${canary}"}` },
        { headers: json, body: `{"customerId":{"a":"${canary}"},"total":"${canary}","currency":["${canary}"]}` },
        { headers: json, body: `{"${canary}":1}` },
        { headers: json, body: `"${canary}"` },
      ]) {
        const error = await failure({ body }, event);
        const shown = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }) + JSON.stringify(error);
        expect(shown).not.toContain(canary);
      }
    }
  });

  it('that another body parser has parsed already is a mistake of the application', async () => {
    await expect(run(options, { headers: json, body: { total: 1 } })).rejects.toThrow(/remove the body parser/);
  });
});

describe('a schema', () => {
  const request = { headers: json, body: '{"at":"2024-02-29T12:00:00Z","pair":["a",1]}' };

  it('may use the built-in formats and those of the ajv option', async () => {
    const even = { even: (text: string) => text.length % 2 === 0 };
    const schema = (format: string) => ({ type: 'object', properties: { at: { type: 'string', format } } }) as const;
    expect(await run({ body: schema('date-time') }, request)).toMatchObject({ at: '2024-02-29T12:00:00Z' });
    expect(await run({ body: schema('even'), ajv: { formats: even } }, request)).toBeDefined();
    expect((await failure({ body: schema('date') }, request)).cause.data).toMatchObject([{ instancePath: '/at' }]);
  });

  it('is read as draft 2020-12 when it says so', async () => {
    const tuple = (second: string) => ({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        pair: { type: 'array', minItems: 2, prefixItems: [{ type: 'string' }, { type: second }], items: false },
      },
    });
    expect(await run({ body: tuple('number') }, request)).toBeDefined();
    expect((await failure({ body: tuple('string') }, request)).statusCode).toBe(400);
  });

  it('that is wrong fails every request with a TypeError naming the option', async () => {
    const handler = middy()
      .use(validator({ routes: { 'POST /orders': { type: 'object', properties: { total: { type: 'nmber' } } } } }))
      .handler(async () => 'unreachable');
    for (const event of [{ headers: json, body: '{}', routeKey: 'POST /orders' }, { routeKey: 'GET /orders' }]) {
      const error = await handler(event, context()).catch((reason) => reason);
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(
        /option routes\["POST \/orders"\] is not a valid schema: .*properties\/total\/type/,
      );
      expect(error.cause).toEqual({ package: '@tabletheory/validator' });
    }
  });

  it('that is wrong does not end the process before a request has reported it', async () => {
    const unhandled = vi.fn();
    process.once('unhandledRejection', unhandled);
    const middleware = validator({ body: { type: 'nmber' } });
    await expect(compilerOf()('body', { type: 'nmber' })).rejects.toThrow(TypeError);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(unhandled).not.toHaveBeenCalled();
    process.off('unhandledRejection', unhandled);
    await expect(middleware.before?.({ event: {}, context: {}, internal: {} } as any)).rejects.toThrow(/nmber|type/);
  });

  it('is refused when it has unknown keywords or formats', async () => {
    for (const body of [{ requird: ['a'] }, { type: 'string', format: 'shoe-size' }]) {
      await expect(run({ body }, request)).rejects.toThrow(/option body is not a valid schema: .*(requird|shoe-size)/);
    }
  });
});

describe('a compiled validator', () => {
  const good = { headers: json, body: '{"customerId":"c-1","total":5}' };
  const bad = { headers: json, body: '{"customerId":"c-1"}' };

  it('may be ajv standalone code', async () => {
    const ajv = new Ajv({ code: { source: true } });
    const code = standaloneCode.default(ajv, ajv.compile(orderSchema));
    const module = { exports: {} };
    new Function('module', 'exports', 'require', code)(module, module.exports, createRequire(import.meta.url));
    const body = module.exports as BodyGuard<{ customerId: string }>;
    expect(await run({ body }, good)).toMatchObject({ customerId: 'c-1' });
    expect((await failure({ body }, bad)).cause.data).toMatchObject([{ keyword: 'required' }]);
  });

  it('may be a type guard without a list of errors', async () => {
    const body = (data: unknown): data is { total: number } =>
      typeof data === 'object' && data !== null && 'total' in data;
    expect(await run({ body }, good)).toMatchObject({ total: 5 });
    expect((await failure({ body }, bad)).cause.data).toEqual([]);
  });

  it('that answers with a promise lets nothing pass', async () => {
    expect((await failure({ body: async () => true }, good)).statusCode).toBe(400);
  });

  it('that throws fails the request with its own error', async () => {
    const bug = new Error('bug');
    const body = () => {
      throw bug;
    };
    await expect(run({ body }, good)).rejects.toBe(bug);
  });
});

describe('routes', () => {
  const routes = {
    'POST /orders': orderSchema,
    'PATCH /orders/{id}': { type: 'object', properties: { status: { enum: ['paid'] } }, required: ['status'] },
  } as const;

  it('choose the schema, in payload formats 2.0 and 1.0', async () => {
    const body = '{"status":"paid"}';
    expect(await run({ routes }, { headers: json, body, routeKey: 'PATCH /orders/{id}' })).toEqual({ status: 'paid' });
    const rest = { headers: json, body, httpMethod: 'PATCH', resource: '/orders/{id}', path: '/orders/1' };
    expect(await run({ routes }, rest)).toEqual({ status: 'paid' });
    expect((await failure({ routes }, { headers: json, body, routeKey: 'POST /orders' })).statusCode).toBe(400);
  });

  it('not named are left alone', async () => {
    const event = { headers: {}, routeKey: 'GET /orders/{id}' };
    expect(await run({ routes }, event)).toBeUndefined();
    expect(await run({ routes }, {})).toBeUndefined();
    expect(await run({ routes }, { routeKey: 'constructor' })).toBeUndefined();
  });
});

describe('in the chain', () => {
  it('interleaved requests stay apart', async () => {
    let arrived = 0;
    const bothArrived = Promise.withResolvers<void>();
    const handler = middy()
      .use(validator({ body: orderSchema }))
      .handler(async (_event, received) => {
        if (++arrived === 2) bothArrived.resolve();
        await bothArrived.promise;
        return received.input.customerId;
      });
    const event = (customerId: string) => ({ headers: json, body: JSON.stringify({ customerId, total: 1 }) });
    const answers = [handler(event('a'), context()), handler(event('b'), context()), handler(event(''), context())];
    expect(await Promise.allSettled(answers)).toMatchObject([
      { value: 'a' },
      { value: 'b' },
      { reason: { cause: { data: [{ instancePath: '/customerId' }] } } },
    ]);
  });

  /** Runs one request and tells how it went and whether its record was ended. */
  async function ending(event: object, handle: () => unknown, first?: () => unknown) {
    let invocation: Invocation | undefined;
    let outcome: string | undefined;
    const chain = middy();
    if (first !== undefined) chain.before(first);
    const handler = chain
      .use(validator({ body: orderSchema }))
      .before((request) => {
        invocation = invocationOf(request);
        invocation?.onEnd((end) => {
          outcome = end.outcome;
        });
      })
      .handler(async () => handle());
    const result = await handler(event, context()).catch((error: Error) => error);
    return { result, ended: invocation?.ended, outcome };
  }
  const valid = { headers: json, body: '{"customerId":"c-1","total":5}' };
  const failing = () => {
    throw new Error('no');
  };

  it('the request ends after success and after an error of the handler', async () => {
    expect(await ending(valid, () => 'ok')).toEqual({ result: 'ok', ended: true, outcome: 'success' });
    expect(await ending(valid, failing)).toMatchObject({ result: { message: 'no' }, ended: true, outcome: 'error' });
  });

  it('an earlier middleware that throws or answers keeps the body from being read', async () => {
    expect(await ending({}, () => 'ok', failing)).toMatchObject({ result: { message: 'no' }, ended: undefined });
    expect(
      await ending(
        {},
        () => 'ok',
        () => 'early',
      ),
    ).toMatchObject({ result: 'early', ended: undefined });
  });

  it('its own refusal can be answered by a later onError', async () => {
    const handler = middy()
      .use(validator({ body: orderSchema }))
      .onError((request) => {
        request.response = { statusCode: (request.error as InputError).statusCode };
      })
      .handler(async () => 'unreachable');
    expect(await handler({ headers: json, body: '{}' }, context())).toEqual({ statusCode: 400 });
  });
});

const events = new URL('../../../../shared/data/events/', import.meta.url);
const captured = ['apigw-http-no-auth', 'apigw-http-jwt-authorizer-auth', 'apigw-rest-no-auth'];
it.skipIf(!existsSync(events)).each(captured)(
  'the captured event %s is validated by its route (skipped without the folder of captured events)',
  async (name) => {
    const event = JSON.parse(readFileSync(new URL(`${name}.json`, events), 'utf8'));
    const route = event.routeKey ?? `${event.httpMethod} ${event.resource}`;
    const options = { routes: { [route as string]: orderSchema } };
    expect((await failure(options, event)).statusCode).toBe(422);
    const body = '{"customerId":"c-1","total":5}';
    expect((await failure(options, { ...event, body })).statusCode).toBe(415);
    const spelt = event.version === '2.0' ? 'content-type' : 'Content-Type';
    const sent = { ...event, body, headers: { ...event.headers, [spelt]: 'application/json' } };
    expect(await run(options, sent)).toMatchObject({ customerId: 'c-1' });
    expect(await run({ routes: { 'PUT /elsewhere': orderSchema } }, event)).toBeUndefined();
  },
);
