import { inspect } from 'node:util';
import middy from '@middy/core';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { InputError, type StandardSchema, validator } from './index.ts';
import type { AnyOptions } from './options.ts';

const json = { 'content-type': 'application/json' };

function run(options: AnyOptions, event: object): Promise<any> {
  return middy()
    .use(validator(options as { body: object }))
    .handler(async (_event, { input }: any) => input)(event, {} as any);
}

async function failure(options: AnyOptions, event: object): Promise<InputError> {
  const error = await run(options, event).catch((reason) => reason);
  expect(error).toBeInstanceOf(InputError);
  return error;
}

const schemas = {
  zod: z.strictObject({
    customerId: z.string().min(3),
    currency: z.enum(['EUR', 'USD']).default('EUR'),
    lines: z.array(z.object({ 'a/b~c': z.number() })),
  }),
  valibot: v.strictObject({
    customerId: v.pipe(v.string(), v.minLength(3)),
    currency: v.optional(v.picklist(['EUR', 'USD']), 'EUR'),
    lines: v.array(v.object({ 'a/b~c': v.number() })),
  }),
};

describe.each(Object.entries(schemas))('a schema of %s', (_name, body) => {
  const good = { headers: json, body: '{"customerId":"c-1","lines":[{"a/b~c":1}]}' };

  it('gives its output', async () => {
    expect(await run({ body }, good)).toEqual({ customerId: 'c-1', currency: 'EUR', lines: [{ 'a/b~c': 1 }] });
  });

  it('refuses with the path and the rule of each problem', async () => {
    const error = await failure({ body }, { ...good, body: '{"customerId":"c","lines":[{"a/b~c":"1"}]}' });
    expect(error).toMatchObject({ statusCode: 400, expose: true, cause: { package: '@tabletheory/validator' } });
    expect(error.cause.data).toMatchObject([
      { instancePath: '/customerId', schemaPath: '' },
      { instancePath: '/lines/0/a~1b~0c', schemaPath: '', message: 'must be number' },
    ]);
    for (const { keyword } of error.cause.data ?? []) expect(keyword).toMatch(/^[a-z_]+$/);
  });

  it('leaks no value, and its own messages only when asked for', async () => {
    const canary = 'canary-4711';
    const event = { ...good, body: JSON.stringify({ customerId: [canary], currency: canary, lines: canary }) };
    const error = await failure({ body }, event);
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(canary);
    expect(JSON.stringify(error)).not.toContain(canary);
    const messages = (await failure({ body, vendorMessages: true }, event)).cause.data?.map((one) => one.message);
    expect(messages?.join()).toMatch(/Invalid .*EUR/);
  });
});

describe('a Standard Schema', () => {
  it('may turn text into other types in a query string', async () => {
    const query = z.object({ limit: z.coerce.number().max(50), tag: z.array(z.string()).optional() });
    expect(await run({ query }, { rawQueryString: 'limit=5&tag=a&tag=b' })).toEqual({ limit: 5, tag: ['a', 'b'] });
    expect((await failure({ query }, { rawQueryString: 'limit=51' })).cause.data).toMatchObject([
      { instancePath: '/limit', keyword: 'too_big' },
    ]);
  });

  it('may be asynchronous, beside synchronous ones', async () => {
    const body = v.objectAsync({
      id: v.pipeAsync(
        v.string(),
        v.checkAsync(async (id) => id !== 'taken', 'taken'),
      ),
    });
    const query = { type: 'object', properties: { limit: { type: 'integer' } } };
    const event = { headers: json, body: '{"id":"free"}', rawQueryString: 'limit=1' };
    expect(await run({ body }, event)).toEqual({ id: 'free' });
    expect(await run({ body, query }, event)).toEqual({ body: { id: 'free' }, query: { limit: 1 } });
    const error = await failure({ body, query }, { ...event, body: '{"id":"taken"}', rawQueryString: 'limit=x' });
    expect(error.cause.data?.map((one) => one.instancePath)).toEqual(['/query/limit', '/body/id']);
  });

  it('keeps interleaved requests apart while it waits', async () => {
    const gates = new Map<string, () => void>();
    const body = z.object({
      id: z.string().refine((id) => new Promise<boolean>((resolve) => gates.set(id, () => resolve(id !== 'b')))),
    });
    const [a, b, c] = ['a', 'b', 'c'].map((id) => run({ body }, { headers: json, body: JSON.stringify({ id }) }));
    while (gates.size < 3) await new Promise((resolve) => setImmediate(resolve));
    for (const id of ['c', 'b', 'a']) gates.get(id)?.();
    expect(await Promise.allSettled([a, b, c])).toMatchObject([
      { value: { id: 'a' } },
      { reason: { cause: { data: [{ instancePath: '/id' }] } } },
      { value: { id: 'c' } },
    ]);
  });

  it('that fails fails the request with its own error', async () => {
    const bug = new Error('bug');
    const event = { headers: json, body: '1' };
    for (const validate of [() => Promise.reject(bug), () => thrown(bug)]) {
      await expect(run({ body: standard(validate) }, event)).rejects.toBe(bug);
    }
  });

  it('that answers with a promise of another kind lets nothing pass', async () => {
    // biome-ignore lint/suspicious/noThenProperty: such a promise is what is tested
    const foreign = { then: (resolve: (result: object) => void) => resolve({ issues: [{ message: 'no' }] }) };
    const body = standard(() => foreign as any);
    expect((await failure({ body }, { headers: json, body: '1' })).cause.data).toEqual([
      { instancePath: '', schemaPath: '', keyword: 'schema', message: 'must be valid' },
    ]);
  });

  it('may be a function', async () => {
    const body = Object.assign(
      () => false,
      standard((value) => ({ value: [value] })),
    );
    expect(await run({ body }, { headers: json, body: '1' })).toEqual([1]);
  });

  it('tells at most 50 problems', async () => {
    const body = z.array(z.number());
    const error = await failure({ body }, { headers: json, body: JSON.stringify(Array(60).fill('x')) });
    expect(error.cause.data).toHaveLength(50);
  });
});

function standard(validate: StandardSchema['~standard']['validate']): StandardSchema {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

function thrown(error: Error): never {
  throw error;
}
