import type middy from '@middy/core';
import { defineModel, string } from '@tabletheory/core';
import { deadline } from '@tabletheory/deadline';
import { dynamodb } from '@tabletheory/dynamodb';
import { httpErrors } from '@tabletheory/http-errors';
import { logger } from '@tabletheory/logger';
import { memoryStats } from '@tabletheory/memory-stats';
import { metrics } from '@tabletheory/metrics';
import { validator } from '@tabletheory/validator';
import { xray } from '@tabletheory/xray';

type Middleware = middy.MiddlewareObj<any, any, any, any>;

/** What the middlewares write, and what answers the tables. */
export interface Surroundings {
  /** The lines of logs and metrics. */
  readonly lines: string[];
}

const Thing = defineModel({
  name: 'Thing',
  table: 'things',
  key: { partition: 'id' },
  attributes: { id: string() },
});

const answer = new TextEncoder().encode(
  '{"Item":{"id":{"S":"1"}},"ConsumedCapacity":{"TableName":"things","CapacityUnits":0.5}}',
);

/** Answers every request of the client, after a turn of the event loop, as DynamoDB would. */
const network = {
  handle: () =>
    new Promise((resolve) => {
      setImmediate(() => resolve({ response: { statusCode: 200, headers: {}, body: answer } }));
    }),
  httpHandlerConfigs: () => ({}),
  updateHttpClientConfig: () => {},
};

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Every middleware, made new for each chain, by name. */
export function middlewares({ lines }: Surroundings): Record<string, Middleware> {
  const destination = { write: (line: string) => void lines.push(line) };
  return {
    logger: logger({ service: 'matrix', destination }),
    metrics: metrics({ namespace: 'Matrix', destination }),
    xray: xray(),
    deadline: deadline({ reserve: 50 }),
    memoryStats: memoryStats(),
    httpErrors: httpErrors(),
    dynamodb: dynamodb({
      models: { things: Thing },
      config: { region: 'us-east-1', credentials, requestHandler: network as never },
      warmUp: false,
    }),
    validator: validator({ body: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] } }),
  };
}

export const NAMES = ['logger', 'metrics', 'xray', 'deadline', 'memoryStats', 'httpErrors', 'dynamodb', 'validator'];

/** Three orders of all of them: as recommended, the other way round, and mixed. */
export const ORDERS: Record<string, readonly string[]> = {
  'in the recommended order': NAMES,
  'in reverse': NAMES.toReversed(),
  mixed: ['dynamodb', 'httpErrors', 'memoryStats', 'validator', 'deadline', 'logger', 'xray', 'metrics'],
};
