import type { DynamoDBRecord } from 'aws-lambda';
import { createStreamReader, date, defineModel, type Item, number, string, version } from './index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_equal: Equal<A, B>): void {}

const Order = defineModel({
  name: 'Order',
  table: 'shop',
  key: {
    partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' },
    sort: { attribute: 'SK', template: 'ORDER#{placedAt}' },
  },
  attributes: { customerId: string(), placedAt: date(), total: number(), version: version() },
});
const Customer = defineModel({
  name: 'Customer',
  table: 'shop',
  key: { partition: 'customerId' },
  attributes: { customerId: string(), name: string({ optional: true }) },
});
const models = { orders: Order, customers: Customer };

declare const record: DynamoDBRecord;
const change = createStreamReader({ models })(record);
same<typeof change.model, 'orders' | 'customers' | undefined>(true);
// @ts-expect-error which model is not known yet
change.newItem?.total;
if (change.model === undefined) {
  const models: (string | undefined)[] = change.problems.map(({ model }) => model);
  void models;
  // @ts-expect-error an unread record has no items
  change.newItem;
} else if (change.model === 'orders') {
  same<typeof change.keys, { customerId: string; placedAt: Date }>(true);
  const id: string = change.sequenceNumber;
  void id;
  if (change.eventName === 'INSERT') {
    same<typeof change.newItem, Item<typeof Order>>(true);
    same<typeof change.oldItem, undefined>(true);
  } else if (change.eventName === 'REMOVE') {
    same<typeof change.newItem, undefined>(true);
    same<typeof change.oldItem, Item<typeof Order>>(true);
  } else {
    const grown: number = change.newItem.total - change.oldItem.total;
    void grown;
    // @ts-expect-error no attribute
    change.newItem.colour;
  }
} else {
  same<typeof change.keys, { customerId: string }>(true);
  const name: string | undefined = (change.newItem ?? change.oldItem).name;
  void name;
}

// The images a stream does not have are not in the types either.
const fresh = createStreamReader({ models, view: 'NEW_IMAGE' })(record);
if (fresh.model === 'orders') {
  same<typeof fresh.oldItem, undefined>(true);
  if (fresh.eventName === 'MODIFY') same<typeof fresh.newItem, Item<typeof Order>>(true);
}
const bare = createStreamReader({ models, view: 'KEYS_ONLY' })(record);
if (bare.model === 'orders') same<typeof bare.newItem, undefined>(true);

// @ts-expect-error no such view
createStreamReader({ models, view: 'IMAGES' });
// @ts-expect-error no models
createStreamReader({});
