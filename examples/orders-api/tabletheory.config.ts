import { type ApiRoute, defineConfig } from 'tabletheory';
import { models } from './src/models.ts';
import { routes } from './src/routes.ts';

const page = { size: { type: 'integer', minimum: 1, maximum: 100, default: 20 }, cursor: { type: 'string' } };

/** What the routes do not say of themselves. Those that take a body have its schema. */
const described: Readonly<Record<string, ApiRoute>> = {
  'PUT /customers/{customerId}': {
    operationId: 'putCustomer',
    summary: 'Creates a customer, or changes name and address of one',
    responses: { 200: { description: 'Changed' }, 201: { description: 'Created' } },
  },
  'POST /orders': {
    operationId: 'createOrder',
    summary: 'Creates an order and counts it with its customer: both, or neither',
    responses: { 201: { description: 'Created' } },
    throttling: { rate: 100, burst: 50 },
  },
  'GET /orders/{customerId}/{orderId}': { operationId: 'getOrder', summary: 'One order' },
  'GET /orders': {
    operationId: 'listOrders',
    summary: 'The orders of one status, newest first, page by page',
    query: {
      type: 'object',
      properties: { status: models.orders.jsonSchema('new').properties.status as object, ...page },
      required: ['status'],
    },
  },
  'PATCH /orders/{customerId}/{orderId}': {
    operationId: 'updateOrder',
    summary: 'Changes the status of an order, if it still is as the client has read it',
  },
  'DELETE /orders/{customerId}/{orderId}': {
    operationId: 'deleteOrder',
    summary: 'Deletes an order',
    responses: { 204: { description: 'Deleted' } },
  },
  'POST /products/import': {
    operationId: 'importProducts',
    summary: 'Writes many products at once',
    responses: { 200: { description: 'All were written' }, 207: { description: 'Some were written' } },
    throttling: { rate: 5, burst: 5 },
  },
  'GET /products': {
    operationId: 'getProducts',
    summary: 'Several products by their SKUs, and those there are none of',
    query: {
      type: 'object',
      properties: { skus: { type: 'string', minLength: 1, description: 'SKUs with commas between them.' } },
      required: ['skus'],
    },
  },
  'GET /slow': { operationId: 'slow', summary: 'Never finishes by itself: its deadline stops it' },
};

export default defineConfig({
  models,
  functions: {
    orders: {
      handler: './src/handler.ts',
      memorySize: 512,
      timeout: 3,
      environment: { CURSOR_SECRET: { parameter: 'CursorSecret' }, ORDERS_TABLE: 'orders' },
    },
  },
  infrastructure: { metrics: { namespace: 'Orders' } },
  api: {
    title: 'Orders',
    version: '1.0.0',
    throttling: { rate: 500, burst: 200 },
    routes: Object.fromEntries(
      [...routes].map(([key, { body }]) => [key, { ...described[key], ...(body && { body }) }]),
    ),
  },
});
