import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import { validator as ownValidator } from '@aws-lambda-powertools/validation/middleware';
import middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import middyValidator from '@middy/validator';
import { transpileSchema } from '@middy/validator/transpile';
import type { MakeWorkloads } from '../../measure/subject.ts';
import { eventSchema } from '../functions/event-schema.ts';
import { requestWorkload } from './workload.ts';

const VALIDATORS = {
  middy: () => middyValidator({ eventSchema: transpileSchema(eventSchema) }),
  own: () => ownValidator({ inboundSchema: eventSchema as any }),
};

const make: MakeWorkloads<keyof typeof VALIDATORS> = (validator) => {
  const logger = new Logger({ serviceName: 'orders' });
  const metrics = new Metrics({ serviceName: 'orders', namespace: 'Orders' });
  const tracer = new Tracer({ serviceName: 'orders' });
  const handler = middy()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics, { captureColdStartMetric: true }))
    .use(captureLambdaHandler(tracer))
    .use(httpJsonBodyParser())
    .use(VALIDATORS[validator]() as any)
    .handler(async (event: any) => {
      const order = event.body;
      metrics.addMetric('OrderTotal', MetricUnit.NoUnit, order.total);
      logger.info('order created', { orderId: order.orderId });
      return { statusCode: 201, body: JSON.stringify({ orderId: order.orderId }) };
    });
  return requestWorkload(handler as any);
};

export default make;
