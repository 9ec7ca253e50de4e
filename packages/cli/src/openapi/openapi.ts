import { logicalId } from '../logical-id.ts';
import type { ApiConfig, ApiResponse, ParameterSchema } from './api-config.ts';
import { embeddedSchema } from './embedded-schema.ts';
import { PROBLEM_SCHEMA } from './problem-schema.ts';
import { type Route, routesOf } from './route.ts';

/** An OpenAPI document: https://spec.openapis.org/oas/v3.1.1.html */
export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly responses: Readonly<Record<string, object>>;
  };
  readonly [extension: `x-${string}`]: unknown;
}

// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-request-validators.html
const VALIDATORS = {
  body: { validateRequestBody: true, validateRequestParameters: false },
  parameters: { validateRequestBody: false, validateRequestParameters: true },
  all: { validateRequestBody: true, validateRequestParameters: true },
};

/**
 * The OpenAPI 3.1 document of an API: its routes with their parameters, bodies and responses. Errors are problem
 * documents (RFC 9457), as `@tabletheory/http-errors` writes them. For a REST API it has API Gateway's extensions for
 * the validation of requests.
 *
 * @throws UsageError when a route cannot be read.
 *
 * @example
 * const document = openApiDocument({
 *   title: 'Orders',
 *   version: '1.0.0',
 *   routes: { 'POST /orders': { body: Order.jsonSchema('new'), responses: { 201: { description: 'Created' } } } },
 * });
 */
export function openApiDocument(api: ApiConfig): OpenApiDocument {
  const { title, version, description, type = 'http' } = api;
  const schemas: Record<string, object> = { Problem: PROBLEM_SCHEMA };
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routesOf(api)) {
    // What no other route takes cannot be described.
    if (route.method === undefined) continue;
    const place = (name: string, schema: object): { readonly $ref: string } => {
      const $ref = `#/components/schemas/${name}`;
      schemas[name] = embeddedSchema(schema, $ref);
      return { $ref };
    };
    const method = route.method === 'ANY' ? 'x-amazon-apigateway-any-method' : route.method.toLowerCase();
    paths[route.path] = { ...paths[route.path], [method]: operation(route, type, place) };
  }
  return {
    openapi: '3.1.1',
    info: { title, version, ...(description !== undefined && { description }) },
    ...(type === 'rest' && { 'x-amazon-apigateway-request-validators': VALIDATORS }),
    paths,
    components: { schemas, responses: { Problem: problemResponse('What went wrong') } },
  };
}

type Place = (name: string, schema: object) => { readonly $ref: string };

function operation(route: Route, type: 'http' | 'rest', place: Place): object {
  const { operationId, summary, description, body } = route;
  const parameters = parametersOf(route);
  const validator = validatorOf(route);
  return {
    operationId,
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    ...(type === 'rest' && validator !== undefined && { 'x-amazon-apigateway-request-validator': validator }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: true, content: json(place(logicalId(operationId, 'Body'), body)) },
    }),
    responses: responsesOf(route, place),
  };
}

/** Which of API Gateway's checks a route needs; path parameters are always there. */
export function validatorOf({ body, query, headers }: Route): keyof typeof VALIDATORS | undefined {
  const parameters = [query, headers].some((schema) => (schema?.required?.length ?? 0) > 0);
  if (body === undefined) return parameters ? 'parameters' : undefined;
  return parameters ? 'all' : 'body';
}

function parametersOf({ placeholders, pathSchema, query, headers }: Route): object[] {
  const text = { type: 'string' };
  return [
    ...placeholders.map((name) => ({
      name,
      in: 'path',
      required: true,
      schema: pathSchema?.properties[name] ?? text,
    })),
    ...parametersIn('query', query),
    ...parametersIn('header', headers),
  ];
}

function parametersIn(where: 'query' | 'header', schema: ParameterSchema | undefined): object[] {
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
    name,
    in: where,
    ...(schema?.required?.includes(name) === true && { required: true }),
    schema: property,
  }));
}

function responsesOf({ responses = {}, operationId }: Route, place: Place): object {
  const answers = Object.entries(responses).map(([status, response]) => {
    return [status, answer(response, (schema) => place(logicalId(operationId, status, 'Response'), schema))] as const;
  });
  return {
    ...(answers.length === 0 ? { 200: { description: 'OK' } } : Object.fromEntries(answers)),
    default: { $ref: '#/components/responses/Problem' },
  };
}

function answer({ description, body }: ApiResponse, place: (schema: object) => object): object {
  return { description, ...(body !== undefined && { content: json(place(body)) }) };
}

function json(schema: object): object {
  return { 'application/json': { schema } };
}

function problemResponse(description: string): object {
  return { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
}
