import {
  any,
  bigint,
  binary,
  binarySet,
  createdAt,
  date,
  decimal,
  defineModel,
  integer,
  type JsonSchema,
  json,
  list,
  map,
  number,
  numberSet,
  record,
  string,
  stringSet,
  ttl,
  updatedAt,
  version,
} from './index.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_equal: Equal<A, B>): void {}
type InputOf<S> = S extends JsonSchema<infer Input> ? Input : never;

const Order = defineModel({
  name: 'Order',
  table: 'shop',
  key: {
    partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' },
    sort: { attribute: 'SK', template: 'ORDER#{placedAt}' },
  },
  attributes: {
    customerId: string(),
    placedAt: date(),
    status: string({ enum: ['open', 'paid'], default: 'open' }),
    total: decimal({ nullable: true }),
    ledger: bigint(),
    lines: list(map({ sku: string(), at: date({ optional: true }) })),
    labels: stringSet({ optional: true }),
    sizes: numberSet({ optional: true }),
    parts: binarySet({ optional: true }),
    proof: binary({ optional: true }),
    prices: record(number(), { optional: true }),
    extra: any({ optional: true }),
    pair: json<[number, string]>(),
    setting: json<unknown>(),
    origin: string({ readOnly: true, default: 'web' }),
    expiresAt: ttl({ optional: true }),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    version: version(),
  },
});

interface Changes {
  status?: 'open' | 'paid';
  total?: string | null;
  ledger?: string;
  lines?: { sku: string; at?: string }[];
  labels?: string[];
  sizes?: number[];
  parts?: string[];
  proof?: string;
  prices?: Record<string, number>;
  extra?: any;
  pair?: [number, string];
  setting?: unknown;
  expiresAt?: string;
}
interface New extends Changes {
  customerId: string;
  placedAt: string;
  total: string | null;
  ledger: string;
  lines: { sku: string; at?: string }[];
  pair: [number, string];
  setting: unknown;
  origin?: string;
}

const schema = Order.jsonSchema();
same<InputOf<typeof schema>, { [K in keyof New]: New[K] }>(true);
const keySchema = Order.jsonSchema('key');
same<InputOf<typeof keySchema>, { customerId: string; placedAt: string }>(true);
const updateSchema = Order.jsonSchema('update');
same<InputOf<typeof updateSchema>, { [K in keyof Changes]: Changes[K] }>(true);

// @ts-expect-error no such kind
Order.jsonSchema('old');

// What is valid JSON can be written where its form in code is the same.
const Customer = defineModel({
  name: 'Customer',
  table: 'customers',
  key: { partition: 'customerId' },
  attributes: { customerId: string(), orderCount: integer({ default: 0 }) },
});
declare const tables: import('./index.ts').Tables<{ customers: typeof Customer; orders: typeof Order }>;
const customerSchema = Customer.jsonSchema();
declare const customer: InputOf<typeof customerSchema>;
declare const order: InputOf<typeof schema>;
void tables.customers.create(customer);
// @ts-expect-error a date is a string in JSON
void tables.orders.create(order);
