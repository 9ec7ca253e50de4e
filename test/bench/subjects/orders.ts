import { marshall } from '@aws-sdk/util-dynamodb';

/** The items of all benchmarks of requests: an order of twelve attributes, about 700 bytes in DynamoDB's JSON. */
export interface Order {
  readonly customerId: string;
  readonly orderId: string;
  readonly status: string;
  readonly total: number;
  readonly currency: string;
  readonly email: string;
  readonly placedAt: string;
  readonly paid: boolean;
  readonly note: string;
  readonly address: { readonly street: string; readonly city: string; readonly zip: string; readonly country: string };
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly price: number }[];
  readonly tags: readonly string[];
}

export const TABLE = 'orders';
export const CUSTOMER = 'c-0001';

export function order(number: number): Order {
  return {
    customerId: CUSTOMER,
    orderId: `o-${String(number).padStart(6, '0')}`,
    status: ['open', 'paid', 'shipped'][number % 3] as string,
    total: 1999 + number,
    currency: 'EUR',
    email: `customer-${number}@example.com`,
    placedAt: new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString(),
    paid: number % 2 === 0,
    note: 'Leave it with the neighbours on the second floor, please.',
    address: { street: `${number} Station Road`, city: 'Exampletown', zip: '12345', country: 'DE' },
    lines: [0, 1, 2].map((line) => ({ sku: `sku-${number}-${line}`, quantity: line + 1, price: 499 + line })),
    tags: ['gift', 'express'],
  };
}

export const orders = (count: number): Order[] => Array.from({ length: count }, (_, number) => order(number));

export const keyOf = ({ customerId, orderId }: Order): { customerId: string; orderId: string } => ({
  customerId,
  orderId,
});

/** An order in DynamoDB's JSON, with further attributes that a library stores beside it. */
export const stored = (order: Order, further: object = {}): Record<string, unknown> =>
  marshall({ ...order, ...further });
