import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { runWith } from './run-bundle.ts';
import { bundle, testFile } from './test-function.ts';

/** A function that answers what its validators made of events. */
const chain = (options: string, imports = '') => `
import middy from '@middy/core';
import { defineModel, date, number, string, stringSet } from '@tabletheory/core';
import { validator } from '@tabletheory/validator';
${imports}
const Order = defineModel({
  name: 'Order', table: 'orders', key: { partition: 'orderId' },
  attributes: {
    orderId: string({ pattern: '^o-\\\\d+$' }), total: number({ minimum: 0, default: 1 }),
    placedAt: date({ optional: true }), labels: stringSet({ optional: true }),
  },
});
const chain = middy().use(validator(${options})).handler(async (event, { input }) => event.answer ?? { input });
export const handler = chain;
export const result = async (events) => {
  const answers = [];
  for (const event of events) answers.push(await chain(event, {} as any).then(
    (answer) => answer,
    ({ name, statusCode, message, cause }) => ({ name, statusCode, message, data: cause?.data }),
  ));
  return answers;
};`;

const answers = async (file: string, events: readonly object[]) =>
  runWith<any[]>([file], `answer(await (await import(files[0])).result(${JSON.stringify(events)}));`);

const headers = { 'content-type': 'application/json' };
const withBody = (body: unknown, more = {}) => ({ headers, body: JSON.stringify(body), ...more });

/** Whether ajv itself is in a bundle, beyond the small functions that compiled schemas share. */
const hasAjv = (packages: readonly { name: string; bytes: number }[]) =>
  packages.some(({ name, bytes }) => name === 'ajv' && bytes > 20_000);

/** What a bundle with compiled schemas answers, which has to be what one with ajv does. */
async function answersOfBoth(source: string, events: readonly object[]): Promise<any[]> {
  const compiled = await bundle(source);
  expect(hasAjv(compiled.packages)).toBe(false);
  const withAjv = await bundle(source, { validators: false });
  expect(hasAjv(withAjv.packages)).toBe(true);
  const compiledAnswers = await answers(compiled.file, events);
  expect(compiledAnswers).toEqual(await answers(withAjv.file, events));
  return compiledAnswers;
}

describe('JSON Schemas', () => {
  it('of a model are compiled, with all problems listed and defaults filled in', async () => {
    const [good, bad, many] = await answersOfBoth(chain(`{ body: Order.jsonSchema('new') }`), [
      withBody({ orderId: 'o-1', placedAt: '2026-11-22T12:00:00Z', labels: ['a', 'b'] }),
      withBody({ orderId: 'x', total: -1, placedAt: 'today', labels: ['a', 'a'], other: 1 }),
      withBody({ orderId: 'x'.repeat(70_000), total: -1 }),
    ]);
    expect(good.input).toEqual({ orderId: 'o-1', total: 1, placedAt: '2026-11-22T12:00:00Z', labels: ['a', 'b'] });
    expect(bad).toMatchObject({ name: 'InputError', statusCode: 400 });
    expect(bad.data.map(({ keyword }: { keyword: string }) => keyword).toSorted()).toEqual(
      ['additionalProperties', 'format', 'minimum', 'pattern', 'uniqueItems'].toSorted(),
    );
    // Of a large value only the first.
    expect(many.data).toHaveLength(1);
  });

  it('imported from a file are compiled', async () => {
    const schema = { type: 'object', properties: { email: { type: 'string', format: 'email' } }, required: ['email'] };
    const file = await testFile('create.schema.json', JSON.stringify(schema));
    const imports = `import schema from ${JSON.stringify(file)} with { type: 'json' };`;
    const [good, bad] = await answersOfBoth(chain('{ body: schema }', imports), [
      withBody({ email: 'ada@example.com' }),
      withBody({ email: 'ada' }),
    ]);
    expect(good.input).toEqual({ email: 'ada@example.com' });
    expect(bad.data).toMatchObject([{ instancePath: '/email', keyword: 'format' }]);
  });

  it('are compiled for what they are for: text is turned into types, responses stay as they are', async () => {
    const schema = `{ type: 'object', properties: { limit: { type: 'integer', default: 5 } } }`;
    const [good, bad, response] = await answersOfBoth(
      chain(`{ query: ${schema}, body: ${schema}, response: ${schema} }`),
      [
        withBody({ limit: 1 }, { queryStringParameters: { limit: '20' } }),
        withBody({ limit: '1' }, { queryStringParameters: { limit: 'many' } }),
        withBody({ limit: 1 }, { answer: { limit: '1' } }),
      ],
    );
    expect(good.input).toEqual({ query: { limit: 20 }, body: { limit: 1 } });
    expect(bad.data.map(({ instancePath }: { instancePath: string }) => instancePath)).toEqual([
      '/query/limit',
      '/body/limit',
    ]);
    expect(response).toMatchObject({ name: 'ResponseError', statusCode: 500 });
  });

  it('are compiled with formats of the function, and in the dialect of 2020-12', async () => {
    const options = `{
      body: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: { sku: { type: 'string', format: 'sku' }, size: { type: 'number', format: 'even' }, code: { type: 'string', format: 'code' } },
        dependentRequired: { sku: ['size'] },
      },
      ajv: { formats: { sku: (value) => value.startsWith('s-'), code: /^[A-Z]+$/, even: { type: 'number', validate: (value) => value % 2 === 0 } } },
    }`;
    const [good, bad, missing] = await answersOfBoth(chain(options), [
      withBody({ sku: 's-1', size: 2, code: 'A' }),
      withBody({ sku: 'x', size: 3, code: 'a' }),
      withBody({ sku: 's-1' }),
    ]);
    expect(good.input).toEqual({ sku: 's-1', size: 2, code: 'A' });
    expect(bad.data).toHaveLength(3);
    expect(missing.data).toMatchObject([{ keyword: 'dependentRequired' }]);
  });

  it('that need code of the function are left to ajv, and others are compiled all the same', async () => {
    const options = `{
      body: { type: 'object', properties: { n: { type: 'number', even: true } } },
      ajv: { keywords: [{ keyword: 'even', validate: (_schema, value) => value % 2 === 0 }] },
    }`;
    const source = chain(options);
    const { file, packages } = await bundle(source);
    expect(hasAjv(packages)).toBe(true);
    expect(await answers(file, [withBody({ n: 2 }), withBody({ n: 3 })])).toMatchObject([
      { input: { n: 2 } },
      { data: [{ keyword: 'even' }] },
    ]);
  });

  it('that appear later are refused by name, unless ajv is kept', async () => {
    const source = `${chain(`{ body: { type: 'object' } }`)}
      export const late = () => middy().use(validator({ body: { type: 'string' } })).handler(async (_event, { input }) => input)(
        { headers: { 'content-type': 'application/json' }, body: '"a"' }, {} as any).catch(({ message }) => message);`;
    const late = (file: string) => runWith([file], 'answer(await (await import(files[0])).late());');
    const { file } = await bundle(source);
    expect(await late(file)).toMatch(
      /^@tabletheory\/validator: option body is not a valid schema: it was not there when/,
    );
    const kept = await bundle(source, { ajv: true });
    expect(await late(kept.file)).toBe('a');
  });

  it('do not need the function to be started where there is no validator', async () => {
    const { file } = await bundle(`throw new Error('started');\nexport const handler = 1;`);
    expect(await readFile(file, 'utf8')).toContain('started');
  });

  it('of a function that does not start fail the build, and say what to do', async () => {
    const source = `import { validator } from '@tabletheory/validator';
      if (!process.env.CURSOR_SECRET) throw new Error('CURSOR_SECRET is not set');
      export const handler = validator({ body: { type: 'object' } });`;
    const failure = await bundle(source).catch(({ errors }) => errors);
    expect(failure).toHaveLength(1);
    expect(failure[0].text).toMatch(/did not start.*environment.*validators: false.*CURSOR_SECRET is not set/s);
    await bundle(source, { environment: { CURSOR_SECRET: 'any' } });
    await bundle(source, { validators: false });
  });

  it('that are wrong fail the build', async () => {
    const failure = await bundle(chain(`{ body: { type: 'objekt' } }`)).catch(({ errors }) => errors);
    expect(failure[0].text).toContain('schema is invalid: data/type must be equal to one of the allowed values');
  });

  it('see none of the environment of the build', async () => {
    process.env.BUILD_ONLY = 'secret';
    const source = `import { validator } from '@tabletheory/validator';
      if (process.env.BUILD_ONLY || process.env.AWS_ENDPOINT_URL !== 'https://127.0.0.1:9') throw new Error('seen');
      export const handler = validator({ body: { type: 'object' } });`;
    await bundle(source).finally(() => {
      delete process.env.BUILD_ONLY;
    });
  });
});
