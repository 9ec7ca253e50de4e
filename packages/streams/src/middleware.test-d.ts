import middy from '@middy/core';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { BatchResponse } from './batch-response.ts';
import type { ItemChange } from './changes.ts';
import { streams } from './middleware.ts';
import { Customer, Order } from './test-event.ts';

const models = { orders: Order, customers: Customer };

middy<DynamoDBStreamEvent>()
  .use(streams({ models }))
  .handler(async (event, { changes, awsRequestId }) => {
    for (const change of changes.records) {
      if (change.model === 'orders' && change.eventName === 'INSERT') {
        const total: number = change.newItem.total;
        // @ts-expect-error an order has no name
        total === change.newItem.name;
      }
      // @ts-expect-error no such model
      if (change.model === 'order') return;
    }
    const response: BatchResponse = await changes.process({
      orders: ({ keys, newItem }) => [keys.orderId, newItem?.total, event.Records.length, awsRequestId],
      customers: async (change) => {
        if (change.eventName === 'REMOVE') return change.oldItem.name;
        // @ts-expect-error a customer has no total
        return change.newItem.total;
      },
    });
    // @ts-expect-error no such model
    await changes.process({ order: () => {} });
    return response;
  });

middy()
  .use(streams({ models, view: 'NEW_IMAGE', contextKey: 'batch' }))
  .handler(async (_event, { batch }) => {
    for (const change of batch.records) {
      // @ts-expect-error the stream has no old images
      if (change.model === 'orders') change.oldItem.total;
    }
  });

export const onlyOrders = (change: ItemChange<typeof models, 'NEW_AND_OLD_IMAGES', 'orders'>): string =>
  change.keys.orderId;

// @ts-expect-error models are needed
streams({});
// @ts-expect-error no such view
streams({ models, view: 'ALL' });
streams({
  models,
  onPoison: ({ problems, sequenceNumber }, { awsRequestId }) => [problems, sequenceNumber, awsRequestId],
});
