import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  any,
  createdAt,
  createTables,
  date,
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
  version,
} from './index.ts';

/** `true` where two types are the same, also in what is optional and read-only. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles where the promise is of exactly this type. */
function expectPromise<Expected>() {
  return <Actual>(_promise: Promise<Actual>, _same: Equal<Actual, Expected>): void => {};
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
    lines: list(map({ sku: string(), quantity: integer() })),
    address: map({ city: string(), zip: string({ optional: true }) }, { optional: true }),
    counts: record(number()),
    labels: stringSet({ optional: true }),
    remark: string({ optional: true, nullable: true }),
    free: any({ optional: true }),
    placedAt: date(),
    channel: string({ readOnly: true }),
    createdAt: createdAt(),
    version: version(),
  },
  indexes: {
    byStatus: { partition: 'status', sort: 'createdAt', projection: ['total'] },
    byChannel: { partition: ['channel', 'status'] },
  },
});

const Customer = defineModel({
  name: 'Customer',
  table: 'shop',
  key: { partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' } },
  attributes: { customerId: string(), orderCount: integer({ default: 0 }), region: string(), city: string() },
  indexes: { byPlace: { partition: { attribute: 'GSI1PK', template: '{region}#{city}' } } },
});

type Order = Item<typeof Order>;
type Customer = Item<typeof Customer>;
type Total = { customerId: string; orderId: string; status: 'open' | 'paid'; createdAt: Date; total: number };

const tables = createTables({ client: {} as DynamoDBClient, models: { orders: Order, customers: Customer } });
const key = { customerId: 'c1', orderId: 'o1' };
const order = {
  ...key,
  status: 'open',
  total: 5,
  lines: [{ sku: 'a', quantity: 1 }],
  counts: {},
  placedAt: new Date(),
  channel: 'web',
} as const;

/** Never run: what counts is that it compiles, and that the marked lines do not. */
export async function results(): Promise<void> {
  const ofCustomer = tables.orders.where('customerId', '=', 'c1');

  expectPromise<Order | undefined>()(tables.orders.get(key), true);
  expectPromise<Order>()(tables.orders.getOrThrow(key), true);
  expectPromise<{ total: number; remark?: string | null } | undefined>()(
    tables.orders.get(key, { select: ['total', 'remark'] }),
    true,
  );
  expectPromise<{ total: number }>()(tables.orders.getOrThrow(key, { select: ['total'], consistent: true }), true);
  expectPromise<Order>()(tables.orders.create({ ...order, lines: [...order.lines] }), true);
  expectPromise<Order>()(tables.orders.put(await tables.orders.getOrThrow(key)), true);
  expectPromise<Order>()(tables.orders.update(key, { status: 'paid', remark: null, labels: undefined }), true);
  expectPromise<Order | undefined>()(tables.orders.delete(key, { version: 2 }), true);

  expectPromise<Order[]>()(ofCustomer.all(), true);
  expectPromise<Order | undefined>()(ofCustomer.descending().first(), true);
  expectPromise<number>()(ofCustomer.limit(5).count(), true);
  expectPromise<Page<Order>>()(ofCustomer.page({ size: 5, cursor: undefined }), true);
  expectPromise<Order[]>()(tables.orders.scan().where('total', '>', 5).all(), true);
  expectPromise<{ total: number }[]>()(ofCustomer.select('total').all(), true);
  expectPromise<{ total: number }[]>()(ofCustomer.select('total', 'status').select('total').all(), true);

  const open = tables.orders.where('status', '=', 'open');
  expectPromise<Total[]>()(open.index('byStatus').all(), true);
  expectPromise<{ total: number }[]>()(open.index('byStatus').select('total').all(), true);
  expectPromise<{ total: number }[]>()(open.select('total').index('byStatus').all(), true);
  expectPromise<Order[]>()(open.where('channel', '=', 'web').index('byChannel').all(), true);
  expectPromise<Customer[]>()(
    tables.customers.where('region', '=', 'eu').where('city', '=', 'x').index('byPlace').all(),
    true,
  );
  expectPromise<Customer[]>()(tables.customers.where('customerId', '=', 'c1').all(), true);

  expectPromise<[Order, undefined, Customer, undefined, undefined]>()(
    tables.$transactWrite((tx) => [
      tx.orders.create({ ...order, lines: [...order.lines] }),
      tx.orders.update(key, (u) => u.add('total', 5), { if: (c) => c('status', '=', 'open') }),
      tx.customers.put({ customerId: 'c1', region: 'eu', city: 'x' }),
      tx.customers.delete({ customerId: 'c1' }),
      tx.customers.check({ customerId: 'c1' }, (c) => c('orderCount', '<', 5)),
    ]),
    true,
  );
}

/** Operands that fit. */
export function operands(): void {
  tables.orders
    .where('customerId', '=', 'c1')
    .where('total', 'between', [1, 5])
    .where('status', 'in', ['open', 'paid'])
    .where('orderId', 'beginsWith', 'o-')
    .where('placedAt', '>=', new Date())
    .where('placedAt', 'beginsWith', '2026-01')
    .where('labels', 'contains', 'a')
    .where('orderId', 'contains', 'a')
    .where('labels', 'size >', 2)
    .where('remark', 'exists', false)
    .where('remark', '=', null)
    .where('remark', 'beginsWith', 'x')
    .where('remark', 'contains', 'x')
    .where('free', 'type', 'SS')
    .where('free', 'contains', 5)
    .where('free', 'beginsWith', new Uint8Array(1))
    .where('free', '=', { anything: 5n })
    .where('lines[0].sku', '=', 'a')
    .where('lines[0].quantity', '>', 5)
    .where('address.city', 'beginsWith', 'a')
    .where('address.zip', '=', '1000')
    .where('counts.any', '<', 5)
    .where('free.a[0].b', '=', 'x')
    .filter((c) => c.or(c('total', '>', 5), c.and(c('address.city', '=', 'x'), c.not(c('labels', 'contains', 'a')))));
  void tables.orders.update(key, (u) =>
    u
      .set('status', 'paid')
      .set('lines[0].quantity', 5)
      .set('remark', null)
      .setIfNotExists('labels', new Set(['a']))
      .add('total', 5)
      .add('labels', new Set(['a']))
      .add('counts.any', 1)
      .append('lines', [{ sku: 'a', quantity: 1 }])
      .prepend('lines', [])
      .deleteFromSet('labels', new Set(['a']))
      .remove('remark'),
  );
}

/** Programs that must not compile, a line each. */
export function mistakes(): void {
  const open = tables.orders.where('status', '=', 'open');
  const ofCustomer = tables.orders.where('customerId', '=', 'c1');

  const selected = ofCustomer.select('total').first();
  const indexed = open.index('byStatus').first();

  // @ts-expect-error: an unknown model
  void tables.invoices;

  // @ts-expect-error: an unknown attribute
  tables.orders.where('colour', '=', 'red');
  // @ts-expect-error: a wrong type of operand
  tables.orders.where('total', '>', '5');
  // @ts-expect-error: no member of the enum
  tables.orders.where('status', '=', 'lost');
  // @ts-expect-error: no member of the enum among several
  tables.orders.where('status', 'in', ['open', 'lost']);
  // @ts-expect-error: one bound
  tables.orders.where('total', 'between', [1]);
  // @ts-expect-error: bounds of a wrong type
  tables.orders.where('total', 'between', [1, '5']);
  // @ts-expect-error: an unknown operator
  tables.orders.where('total', '==', 5);
  // @ts-expect-error: a prefix of a number
  tables.orders.where('total', 'beginsWith', 5);
  // @ts-expect-error: a prefix of a number, as text
  tables.orders.where('total', 'beginsWith', '5');
  // @ts-expect-error: a part of a number
  tables.orders.where('total', 'contains', 5);
  // @ts-expect-error: an element of another type
  tables.orders.where('labels', 'contains', 5);
  // @ts-expect-error: an unknown stored type
  tables.orders.where('free', 'type', 'X');
  // @ts-expect-error: a size that is no number
  tables.orders.where('labels', 'size =', '2');
  // @ts-expect-error: null where the attribute is not nullable
  tables.orders.where('total', '=', null);
  // @ts-expect-error: an unknown nested attribute
  tables.orders.where('lines[0].colour', '=', 'red');
  // @ts-expect-error: a wrong type of a nested attribute
  tables.orders.where('address.city', '=', 5);
  // @ts-expect-error: an unknown attribute in a filter
  ofCustomer.filter((c) => c('colour', '=', 'red'));
  // @ts-expect-error: a wrong type in a filter
  ofCustomer.filter((c) => c.not(c('total', '=', '5')));

  // @ts-expect-error: an unknown index
  ofCustomer.index('byColour');
  // @ts-expect-error: an unknown attribute is selected
  ofCustomer.select('colour');
  // @ts-expect-error: an attribute that the index does not hold
  open.index('byStatus').select('labels');
  // @ts-expect-error: a second selection wider than the first
  ofCustomer.select('total').select('total', 'status');
  // @ts-expect-error: an attribute that was not selected
  void selected.then((item) => item?.status);
  // @ts-expect-error: an attribute that the index does not hold
  void indexed.then((item) => item?.labels);
  // @ts-expect-error: an attribute that was not selected
  void tables.orders.getOrThrow(key, { select: ['total'] }).then((item) => item.status);
  // @ts-expect-error: an item that may not be there
  void tables.orders.get(key).then((item) => item.status);

  // @ts-expect-error: no partition key
  void tables.orders.where('total', '>', 5).all();
  // @ts-expect-error: no partition key
  void tables.orders.where('total', '>', 5).first();
  // @ts-expect-error: no partition key
  void tables.orders.where('total', '>', 5).page({ size: 5 });
  // @ts-expect-error: no partition key
  void tables.orders.where('total', '>', 5).count();
  // @ts-expect-error: a partition key that is not equal
  void tables.orders.where('customerId', 'beginsWith', 'c').all();
  // @ts-expect-error: half of a partition key of several attributes
  void tables.orders.where('channel', '=', 'web').all();
  // @ts-expect-error: half of a composed partition key
  void tables.customers.where('region', '=', 'eu').all();

  // @ts-expect-error: half of a key
  void tables.orders.get({ customerId: 'c1' });
  // @ts-expect-error: more than a key
  void tables.orders.get({ ...key, total: 5 });
  // @ts-expect-error: a key of a wrong type
  void tables.orders.get({ customerId: 'c1', orderId: 5 });
  // @ts-expect-error: an unknown attribute is selected
  void tables.orders.get(key, { select: ['colour'] });

  // @ts-expect-error: an item without required attributes
  void tables.orders.create(key);
  // @ts-expect-error: an unknown attribute
  void tables.customers.create({ customerId: 'c1', region: 'eu', city: 'x', colour: 'red' });
  // @ts-expect-error: an attribute of a wrong type
  void tables.customers.put({ customerId: 'c1', region: 'eu', city: 5 });

  // @ts-expect-error: an unknown attribute
  void tables.orders.update(key, { colour: 'red' });
  // @ts-expect-error: a change of the key
  void tables.orders.update(key, { orderId: 'o2' });
  // @ts-expect-error: a change of a read-only attribute
  void tables.orders.update(key, { channel: 'app' });
  // @ts-expect-error: a change of the version
  void tables.orders.update(key, { version: 2 });
  // @ts-expect-error: no member of the enum
  void tables.orders.update(key, { status: 'lost' });
  // @ts-expect-error: removal of a required attribute
  void tables.orders.update(key, { total: undefined });
  // @ts-expect-error: an unknown attribute
  void tables.orders.update(key, (u) => u.set('colour', 'red'));
  // @ts-expect-error: a change of the key
  void tables.orders.update(key, (u) => u.set('orderId', 'o2'));
  // @ts-expect-error: a change of a read-only attribute
  void tables.orders.update(key, (u) => u.set('channel', 'app'));
  // @ts-expect-error: a change of the time of creation
  void tables.orders.update(key, (u) => u.set('createdAt', new Date()));
  // @ts-expect-error: a wrong type
  void tables.orders.update(key, (u) => u.set('total', '5'));
  // @ts-expect-error: addition to text
  void tables.orders.update(key, (u) => u.add('remark', 'x'));
  // @ts-expect-error: an element of a wrong type
  void tables.orders.update(key, (u) => u.append('lines', [{ sku: 'a' }]));
  // @ts-expect-error: an element added to what is no list
  void tables.orders.update(key, (u) => u.append('total', [5]));
  // @ts-expect-error: elements removed from what is no set
  void tables.orders.update(key, (u) => u.deleteFromSet('lines', new Set()));
  // @ts-expect-error: an unknown attribute in a condition
  void tables.orders.update(key, { total: 5 }, { if: (c) => c('colour', '=', 'red') });
  // @ts-expect-error: a wrong type in a condition
  void tables.orders.delete(key, { if: (c) => c('total', '=', '5') });

  // @ts-expect-error: an unknown model in a transaction
  void tables.$transactWrite((tx) => [tx.invoices.delete(key)]);
  // @ts-expect-error: a wrong type in a transaction
  void tables.$transactWrite((tx) => [tx.orders.update(key, { total: '5' })]);
  // @ts-expect-error: what a transaction returns for a delete is no item
  void tables.$transactWrite((tx) => [tx.orders.delete(key)]).then(([item]) => item.total);
}
