import {
  any,
  bigint,
  binary,
  binarySet,
  boolean,
  type Changes,
  createdAt,
  date,
  decimal,
  defineModel,
  type Item,
  integer,
  json,
  type Key,
  list,
  map,
  type NewItem,
  number,
  numberSet,
  record,
  string,
  stringSet,
  ttl,
  updatedAt,
  version,
} from './index.ts';

/** `true` where two types are the same, also in what is optional and read-only. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles for `true` alone. */
function expectTrue<T extends true>(): T {
  return true as T;
}

interface Settings {
  readonly theme: 'light' | 'dark';
}

const Order = defineModel({
  name: 'Order',
  table: 'shop',
  key: {
    partition: { attribute: 'PK', template: 'CUSTOMER#{customerId}' },
    sort: { attribute: 'SK', template: 'ORDER#{placedAt}#{orderId}' },
  },
  attributes: {
    customerId: string({ minLength: 1 }),
    orderId: string(),
    placedAt: date(),
    status: string({ enum: ['open', 'paid', 'shipped'], default: 'open' }),
    total: number({ minimum: 0 }),
    count: integer({ optional: true }),
    big: bigint(),
    exact: decimal({ name: 'e' }),
    paid: boolean({ default: () => false }),
    body: binary({ optional: true }),
    lines: list(map({ sku: string(), quantity: integer(), note: string({ optional: true }) })),
    counts: record(number()),
    labels: stringSet({ optional: true }),
    sizes: numberSet(),
    hashes: binarySet({ optional: true }),
    settings: json<Settings>(),
    free: any({ optional: true }),
    remark: string({ optional: true, nullable: true }),
    reason: string({ nullable: true }),
    channel: string({ readOnly: true }),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    version: version(),
    expiresAt: ttl({ optional: true }),
  },
  indexes: {
    byStatus: { partition: 'status', sort: 'createdAt', projection: ['total'] },
    byPlace: { partition: { attribute: 'GSI1PK', template: 'STATUS#{status}' } },
    byParts: { partition: ['status', 'channel'], sort: ['total'] },
    local: { type: 'local', partition: 'customerId', sort: 'total' },
  },
});

interface Line {
  sku: string;
  quantity: number;
  note?: string;
}

expectTrue<
  Equal<
    Item<typeof Order>,
    {
      customerId: string;
      orderId: string;
      placedAt: Date;
      status: 'open' | 'paid' | 'shipped';
      total: number;
      big: bigint;
      exact: string;
      paid: boolean;
      lines: { sku: string; quantity: number; note?: string }[];
      counts: Record<string, number>;
      sizes: Set<number>;
      settings: Settings;
      reason: string | null;
      channel: string;
      createdAt: Date;
      updatedAt: Date;
      version: number;
      count?: number;
      body?: Uint8Array;
      labels?: Set<string>;
      hashes?: Set<Uint8Array>;
      free?: any;
      remark?: string | null;
      expiresAt?: Date;
    }
  >
>();

expectTrue<
  Equal<
    NewItem<typeof Order>,
    {
      customerId: string;
      orderId: string;
      placedAt: Date;
      total: number;
      big: bigint;
      exact: string;
      lines: { sku: string; quantity: number; note?: string }[];
      counts: Record<string, number>;
      sizes: Set<number>;
      settings: Settings;
      reason: string | null;
      channel: string;
      status?: 'open' | 'paid' | 'shipped' | undefined;
      paid?: boolean | undefined;
      createdAt?: Date | undefined;
      updatedAt?: Date | undefined;
      version?: number | undefined;
      count?: number | undefined;
      body?: Uint8Array | undefined;
      labels?: Set<string> | undefined;
      hashes?: Set<Uint8Array> | undefined;
      free?: any;
      remark?: string | null | undefined;
      expiresAt?: Date | undefined;
    }
  >
>();

expectTrue<Equal<Key<typeof Order>, { customerId: string; orderId: string; placedAt: Date }>>();

expectTrue<
  Equal<
    Changes<typeof Order>,
    {
      status?: 'open' | 'paid' | 'shipped';
      total?: number;
      count?: number | undefined;
      big?: bigint;
      exact?: string;
      paid?: boolean;
      body?: Uint8Array | undefined;
      lines?: { sku: string; quantity: number; note?: string }[];
      counts?: Record<string, number>;
      labels?: Set<string> | undefined;
      sizes?: Set<number>;
      hashes?: Set<Uint8Array> | undefined;
      settings?: Settings;
      free?: any;
      remark?: string | null | undefined;
      reason?: string | null;
      expiresAt?: Date | undefined;
    }
  >
>();

const line: Line = { sku: 'a', quantity: 1 };
const order: NewItem<typeof Order> = {
  customerId: 'c1',
  orderId: 'o1',
  placedAt: new Date(),
  total: 5,
  big: 5n,
  exact: '0.10',
  lines: [line],
  counts: { a: 1 },
  sizes: new Set([1]),
  settings: { theme: 'dark' },
  reason: null,
  channel: 'web',
};
// An item that was read can be written again.
const again: NewItem<typeof Order> = {} as Item<typeof Order>;
void again;

// @ts-expect-error: no member of the enum
void ({ ...order, status: 'lost' } satisfies NewItem<typeof Order>);
// @ts-expect-error: an unknown attribute
void ({ ...order, colour: 'red' } satisfies NewItem<typeof Order>);
// @ts-expect-error: a number for a string
void ({ ...order, orderId: 5 } satisfies NewItem<typeof Order>);
// @ts-expect-error: an array for a set
void ({ ...order, sizes: [1] } satisfies NewItem<typeof Order>);
// @ts-expect-error: text for a date
void ({ ...order, placedAt: '2026-01-31' } satisfies NewItem<typeof Order>);
// @ts-expect-error: null where the attribute is not nullable
void ({ ...order, labels: null } satisfies NewItem<typeof Order>);
// @ts-expect-error: a number for a decimal, which would lose digits
void ({ ...order, exact: 0.1 } satisfies NewItem<typeof Order>);
// @ts-expect-error: an element without a required attribute
void ({ ...order, lines: [{ sku: 'a' }] } satisfies NewItem<typeof Order>);
// @ts-expect-error: a key without one of its parts
void ({ customerId: 'c1', orderId: 'o1' } satisfies Key<typeof Order>);
// @ts-expect-error: a change of the key
void ({ customerId: 'c2' } satisfies Changes<typeof Order>);
// @ts-expect-error: a change of a read-only attribute
void ({ channel: 'web' } satisfies Changes<typeof Order>);
// @ts-expect-error: a change of the version
void ({ version: 2 } satisfies Changes<typeof Order>);
// @ts-expect-error: removal of a required attribute
void ({ total: undefined } satisfies Changes<typeof Order>);

const attributes = { id: string(), total: number() };
const named = { name: 'Plain', table: 'plain', attributes };

defineModel({ ...named, key: { partition: 'id', sort: 'total' } });
// @ts-expect-error: a key that is no attribute
defineModel({ ...named, key: { partition: 'colour' } });
// @ts-expect-error: a sort key that is no attribute
defineModel({ ...named, key: { partition: 'id', sort: 'colour' } });
// @ts-expect-error: no key
defineModel(named);
// @ts-expect-error: an index over no attribute
defineModel({ ...named, key: { partition: 'id' }, indexes: { byColour: { partition: 'colour' } } });
const narrow = { ...named, key: { partition: 'id' } } as const;
// @ts-expect-error: a projection of no attribute
defineModel({ ...narrow, indexes: { byTotal: { partition: 'total', projection: ['colour'] } } });
// @ts-expect-error: a default that is of another type
number({ default: '5' });
// @ts-expect-error: a keyword of another type
string({ minimum: 5 });
