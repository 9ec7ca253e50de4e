import middy from '@middy/core';
import { defineModel, string, type Tables } from '@tabletheory/core';
import type { Deadline } from '@tabletheory/deadline';
import type { Memory } from '@tabletheory/memory-stats';
import type { Metrics } from '@tabletheory/metrics';
import { validator } from '@tabletheory/validator';
import type { TraceContext } from '@tabletheory/xray';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context, Handler, SQSEvent } from 'aws-lambda';
import type { Logger } from 'pino';
import { type LambdaHandler, toLambdaHandler } from './lambda-handler.ts';
import { tableTheoryPlugin } from './plugin.ts';
import { tableTheory } from './preset.ts';

const Order = defineModel({
  name: 'Order',
  table: 'orders',
  key: { partition: 'orderId' },
  attributes: { orderId: string(), status: string({ enum: ['open', 'paid'] }) },
});
const models = { orders: Order };

// Everything it offers is typed.
middy<{ orderId: string }>(tableTheoryPlugin())
  .use(tableTheory({ models, metrics: { namespace: 'Orders' } }))
  .handler(async (event, context) => {
    event.orderId satisfies string;
    context.tables satisfies Tables<typeof models>;
    context.log satisfies Logger;
    context.trace satisfies TraceContext;
    context.deadline satisfies Deadline;
    context.memory satisfies Memory;
    context.metrics satisfies Metrics;
    context.getRemainingTimeInMillis() satisfies number;
    context.awsRequestId satisfies string;
    const order = await context.tables.orders.getOrThrow({ orderId: event.orderId });
    order.status satisfies 'open' | 'paid';
    // @ts-expect-error no such table
    context.tables.customers;
    // @ts-expect-error no such attribute
    void context.tables.orders.get({ id: 'o-1' });
    // @ts-expect-error nothing validates
    context.input;
  });

// What is left out is not there.
middy()
  .use(tableTheory({ models }))
  .handler(async (_event, context) => {
    context.log.info('called');
    // @ts-expect-error metrics are left out unless given
    context.metrics;
  });
middy()
  .use(
    tableTheory({
      models,
      logger: false,
      metrics: false,
      xray: false,
      deadline: false,
      memoryStats: false,
      httpErrors: false,
    }),
  )
  .handler(async (_event, context) => {
    context.tables.orders satisfies object;
    // @ts-expect-error left out
    context.log;
    // @ts-expect-error left out
    context.metrics;
    // @ts-expect-error left out
    context.trace;
    // @ts-expect-error left out
    context.deadline;
    // @ts-expect-error left out
    context.memory;
  });

// An option may be spelled out as undefined.
middy()
  .use(
    tableTheory({
      models,
      service: undefined,
      logger: undefined,
      metrics: undefined,
      xray: undefined,
      deadline: undefined,
      memoryStats: undefined,
      httpErrors: undefined,
      dynamodb: undefined,
      validator: undefined,
    }),
  )
  .handler(async (_event, context) => {
    context.log.info({ left: context.deadline.remaining(), id: context.trace.id, memory: context.memory.read() });
    // @ts-expect-error metrics are left out unless given
    context.metrics;
  });
tableTheory({
  models,
  logger: { service: undefined, level: undefined, correlationId: undefined },
  metrics: { namespace: undefined, service: undefined, dimensions: undefined },
  xray: { name: undefined },
  memoryStats: { gc: undefined, window: undefined },
  dynamodb: { client: undefined, config: undefined, cursorSecret: undefined, warmUp: undefined },
});

// Whether one is left out may be known at run time only: then its part of the context is not promised.
declare const isTraced: boolean;
middy()
  .use(tableTheory({ models, xray: isTraced ? { name: 'orders' } : false }))
  .handler(async (_event, context) => {
    context.log.info('called');
    // @ts-expect-error may be left out
    context.trace;
  });

// The input has the validator's type.
middy<APIGatewayProxyEventV2>()
  .use(tableTheory({ models, validator: validator({ body: Order.jsonSchema('new') }) }))
  .handler(async (event, { input, tables }) => {
    event.rawPath satisfies string;
    input.orderId satisfies string;
    // @ts-expect-error no such member
    input.customerId;
    return tables.orders.create(input);
  });
middy()
  .use(tableTheory({ models, validator: validator<{ sku: string }, 'order'>({ body: {}, contextKey: 'order' }) }))
  .handler(async (_event, { order }) => order.sku);

// The preset is one of several middlewares, and may be there twice: its context is added to.
const own: middy.MiddlewareObj<unknown, any, Error, Context & { readonly tenant: string }> = { before: () => {} };
middy()
  .use(own)
  .use(tableTheory({ models }))
  .use([own])
  .use(validator({ body: Order.jsonSchema('key') }))
  .handler(async (_event, { tenant, tables, input }) => {
    tenant satisfies string;
    return tables.orders.get(input);
  });
const Customer = defineModel({
  name: 'Customer',
  table: 'customers',
  key: { partition: 'customerId' },
  attributes: { customerId: string() },
});
middy()
  .use(tableTheory({ models }))
  .use(tableTheory({ models: { customers: Customer }, logger: false, xray: false, deadline: false }))
  .handler(async (_event, { tables, log }) => {
    log.info('called');
    await tables.orders.get({ orderId: 'o-1' });
    await tables.customers.get({ customerId: 'c-1' });
  });
// Or a list of middlewares.
middy()
  .use([...tableTheory({ models })])
  .handler(async (_event, { tables }) => tables.orders.get({ orderId: 'o-1' }));

// Callbacks have their parameters' types.
tableTheory({
  models,
  logger: { correlationId: (event, context) => `${typeof event} ${context.awsRequestId}` },
  deadline: { reserve: '10%', earlyResponse: (request) => ({ statusCode: 504, body: request.context.awsRequestId }) },
});

// The handler is a Lambda handler.
export const plain: Handler<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> = toLambdaHandler(
  middy<APIGatewayProxyEventV2>(tableTheoryPlugin())
    .use(tableTheory({ models, metrics: { namespace: 'Orders' } }))
    .handler(async (event, { log }): Promise<APIGatewayProxyStructuredResultV2> => {
      log.info(event.rawPath);
      return { statusCode: 200 };
    }),
);
const wrapped = middy<APIGatewayProxyEventV2>()
  .use(tableTheory({ models }))
  .handler(async () => ({ statusCode: 200 }));
toLambdaHandler(wrapped) satisfies Handler<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;
toLambdaHandler(wrapped) satisfies LambdaHandler<APIGatewayProxyEventV2, unknown>;
// @ts-expect-error another event
toLambdaHandler(wrapped) satisfies Handler<SQSEvent>;
// @ts-expect-error without it, the context is asked for that the middlewares fill in
wrapped satisfies Handler<APIGatewayProxyEventV2>;

// Wrong options do not compile.
// @ts-expect-error models are missing
tableTheory({});
// @ts-expect-error not a model
tableTheory({ models: { orders: 'orders' } });
// @ts-expect-error no such middleware
tableTheory({ models, tracer: false });
// @ts-expect-error no such option
tableTheory({ models, logger: { levels: 'debug' } });
// @ts-expect-error no such option beside one there is
tableTheory({ models, logger: { level: 'debug', levels: 'debug' } });
// @ts-expect-error no such level
tableTheory({ models, logger: { level: 'loud' } });
// @ts-expect-error the keys of the context are fixed
tableTheory({ models, logger: { contextKey: 'logs' } });
// @ts-expect-error the keys of the context are fixed
tableTheory({ models, metrics: { namespace: 'Orders', contextKey: 'numbers' } });
// @ts-expect-error the tables cannot be left out
tableTheory({ models, dynamodb: false });
// @ts-expect-error the models are those of the preset
tableTheory({ models, dynamodb: { models } });
// @ts-expect-error false or options
tableTheory({ models, xray: true });
// @ts-expect-error not a middleware
tableTheory({ models, validator: { body: {} } });
