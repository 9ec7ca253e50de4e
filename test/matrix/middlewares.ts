import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type middy from '@middy/core';
import { createTables, defineModel, string } from '@tabletheory/core';
import { deadline } from '@tabletheory/deadline';
import { dynamodb } from '@tabletheory/dynamodb';
import { httpErrors } from '@tabletheory/http-errors';
import { idempotency, idempotencyModel, keyFromHeader } from '@tabletheory/idempotency';
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

const thing = '{"Item":{"id":{"S":"1"}},"ConsumedCapacity":{"TableName":"things","CapacityUnits":0.5}}';
const record =
  '{"Attributes":{"id":{"S":"1"},"status":{"S":"completed"},"attempt":{"S":"1"},' +
  '"until":{"S":"2026-01-31T12:00:00.000Z"},"expiresAt":{"N":"1769860800"}}}';

/** Answers every request of a client, after a turn of the event loop, as DynamoDB would. */
const network = (answer: string) => ({
  handle: () =>
    new Promise((resolve) => {
      const body = new TextEncoder().encode(answer);
      setImmediate(() => resolve({ response: { statusCode: 200, headers: {}, body } }));
    }),
  httpHandlerConfigs: () => ({}),
  updateHttpClientConfig: () => {},
});

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Tables of the records alone: they need no middleware in front of theirs. */
const records = createTables({
  client: new DynamoDBClient({ region: 'us-east-1', credentials, requestHandler: network(record) as never }),
  models: { idempotency: idempotencyModel() },
});

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
      config: { region: 'us-east-1', credentials, requestHandler: network(thing) as never },
      warmUp: false,
    }),
    validator: validator({ body: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] } }),
    idempotency: idempotency({ key: keyFromHeader('x-id'), tables: records, minimumTime: 0 }),
  };
}

export const NAMES = [
  'logger',
  'metrics',
  'xray',
  'deadline',
  'memoryStats',
  'httpErrors',
  'dynamodb',
  'validator',
  'idempotency',
];

/** Three orders of all of them: as recommended, the other way round, and mixed. */
export const ORDERS: Record<string, readonly string[]> = {
  'in the recommended order': NAMES,
  'in reverse': NAMES.toReversed(),
  mixed: ['dynamodb', 'httpErrors', 'memoryStats', 'validator', 'deadline', 'idempotency', 'logger', 'xray', 'metrics'],
};
