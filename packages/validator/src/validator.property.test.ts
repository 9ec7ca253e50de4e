// The middleware decides as ajv does on the value that JSON.parse reads, and an event's source makes no difference.
import middy from '@middy/core';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formats } from './formats.ts';
import { InputError, validator } from './index.ts';

const handlerOf = (options: object) =>
  middy<any>()
    .use(validator(options as { body: object }))
    .handler(async (_event, { input }: any) => input) as unknown as (event: unknown, context: object) => Promise<any>;

/** What is accepted of an event, or the refusal. */
async function outcome(
  handler: ReturnType<typeof handlerOf>,
  event: unknown,
): Promise<{ input?: any; error?: InputError }> {
  try {
    return { input: await handler(event, {}) };
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return { error: error as InputError };
  }
}

const json = { 'content-type': 'application/json' };

const SCHEMAS: Record<string, object> = {
  order: {
    type: 'object',
    properties: {
      customerId: { type: 'string', minLength: 1, maxLength: 5 },
      total: { type: 'number', minimum: 0 },
      currency: { enum: ['EUR', 'USD'], default: 'EUR' },
      lines: {
        type: 'array',
        maxItems: 2,
        items: { type: 'object', properties: { sku: { type: 'string' } }, required: ['sku'] },
      },
    },
    required: ['customerId'],
    additionalProperties: false,
  },
  choice: { anyOf: [{ type: 'string', pattern: '^a' }, { type: 'integer', multipleOf: 3 }, { type: 'null' }] },
  keys: {
    type: 'object',
    patternProperties: { '^x': { type: 'integer' } },
    propertyNames: { maxLength: 4 },
    minProperties: 1,
  },
  tree: { $id: 'tree', type: 'array', items: { $ref: 'tree' }, maxItems: 3 },
  conditional: {
    type: 'object',
    properties: { kind: { type: 'string' }, when: { type: 'string', format: 'date-time' } },
    if: { properties: { kind: { const: 'timed' } }, required: ['kind'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { required: ['when'] },
  },
  anything: {},
};

const names = fc.constantFrom(
  'customerId',
  'total',
  'currency',
  'lines',
  'sku',
  'kind',
  'when',
  'xa',
  'xabcd',
  'b',
  'toString',
);
const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    'EUR',
    'USD',
    'a',
    '',
    'timed',
    3,
    0,
    -1,
    1.5,
    null,
    true,
    '2026-01-31T12:00:00Z',
    '2026-02-30T12:00:00Z',
  ),
  fc.jsonValue({ maxDepth: 1 }),
);
const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(names, tie('value'), { maxKeys: 5 }),
  ),
}));
const orders = fc.record(
  {
    customerId: fc.oneof(fc.string({ maxLength: 6 }), leaf),
    total: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), leaf),
    currency: leaf,
    lines: fc.array(fc.record({ sku: fc.oneof(fc.string(), leaf) }, { requiredKeys: [] }), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);
// Names that could change prototypes are refused, whatever the schema.
const bodies = fc
  .oneof(values, orders, fc.dictionary(names, leaf))
  .filter((body) => !/"(__proto__|constructor)"/.test(JSON.stringify(body)));

describe.each(Object.entries(SCHEMAS))('the schema %s', (_name, schema) => {
  const handler = handlerOf({ body: schema });
  const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, useDefaults: true, formats });
  const valid = ajv.compile(schema);

  it('decides about every body as ajv does, and gives the same input', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.boolean(), async (value, isBase64Encoded) => {
        const text = JSON.stringify(value);
        const body = isBase64Encoded ? Buffer.from(text).toString('base64') : text;
        const expected: unknown = JSON.parse(text);
        const { input, error } = await outcome(handler, { headers: json, body, isBase64Encoded });
        if (valid(expected)) expect(input).toEqual(expected);
        else {
          expect(error?.statusCode).toBe(400);
          const [first] = valid.errors ?? [];
          expect(error?.cause.data).toContainEqual(
            expect.objectContaining({ instancePath: first?.instancePath, keyword: first?.keyword }),
          );
        }
      }),
    );
  });

  it('takes no text for JSON that JSON.parse does not', async () => {
    const damage = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(bodies, fc.nat(), fc.string({ maxLength: 2 })).map(([value, at, put]) => {
        const text = JSON.stringify(value);
        return text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1);
      }),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (body) => {
        const { input, error } = await outcome(handler, { headers: json, body });
        let parsed: unknown;
        try {
          parsed = JSON.parse(body);
        } catch {
          expect(error?.statusCode).toBe(422);
          return;
        }
        if (error !== undefined) expect([400, 422]).toContain(error.statusCode);
        else expect(valid(parsed) && input).toEqual(parsed);
      }),
    );
  });
});

describe('an SQS event', () => {
  const handler = handlerOf({ records: SCHEMAS.order });
  const valid = new Ajv({ strictRequired: false, useDefaults: true }).compile(SCHEMAS.order as object);

  it('has each message decided for itself, in its place', async () => {
    const text = fc.oneof(
      orders.map((order) => JSON.stringify(order)),
      values.map((value) => JSON.stringify(value)),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 10 }), async (texts) => {
        const Records = texts.map((body, i) => ({ messageId: `m${i}`, body }));
        const { input } = await outcome(handler, { Records });
        expect(input.map(({ messageId }: any) => messageId)).toEqual(Records.map(({ messageId }) => messageId));
        for (const [i, { body, error }] of input.entries()) {
          let parsed: unknown;
          try {
            parsed = JSON.parse(texts[i] as string);
          } catch {
            expect(error.statusCode).toBe(422);
            continue;
          }
          if (valid(parsed)) expect(body).toEqual(parsed);
          else expect([400, 422]).toContain(error.statusCode);
        }
      }),
    );
  });
});
