import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import validator from '@middy/validator';
import type { Order } from '../orders.ts';

/** The handler on the neighbours, as their documentation has it. @param eventSchema a compiled schema of the event. */
export function powertoolsHandler(eventSchema: any): (event: unknown, context: unknown) => Promise<unknown> {
  const logger = new Logger({ serviceName: 'orders' });
  const metrics = new Metrics({ serviceName: 'orders', namespace: 'Orders' });
  const tracer = new Tracer({ serviceName: 'orders' });
  const document = DynamoDBDocumentClient.from(tracer.captureAWSv3Client(new DynamoDBClient({})));
  return middy()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics, { captureColdStartMetric: true }))
    .use(captureLambdaHandler(tracer))
    .use(httpJsonBodyParser())
    .use(validator({ eventSchema }))
    .handler(async (event: any) => {
      const order: Order = event.body;
      await document.send(new PutCommand({ TableName: 'orders', Item: order }));
      metrics.addMetric('OrderTotal', MetricUnit.NoUnit, order.total);
      logger.info('order created', { orderId: order.orderId });
      return { statusCode: 201, body: JSON.stringify({ orderId: order.orderId }) };
    }) as any;
}
