import { createdAt, defineModel, integer, list, map, string, ttl, version } from '@tabletheory/core';
import { defineConfig, type TableTheoryConfig } from '../config.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import type { ApiConfig, ApiRoute } from '../openapi/api-config.ts';

const partition = { attribute: 'PK', template: 'CUSTOMER#{customerId}' } as const;

const Order = defineModel({
  name: 'Order',
  table: 'shop.orders',
  key: { partition, sort: { attribute: 'SK', template: 'ORDER#{orderId}' } },
  attributes: {
    customerId: string({ minLength: 1 }),
    orderId: string({ pattern: '^o-' }),
    status: string({ enum: ['open', 'paid'] }),
    total: integer({ minimum: 0 }),
    lines: list(map({ sku: string(), quantity: integer({ minimum: 1 }) })),
    createdAt: createdAt(),
    version: version(),
    expiresAt: ttl({ optional: true }),
  },
  indexes: {
    byStatus: { partition: 'status', sort: 'createdAt', projection: ['total'] },
    byTotal: { partition, sort: 'total', type: 'local' },
  },
});

const Customer = defineModel({
  name: 'Customer',
  table: 'shop.orders',
  key: { partition, sort: { attribute: 'SK', template: 'PROFILE' } },
  attributes: { customerId: string(), name: string() },
});

const Session = defineModel({
  name: 'Session',
  table: 'sessions',
  key: { partition: 'token' },
  attributes: { token: string(), customerId: string() },
  indexes: { byCustomer: { partition: 'customerId' } },
});

const table = 'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table';

/** A policy as `tabletheory iam` finds it. */
export const policy: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Orders',
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      Resource: [`${table}/shop.orders`],
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['CUSTOMER#${aws:PrincipalTag/customer}'] } },
    },
    { Sid: 'ByStatus', Effect: 'Allow', Action: ['dynamodb:Query'], Resource: [`${table}/shop.orders/index/byStatus`] },
  ],
};

/** A configuration with one of everything. */
export const config: TableTheoryConfig = defineConfig({
  models: { orders: Order, customers: Customer, sessions: Session },
  functions: {
    orders: {
      handler: './src/orders.ts',
      memorySize: 256,
      timeout: 5,
      environment: { CURSOR_SECRET: { parameter: 'CursorSecret' }, STAGE: 'production' },
    },
    'clean-up': { handler: './src/clean-up.ts', export: 'run', tracing: false, architecture: 'x86_64' },
  },
  infrastructure: {
    tables: { encryption: 'aws' },
    table: {
      'shop.orders': {
        billing: { read: 5, write: 2 },
        encryption: { keyArn: 'arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555' },
        stream: 'NEW_AND_OLD_IMAGES',
      },
      sessions: { pointInTimeRecovery: false, deletionProtection: false, retain: false },
    },
    metrics: {
      namespace: 'Shop',
      dimensions: { stage: 'production' },
      alarmActions: ['arn:aws:sns:eu-central-1:123456789012:alarms'],
    },
    vpc: true,
  },
  api: {
    title: 'Shop',
    version: '1.0.0',
    type: 'rest',
    throttling: { rate: 100, burst: 20 },
    cache: { size: '0.5' },
    routes: {
      'POST /orders': {
        function: 'orders',
        operationId: 'createOrder',
        summary: 'Creates an order',
        body: Order.jsonSchema('new'),
        responses: { 201: { description: 'Created', body: Order.jsonSchema('new') } },
        throttling: { rate: 10, burst: 5 },
      },
      'GET /orders': {
        function: 'orders',
        query: {
          type: 'object',
          properties: { status: { enum: ['open', 'paid'] }, limit: { type: 'integer' } },
          required: ['status'],
        },
        cacheTtl: 60,
      },
      'GET /orders/{customerId}/{orderId}': { function: 'orders' },
      'ANY /{proxy+}': { function: 'clean-up' },
    },
  },
});

/** The same API as an HTTP API, which keeps no responses. */
export const httpApi: ApiConfig = {
  ...(config.api as ApiConfig),
  type: 'http',
  routes: Object.fromEntries(
    Object.entries({ ...config.api?.routes, $default: { function: 'clean-up' } }).map(
      ([key, { cacheTtl: _kept, ...route }]: [string, ApiRoute]) => [key, route],
    ),
  ),
};
delete (httpApi as { cache?: unknown }).cache;
