import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
// The codec is no export of the package, so it is taken from the source, which Node runs as it is without its types.
import {
  boolean,
  createdAt,
  date,
  defineModel,
  integer,
  list,
  map,
  number,
  string,
  stringSet,
} from '../../../../packages/core/src/index.ts';

export const SmallModel = defineModel({
  name: 'Small',
  table: 'small',
  key: { partition: 'customerId', sort: 'orderId' },
  attributes: { customerId: string(), orderId: string(), total: integer(), paid: boolean() },
});

export const MediumModel = defineModel({
  name: 'Medium',
  table: 'medium',
  key: { partition: 'customerId', sort: 'orderId' },
  attributes: {
    customerId: string({ minLength: 1 }),
    orderId: string({ minLength: 1 }),
    status: string({ enum: ['open', 'paid', 'shipped'] }),
    total: integer({ minimum: 0 }),
    discount: number({ minimum: 0, maximum: 1 }),
    currency: string({ minLength: 3, maxLength: 3 }),
    email: string(),
    paid: boolean(),
    note: string({ optional: true }),
    address: map({ street: string(), city: string(), zip: string(), country: string() }),
    lines: list(
      map({ sku: string({ minLength: 1 }), quantity: integer({ minimum: 1 }), price: integer({ minimum: 0 }) }),
    ),
    tags: list(string()),
    labels: stringSet({ optional: true }),
    placedAt: date(),
    createdAt: createdAt(),
  },
});

export const small = { customerId: 'c-0001', orderId: 'o-000001', total: 1999, paid: true };

export function medium(number: number, lines = 3): Record<string, unknown> & { placedAt: Date; createdAt: Date } {
  return {
    customerId: 'c-0001',
    orderId: `o-${String(number).padStart(6, '0')}`,
    status: 'open',
    total: 1999 + number,
    discount: 0.125,
    currency: 'EUR',
    email: `customer-${number}@example.com`,
    paid: number % 2 === 0,
    note: 'Leave it with the neighbours on the second floor, please.',
    address: { street: `${number} Station Road`, city: 'Exampletown', zip: '12345', country: 'DE' },
    lines: Array.from({ length: lines }, (_, line) => ({
      sku: `sku-${line}`,
      quantity: 1 + (line % 9),
      price: 499 + line,
    })),
    tags: ['gift', 'express'],
    labels: new Set(['fragile', 'heavy']),
    placedAt: new Date(Date.UTC(2026, 0, 1) + number * 60_000),
    createdAt: new Date(Date.UTC(2026, 0, 1) + number * 60_000),
  };
}

/** As many lines as make DynamoDB's JSON of the item 350 KB long. */
export const large: ReturnType<typeof medium> = medium(1, 4100);

type Stored = Record<string, AttributeValue>;

/** What util-dynamodb takes: it knows no dates. */
export function withoutDates(item: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  );
}

export const storedForm = (item: object): Stored =>
  JSON.parse(JSON.stringify(marshall(withoutDates(item)), setsToLists));

/** As DynamoDB's JSON has them. */
export function setsToLists(_name: string, value: unknown): unknown {
  return value instanceof Set ? [...value] : value;
}

/** The answer to a query of 100 rows, as text. */
export const page: string = JSON.stringify({
  Count: 100,
  Items: Array.from({ length: 100 }, (_, number) => storedForm(medium(number))),
  ScannedCount: 100,
});
