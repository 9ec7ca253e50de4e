import middy from '@middy/core';
import { afterEach, expect, it } from 'vitest';
import { validator } from './index.ts';

const LOOKUP = Symbol.for('@tabletheory/validator/precompiled');
const shared = globalThis as { [LOOKUP]?: unknown };

afterEach(() => {
  delete shared[LOOKUP];
});

const invoke = (schema: object, body: unknown, options = {}) =>
  middy()
    .use(validator({ body: schema, ...options } as { body: object }))
    .handler(async (_event, { input }) => input)(
    { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    {} as any,
  );

const schema = { type: 'string', format: 'sku' };

it('the code of a precompiled schema is used, with the formats of the function', async () => {
  const asked: [schema: object, options: object][] = [];
  const sku = (value: string) => value.startsWith('s-');
  // Both make the same check; the listing tells more.
  const code = (messages: string[]) => (formats: Record<string, (value: string) => boolean>) => {
    const guard = (value: string) => {
      const valid = formats.sku?.(value) && formats.email?.('ada@example.com');
      guard.errors = valid ? null : messages.map((message) => ({ instancePath: '', keyword: 'format', message }));
      return valid;
    };
    guard.errors = null as object[] | null;
    return guard;
  };
  shared[LOOKUP] = (...args: [object, object]) => {
    asked.push(args);
    return { verdict: code(['first']), listing: code(['first', 'second']) };
  };
  const options = { ajv: { formats: { sku } } };
  expect(await invoke(schema, 's-1', options)).toBe('s-1');
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject([schema, { strict: true, useDefaults: true, formats: { sku } }]);
  await expect(invoke(schema, 'x', options)).rejects.toMatchObject({
    cause: { data: [{ message: 'first' }, { message: 'second' }] },
  });
  // Of a large value only the first error is listed.
  await expect(invoke(schema, 'x'.repeat(70_000), options)).rejects.toMatchObject({
    cause: { data: [{ message: 'first' }] },
  });
});

it('a schema there is no code of is compiled', async () => {
  shared[LOOKUP] = () => undefined;
  expect(await invoke({ type: 'number' }, 1)).toBe(1);
  await expect(invoke({ type: 'number' }, 'a')).rejects.toMatchObject({ statusCode: 400 });
});
