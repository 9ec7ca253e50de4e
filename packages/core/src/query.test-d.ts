import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  any,
  createTables,
  defineModel,
  type Item,
  integer,
  list,
  map,
  number,
  type Page,
  record,
  string,
  stringSet,
} from './index.ts';

/** `true` where two types are the same, also in what is optional and read-only. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles where the promise is of exactly this type. */
function expectPromise<Expected>() {
  return <Actual>(_promise: Promise<Actual>, _same: Equal<Actual, Expected>): void => {};
}

/** Compiles where the loop gives exactly this type. */
function expectLoop<Expected>() {
  return <Actual>(_loop: AsyncIterable<Actual>, _same: Equal<Actual, Expected>): void => {};
}

const Order = defineModel({
  name: 'Order',
  table: 'orders',
  key: { partition: 'customerId', sort: 'orderId' },
  attributes: {
    customerId: string(),
    orderId: string(),
    status: string({ enum: ['open', 'paid'] }),
    total: number(),
    lines: list(map({ sku: string(), quantity: integer(), tags: list(string(), { optional: true }) })),
    address: map({ city: string(), geo: map({ lat: number(), lon: number() }, { optional: true }) }),
    billing: map({ city: string() }, { optional: true, nullable: true }),
    counts: record(number()),
    matrix: list(list(number())),
    labels: stringSet({ optional: true }),
    free: any({ optional: true }),
  },
  indexes: {
    byStatus: { partition: 'status', sort: 'total', projection: ['address'] },
    byTotal: { type: 'local', partition: 'customerId', sort: 'total' },
  },
});
type Order = Item<typeof Order>;
type Line = Order['lines'][number];

const tables = createTables({ client: {} as DynamoDBClient, models: { orders: Order } });
const key = { customerId: 'c1', orderId: 'o1' };
const ofCustomer = tables.orders.where('customerId', '=', 'c1');
const open = tables.orders.where('status', '=', 'open');

/** Never run: what counts is that it compiles, and that the marked lines do not. */
export function selections(): void {
  expectPromise<{ orderId: string; address?: { city?: string } }[]>()(
    ofCustomer.select('orderId', 'address.city').all(),
    true,
  );
  expectPromise<{ address?: { city?: string; geo?: { lat?: number } } }[]>()(
    ofCustomer.select('address.city', 'address.geo.lat').all(),
    true,
  );
  expectPromise<{ address?: { geo?: { lat: number; lon: number } } }[]>()(ofCustomer.select('address.geo').all(), true);
  expectPromise<{ billing?: { city?: string } | null }[]>()(ofCustomer.select('billing.city').all(), true);
  expectPromise<{ lines?: { sku?: string; quantity?: number }[] }[]>()(
    ofCustomer.select('lines[0].sku', 'lines[12].quantity').all(),
    true,
  );
  expectPromise<{ lines?: Line[] }[]>()(ofCustomer.select('lines[0]', 'lines[1]').all(), true);
  expectPromise<{ lines?: (Line | { sku?: string })[] }[]>()(ofCustomer.select('lines[0]', 'lines[1].sku').all(), true);
  expectPromise<{ lines?: { tags?: string[] }[] }[]>()(ofCustomer.select('lines[0].tags[1]').all(), true);
  expectPromise<{ matrix?: number[][] }[]>()(ofCustomer.select('matrix[0][1]').all(), true);
  expectPromise<{ counts?: { red?: number } }[]>()(ofCustomer.select('counts.red').all(), true);
  expectPromise<{ free?: any }[]>()(ofCustomer.select('free.a[0].b').all(), true);

  expectPromise<{ orderId: string; address?: { city?: string } } | undefined>()(
    tables.orders.get(key, { select: ['orderId', 'address.city'] }),
    true,
  );
  expectPromise<{ lines?: { sku?: string }[] }>()(
    tables.orders.getOrThrow(key, { select: ['lines[0].sku'], consistent: true }),
    true,
  );

  expectPromise<{ address?: { city?: string } }[]>()(open.index('byStatus').select('address.city').all(), true);
  expectPromise<{ address?: { city?: string } }[]>()(open.select('address.city').index('byStatus').all(), true);
  expectPromise<{ address?: { city?: string } }[]>()(
    ofCustomer.select('address.city', 'address.geo').select('address.city').all(),
    true,
  );

  const city = ofCustomer.select('address.city').first();

  // @ts-expect-error: an unknown attribute
  ofCustomer.select('colour');
  // @ts-expect-error: an unknown part of an attribute
  ofCustomer.select('orderId', 'address.street');
  // @ts-expect-error: a path into what has no parts
  ofCustomer.select('total.cents');
  // @ts-expect-error: a position in what is no list
  ofCustomer.select('address[0]');
  // @ts-expect-error: an unknown part of an element
  ofCustomer.select('lines[0].colour');
  // @ts-expect-error: a part of what the index does not hold
  open.index('byStatus').select('lines[0].sku');
  // @ts-expect-error: a part that was not selected before
  ofCustomer.select('address.city').select('address.geo');
  // @ts-expect-error: an unknown part of an attribute
  void tables.orders.get(key, { select: ['address.street'] });
  // @ts-expect-error: a part that was not selected
  void city.then((order) => order?.address?.geo);
  // @ts-expect-error: a part that may be missing
  void city.then((order) => order?.address.city);
}

export function loops(): void {
  expectLoop<Order>()(ofCustomer.items(), true);
  expectLoop<Order>()(ofCustomer.items({ prefetch: true, cursor: undefined }), true);
  expectLoop<{ total: number }>()(ofCustomer.select('total').items(), true);
  expectLoop<Page<Order>>()(ofCustomer.pages({ size: 5, prefetch: true }), true);
  expectLoop<Order>()(tables.orders.scan({ segments: 8 }).items(), true);
  expectPromise<Order[]>()(tables.orders.scan({ segments: 8, concurrency: 2 }).limit(5).all(), true);
  expectPromise<number>()(tables.orders.scan({ segments: 8 }).where('total', '>', 5).count(), true);
  expectPromise<Page<Order>>()(tables.orders.scan().page(), true);
  expectPromise<Order[]>()(ofCustomer.all({ cursor: 'cursor' }), true);

  const byTotal = tables.orders.where('total', '>', 5);
  // @ts-expect-error: no partition key
  byTotal.items();
  // @ts-expect-error: no partition key
  byTotal.items({ prefetch: true });
  // @ts-expect-error: no partition key
  byTotal.pages();
  // @ts-expect-error: a parallel scan has no pages
  void tables.orders.scan({ segments: 8 }).page();
  // @ts-expect-error: a parallel scan has no pages
  tables.orders.scan({ segments: 8 }).select('total').pages({ size: 5 });
  // @ts-expect-error: a parallel scan without segments
  tables.orders.scan({ concurrency: 8 });
  byTotal.explain(); // says why it is refused
}

export function consistency(): void {
  ofCustomer.consistent().index('byTotal');
  ofCustomer.index('byTotal').consistent();
  ofCustomer.consistent().select('total').limit(5);
  open.index('byStatus').index('byTotal').consistent();
  expectPromise<Order[]>()(ofCustomer.consistent().all(), true);
  tables.orders.scan().consistent();

  // @ts-expect-error: a global index has no consistent reads
  open.index('byStatus').consistent();
  // @ts-expect-error: a global index has no consistent reads
  open.consistent().index('byStatus');
  // @ts-expect-error: a global index has no consistent reads
  open.consistent().limit(5).descending().index('byStatus');
  // @ts-expect-error: a global index has no consistent reads
  open.index('byStatus').select('total').limit(5).consistent();
  // @ts-expect-error: a global index has no consistent reads
  tables.orders.scan().index('byStatus').consistent();
  // @ts-expect-error: only a global index has this partition key
  void open.consistent().all();
}
