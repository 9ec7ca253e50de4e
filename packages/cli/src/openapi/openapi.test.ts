import { Validator } from '@seriousme/openapi-schema-validator';
import { defineModel, string } from '@tabletheory/core';
import { describe, expect, it } from 'vitest';
import { config, httpApi } from '../infrastructure/test-config.ts';
import type { ApiConfig } from './api-config.ts';
import { openApiDocument } from './openapi.ts';

const api = config.api as ApiConfig;
const document: any = openApiDocument(api);

/** An API of one route. */
const withRoute = (key: string, route: ApiConfig['routes'][string] = {}, more: Partial<ApiConfig> = {}): ApiConfig => ({
  title: 'Shop',
  version: '1.0.0',
  ...more,
  routes: { [key]: route },
});

describe('a document', () => {
  it.each([
    ['of a REST API', api],
    ['of an HTTP API', httpApi],
    ['of one route', withRoute('GET /orders')],
  ])('is one of OpenAPI 3.1: %s', async (_which, each) => {
    const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(openApiDocument(each))));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it('has the routes with their parameters and bodies', () => {
    expect(document.paths['/orders'].post).toEqual({
      operationId: 'createOrder',
      summary: 'Creates an order',
      'x-amazon-apigateway-request-validator': 'body',
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/CreateOrderBody' } } },
      },
      responses: {
        201: {
          description: 'Created',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/CreateOrder201Response' } } },
        },
        default: { $ref: '#/components/responses/Problem' },
      },
    });
    expect(document.components.schemas.CreateOrderBody).toEqual((api.routes['POST /orders'] as { body: object }).body);
    expect(document.paths['/orders'].get).toMatchObject({
      operationId: 'getOrders',
      'x-amazon-apigateway-request-validator': 'parameters',
      parameters: [
        { name: 'status', in: 'query', required: true, schema: { enum: ['open', 'paid'] } },
        { name: 'limit', in: 'query', schema: { type: 'integer' } },
      ],
    });
    expect(document.paths['/orders/{customerId}/{orderId}'].get.parameters).toEqual([
      { name: 'customerId', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'orderId', in: 'path', required: true, schema: { type: 'string' } },
    ]);
    expect(document.paths['/{proxy+}']).toHaveProperty('x-amazon-apigateway-any-method');
  });

  it('tells errors as problems', () => {
    expect(document.components.responses.Problem.content).toEqual({
      'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
    });
  });

  it("has API Gateway's validators for a REST API only", () => {
    expect(document['x-amazon-apigateway-request-validators']).toHaveProperty('all');
    const text = JSON.stringify(openApiDocument(httpApi));
    expect(text).not.toContain('x-amazon-apigateway-request-validator');
  });

  it('leaves the default route out, of which nothing is known', () => {
    expect(Object.keys(openApiDocument(httpApi).paths)).toEqual(Object.keys(openApiDocument(api).paths));
  });

  it("keeps a schema's references to itself", () => {
    const tree = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { children: { type: 'array', items: { $ref: '#' } }, name: { $ref: '#/$defs/name' } },
      $defs: { name: { type: 'string' } },
    };
    const { components } = openApiDocument(withRoute('POST /trees', { body: tree }));
    expect(components.schemas.PostTreesBody).toEqual({
      type: 'object',
      properties: {
        children: { type: 'array', items: { $ref: '#/components/schemas/PostTreesBody' } },
        name: { $ref: '#/components/schemas/PostTreesBody/$defs/name' },
      },
      $defs: { name: { type: 'string' } },
    });
  });

  it("takes a path parameter's schema, a model's key for example", () => {
    const Order = defineModel({
      name: 'Order',
      table: 'orders',
      key: { partition: 'orderId' },
      attributes: { orderId: string({ pattern: '^o-' }) },
    });
    const { paths } = openApiDocument(withRoute('GET /orders/{orderId}', { path: Order.jsonSchema('key') }));
    expect(paths['/orders/{orderId}']?.get).toMatchObject({ parameters: [{ schema: { pattern: '^o-' } }] });
  });
});

describe('a route that cannot be', () => {
  it.each<[string, string, ApiConfig['routes'][string], Partial<ApiConfig>]>([
    ['a route is a method and a path', 'FETCH /orders', {}, {}],
    ['a route is a method and a path', '/orders', {}, {}],
    ['a REST API has no default route', '$default', {}, { type: 'rest' }],
    ['an HTTP API keeps no responses', 'GET /orders', { cacheTtl: 1 }, {}],
    ['cacheTtl needs api.cache', 'GET /orders', { cacheTtl: 1 }, { type: 'rest' }],
    ['only responses to GET are kept', 'POST /orders', { cacheTtl: 1 }, { type: 'rest', cache: {} }],
    ['an HTTP API keeps no responses', 'GET /orders', {}, { cache: {} }],
  ])('is told: %s', (message, key, route, more) => {
    expect(() => openApiDocument(withRoute(key, route, more))).toThrow(message);
  });

  it('is told when two have one name', () => {
    const routes = { 'GET /a': { operationId: 'read' }, 'GET /b': { operationId: 'read' } };
    expect(() => openApiDocument({ title: 'Shop', version: '1', routes })).toThrow(
      'two routes have the operationId read',
    );
    const alike = { 'GET /a': { operationId: 'get-order' }, 'GET /b': { operationId: 'getOrder' } };
    expect(() => openApiDocument({ title: 'Shop', version: '1', routes: alike })).toThrow(
      'the operationId getOrder, but for punctuation',
    );
  });
});
