import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { config } from '../infrastructure/test-config.ts';
import type { ApiConfig } from './api-config.ts';
import { requestModels } from './request-models.ts';

const modelOf = (body: object): any =>
  Object.values(requestModels({ title: 'Shop', version: '1', routes: { 'POST /orders': { body } } }))[0];

describe('a model', () => {
  it('is of each body, in draft-04', () => {
    expect(requestModels(config.api as ApiConfig)).toEqual({
      CreateOrderBody: {
        $schema: 'http://json-schema.org/draft-04/schema#',
        title: 'CreateOrderBody',
        type: 'object',
        properties: {
          customerId: { type: 'string', minLength: 1 },
          orderId: { type: 'string', pattern: '^o-', minLength: 1 },
          status: { type: 'string', enum: ['open', 'paid'], minLength: 1 },
          total: { type: 'number', multipleOf: 1, minimum: 0 },
          lines: {
            type: 'array',
            items: {
              type: 'object',
              properties: { sku: { type: 'string' }, quantity: { type: 'number', multipleOf: 1, minimum: 1 } },
              required: ['sku', 'quantity'],
              additionalProperties: false,
            },
          },
          expiresAt: { type: 'string' },
        },
        required: ['customerId', 'orderId', 'status', 'total', 'lines'],
        additionalProperties: false,
      },
    });
  });

  it.each<[string, object, object]>([
    ['const', { const: 'a' }, { enum: ['a'] }],
    ['bounds that are excluded', { exclusiveMinimum: 1, exclusiveMaximum: 9 }, { minimum: 1, maximum: 9 }],
    [
      'what later drafts added',
      { type: 'object', if: {}, propertyNames: {}, dependentRequired: {} },
      { type: 'object' },
    ],
    [
      'alternatives of which one must match',
      { oneOf: [{ type: 'string' }, false] },
      { anyOf: [{ type: 'string' }, { not: {} }] },
    ],
    ['lists of different elements', { prefixItems: [{}], items: false }, {}],
    [
      'definitions',
      { $defs: { a: true }, allOf: [{ $ref: '#/$defs/a' }] },
      { definitions: { a: {} }, allOf: [{ $ref: '#/definitions/a' }] },
    ],
    ['references to elsewhere', { items: { $ref: 'https://example.com/a' } }, { items: {} }],
    ['types with null', { type: ['integer', 'null'] }, { type: ['number', 'null'], multipleOf: 1 }],
    ['nothing required', { required: [] }, {}],
    ['any value', { additionalProperties: true }, { additionalProperties: {} }],
  ])('says what draft-04 has words for: %s', (_what, schema, model) => {
    const { $schema: _dialect, title: _title, ...rest } = modelOf(schema);
    expect(rest).toEqual(model);
  });

  it('lets through whatever its schema lets through', () => {
    const schema = {
      type: 'object',
      properties: {
        price: { type: 'number', exclusiveMinimum: 0, multipleOf: 0.5 },
        kind: { oneOf: [{ const: 'a' }, { type: 'string', minLength: 2, not: { const: 'bb' } }] },
        tags: {
          type: 'array',
          items: { type: 'string', format: 'date' },
          contains: { minLength: 1 },
          uniqueItems: true,
        },
      },
      required: ['price'],
      dependentRequired: { kind: ['tags'] },
    };
    // draft-04 is what both have in common here, but for the dialect's name.
    const { $schema: _dialect, ...model } = modelOf(schema);
    const full = new Ajv({ strict: false, formats: { date: /^\d{4}-\d\d-\d\d$/ } }).compile(schema);
    const partial = new Ajv({ strict: false }).compile(model);
    const values = [
      { price: 1 },
      { price: 0 },
      { price: 0.25 },
      { price: 1, kind: 'a', tags: ['2026-01-01'] },
      { price: 1, kind: 'bb' },
      { price: 1, kind: 'ccc', tags: [] },
      { price: 1, tags: ['2026-01-01', '2026-01-01'] },
      {},
    ];
    const stricter = values.filter((value) => full(value) && !partial(value));
    expect(stricter).toEqual([]);
    expect(values.filter((value) => !partial(value)).length).toBeGreaterThan(1);
  });
});
