// Events as Lambda passes them on.
import { defineModel, number, string } from '@tabletheory/core';
import type { StreamEvent } from './stream-event.ts';

export const Order = defineModel({
  name: 'Order',
  table: 'orders',
  key: { partition: 'customerId', sort: 'orderId' },
  attributes: { customerId: string(), orderId: string(), total: number() },
});

export const Customer = defineModel({
  name: 'Customer',
  table: 'customers',
  key: { partition: 'customerId' },
  attributes: { customerId: string(), name: string() },
});

export const Message = defineModel({
  name: 'Message',
  table: 'messages',
  key: { partition: 'Id' },
  attributes: { Id: number(), Message: string() },
});

/** The example of the Lambda developer guide. */
export const exampleEvent: StreamEvent = {
  Records: [
    {
      eventID: '1',
      dynamodb: {
        ApproximateCreationDateTime: 1693997155.0,
        Keys: { Id: { N: '101' } },
        NewImage: { Message: { S: 'New item!' }, Id: { N: '101' } },
        SequenceNumber: '111',
      },
      eventName: 'INSERT',
      eventSourceARN: 'eventsource_arn',
    },
    {
      eventID: '2',
      dynamodb: {
        OldImage: { Message: { S: 'New item!' }, Id: { N: '101' } },
        SequenceNumber: '222',
        Keys: { Id: { N: '101' } },
        NewImage: { Message: { S: 'This item has changed' }, Id: { N: '101' } },
      },
      eventName: 'MODIFY',
      eventSourceARN: 'source_arn',
    },
  ],
};

/** A record with the members that these events have. */
interface Inserted extends Record {
  readonly dynamodb: { readonly Keys: Image; readonly NewImage: Image; readonly SequenceNumber: string | undefined };
}
type Record = StreamEvent['Records'][number];
type Image = NonNullable<NonNullable<Record['dynamodb']>['Keys']>;

const arn = (table: string): string =>
  `arn:aws:dynamodb:eu-west-1:123456789012:table/${table}/stream/2026-01-01T00:00:00.000`;

/** A new order. Its id is its sequence number, too, unless another one is given. */
export function newOrder(orderId: string, customerId = 'c-1', sequenceNumber: string | undefined = orderId): Inserted {
  const Keys = { customerId: { S: customerId }, orderId: { S: orderId } };
  return insert('orders', Keys, { ...Keys, total: { N: '12.5' } }, sequenceNumber);
}

export function newCustomer(customerId: string, sequenceNumber: string): Inserted {
  const Keys = { customerId: { S: customerId } };
  return insert('customers', Keys, { ...Keys, name: { S: 'Ada' } }, sequenceNumber);
}

/** A record that cannot be read: its total is no number. */
export function poison(orderId: string): Inserted {
  const Keys = { customerId: { S: 'c-1' }, orderId: { S: orderId } };
  return insert('orders', Keys, { ...Keys, total: { S: 'canary-4711' } }, orderId);
}

/** A record of a table that no model is of. */
export function foreign(sequenceNumber: string): Inserted {
  return insert('audit', { id: { S: 'a' } }, { id: { S: 'a' } }, sequenceNumber);
}

function insert(table: string, Keys: Image, NewImage: Image, SequenceNumber: string | undefined): Inserted {
  return { eventName: 'INSERT', eventSourceARN: arn(table), dynamodb: { Keys, NewImage, SequenceNumber } };
}
