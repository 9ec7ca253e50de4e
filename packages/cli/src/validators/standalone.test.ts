import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import middy from '@middy/core';
import { type BodyGuard, formats, validator } from '@tabletheory/validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { config } from '../infrastructure/test-config.ts';
import type { ApiConfig } from '../openapi/api-config.ts';
import { modelSources, routeSources } from './sources.ts';
import { FORMATS, standaloneValidator, type ValidatorSource } from './standalone.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'validators-'));
  // What the code imports, by the name it imports it under.
  (globalThis as any).formatsOfValidator = formats;
  writeFileSync(join(folder, 'formats.mjs'), 'export const formats = globalThis.formatsOfValidator;');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  delete (globalThis as any).formatsOfValidator;
});

async function load(source: ValidatorSource): Promise<BodyGuard> {
  const file = join(folder, `${source.name}.mjs`);
  writeFileSync(file, standaloneValidator(source).code.replace("'@tabletheory/validator'", "'./formats.mjs'"));
  const module = await import(pathToFileURL(file).href);
  expect(module.validate).toBe(module.default);
  return module.default;
}

const sources = [...modelSources(config.models), ...routeSources(config.api as ApiConfig)];
const orderNew = sources.find(({ name }) => name === 'order-new') as ValidatorSource;
const order = { customerId: 'c', orderId: 'o-1', status: 'open', total: 1, lines: [{ sku: 'a', quantity: 1 }] };

describe('the code', () => {
  it.each(sources.map((source) => [source.name, source] as const))('needs no ajv: %s', (_name, source) => {
    const { code } = standaloneValidator(source);
    expect(code).not.toMatch(/\brequire\(|ajv/);
    const imports = code.match(/^import .*$/gm) ?? [];
    expect(imports.filter((line) => line !== "import { formats } from '@tabletheory/validator';")).toEqual([]);
  });

  it('decides as the schema says', async () => {
    const validate = await load(orderNew);
    expect(validate(order)).toBe(true);
    expect(validate({ ...order, orderId: 'x' })).toBe(false);
    expect(validate.errors).toMatchObject([{ instancePath: '/orderId', keyword: 'pattern' }]);
    expect(validate({ ...order, expiresAt: 'tomorrow' })).toBe(false);
    expect(validate.errors).toMatchObject([{ instancePath: '/expiresAt', keyword: 'format' }]);
    expect(validate({ ...order, expiresAt: '2027-01-01T00:00:00Z' })).toBe(true);
  });

  it('counts characters and compares values as ajv does', async () => {
    const schema = {
      type: 'object',
      properties: {
        text: { type: 'string', minLength: 2, maxLength: 2 },
        list: { type: 'array', uniqueItems: true },
        one: { const: { a: [1, null] } },
        some: { enum: [{ a: 1 }, 'b'] },
      },
    };
    const validate = await load({ name: 'helpers', schema });
    const good = [
      { text: '😀é' },
      { list: [1, '1', [1], { a: 1 }, { a: 2 }, null] },
      { one: { a: [1, null] } },
      { some: { a: 1 } },
    ];
    const bad = [
      { text: '😀' },
      { list: [{ a: [1] }, { a: [1] }] },
      { one: { a: [1] } },
      { some: { a: 1, b: 2 } },
      { list: [[], []] },
    ];
    expect(good.filter((value) => !validate(value))).toEqual([]);
    expect(bad.filter((value) => validate(value))).toEqual([]);
  });

  it('turns the text of a query string into types, and fills defaults in', async () => {
    const query = sources.find(({ name }) => name === 'get-orders-query') as ValidatorSource;
    expect(query.isText).toBe(true);
    const validate = await load(query);
    const value: any = { status: 'open', limit: '20' };
    expect(validate(value)).toBe(true);
    expect(value.limit).toBe(20);
    const withDefault = await load({ name: 'default', schema: { type: 'object', properties: { a: { default: 1 } } } });
    const empty: any = {};
    expect(withDefault(empty)).toBe(true);
    expect(empty).toEqual({ a: 1 });
  });

  it('is of draft 2020-12 where the schema says so', async () => {
    const $schema = 'https://json-schema.org/draft/2020-12/schema';
    const validate = await load({
      name: 'tuple',
      schema: { $schema, type: 'array', prefixItems: [{ type: 'string' }], minItems: 1, items: false },
    });
    expect([validate(['a']), validate([1]), validate(['a', 'b'])]).toEqual([true, false, false]);
  });

  it('is taken by the middleware', async () => {
    const handler = middy()
      .use(validator({ body: await load({ ...orderNew, name: 'body' }) }))
      .handler(async (_event, { input }) => input);
    const call = (body: unknown) =>
      (handler as any)({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }, {});
    expect(await call(order)).toEqual(order);
    await expect(call({})).rejects.toMatchObject({ statusCode: 400 });
  });
});

it('the types are those of the schema', () => {
  const { types } = standaloneValidator({
    name: 'a',
    schema: { type: 'object', properties: { a: { type: 'string' } } },
  });
  expect(types).toContain(
    'export declare const validate: BodyGuard<FromSchema<{"type":"object","properties":{"a":{"type":"string"}}}>>;',
  );
});

it('knows the formats of @tabletheory/validator', () => {
  expect([...FORMATS].sort()).toEqual(Object.keys(formats).sort());
});

it.each<[string, object, string]>([
  ['an unknown format', { type: 'string', format: 'colour' }, 'unknown format "colour"'],
  ['an unknown keyword', { type: 'string', colour: 'red' }, 'strict mode: unknown keyword: "colour"'],
])('a schema with %s is told', (_what, schema, message) => {
  expect(() => standaloneValidator({ name: 'paint', schema })).toThrow(
    `paint: the schema cannot be compiled: ${message}`,
  );
});

it('the list of files has no name twice', () => {
  const names = sources.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('create-order-body');
});
