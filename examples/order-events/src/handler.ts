import middy from '@middy/core';
import { deadline } from '@tabletheory/deadline';
import { logger } from '@tabletheory/logger';
import { streams } from '@tabletheory/streams';
import type { DynamoDBStreamEvent } from 'aws-lambda';
// The stream is of the table that orders-api writes: its model says what an order is, other records are passed over.
import { Order } from '../../orders-api/src/models.ts';

/** Tells in the log what happens to orders. Three middlewares, used by hand. */
export const createHandler = (destination?: { write(line: string): void }) =>
  middy<DynamoDBStreamEvent>()
    .use(logger({ service: 'order-events', destination }))
    .use(deadline({ reserve: 500 }))
    .use(streams({ models: { orders: Order } }))
    .handler(async (_event, { changes, log }) =>
      changes.process({
        orders: async ({ eventName, keys, oldItem, newItem }) => {
          if (eventName === 'INSERT') log.info({ ...keys, total: newItem.total }, 'order placed');
          else if (eventName === 'REMOVE') log.info(keys, 'order removed');
          else if (oldItem.status !== newItem.status) log.info({ ...keys, status: newItem.status }, 'order moved on');
        },
      }),
    );

export const handler = createHandler();
