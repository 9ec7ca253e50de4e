import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMS } from '@aws-sdk/client-kms';
import { date, integer, list, map, number, string, ttl } from '../attribute-builders.ts';
import {
  createStreamReader,
  createTables,
  defineModel,
  type EncryptionOptions,
  type Kms,
  type Operand,
  type StreamChange,
  type StreamRecord,
} from '../index.ts';

const Customer = defineModel({
  name: 'Customer',
  table: 'customers',
  key: { partition: 'customerId', sort: 'since' },
  attributes: {
    customerId: string(),
    since: date(),
    region: string({ optional: true }),
    card: string({ encrypted: true }),
    limit: integer({ encrypted: true, optional: true }),
    address: map({ city: string() }, { encrypted: true, optional: true }),
    notes: list(string(), { encrypted: true, optional: true }),
  },
  indexes: { byRegion: { partition: 'region', projection: ['card'] } },
});

const models = { customers: Customer };
const { customers, ...tables } = createTables({
  client: new DynamoDBClient(),
  models,
  encryption: { keyId: 'alias/customers', kms: new KMS(), version: 1, cache: { maxUses: 1 } },
});
const key = { customerId: 'c', since: new Date() };

export async function readAndWritten(): Promise<void> {
  const created = await customers.create({ ...key, card: 'a', limit: 1, address: { city: 'x' } });
  created.card satisfies string;
  created.limit satisfies number | undefined;
  const { address } = await customers.getOrThrow(key, { select: ['address'] });
  address satisfies { city: string } | undefined;
  const [indexed] = await customers.where('region', '=', 'eu').index('byRegion').all();
  indexed?.card satisfies string | undefined;
  await customers.update(key, { card: 'b', address: undefined });
  await customers.update(key, (u) => u.set('card', 'b').set('address', { city: 'y' }).remove('limit'));
  await customers.update(key, (u) => u.set('region', 'eu').setIfNotExists('region', 'us'));
  await tables.$transactWrite((tx) => [tx.customers.update(key, (u) => u.set('limit', 3))]);
  // @ts-expect-error the value is of the attribute's type
  await customers.update(key, (u) => u.set('card', 1));
}

export function notCompared(): void {
  // @ts-expect-error an encrypted attribute cannot be compared
  customers.where('card', '=', 'a');
  // @ts-expect-error nor asked for whether it is there
  customers.where('card', 'exists', true);
  // @ts-expect-error nor for its size
  customers.scan().where('limit', 'size >', 1);
  // @ts-expect-error nor a part of it
  customers.where('address.city', '=', 'x');
  // @ts-expect-error nor an element
  customers.where('notes[0]', '=', 'x');
  // @ts-expect-error nor in a filter
  customers.scan().filter((c) => c.or(c('card', '=', 'a'), c('region', '=', 'eu')));
  // @ts-expect-error nor in the condition of a write
  void customers.delete(key, { if: (c) => c('limit', '>', 1) });
  // @ts-expect-error nor in a transaction
  void tables.$transactWrite((tx) => [tx.customers.check(key, (c) => c('card', '<>', 'a'))]);
  customers.where('region', '=', 'eu').filter((c) => c('region', 'beginsWith', 'e'));
}

export function onlySetOrRemoved(): void {
  // @ts-expect-error DynamoDB cannot add to what it cannot read
  void customers.update(key, (u) => u.add('limit', 1));
  // @ts-expect-error nor append
  void customers.update(key, (u) => u.append('notes', ['x']));
  // @ts-expect-error nor set a part
  void customers.update(key, (u) => u.set('address.city', 'x'));
  // @ts-expect-error nor decide whether to set it
  void customers.update(key, (u) => u.setIfNotExists('card', 'x'));
}

export const notKeys = [
  defineModel({
    name: 'M',
    table: 't',
    attributes: { id: string({ encrypted: true }) },
    // @ts-expect-error an encrypted attribute is no key
    key: { partition: 'id' },
  }),
  defineModel({
    name: 'M',
    table: 't',
    attributes: { id: string(), at: number({ encrypted: true }) },
    // @ts-expect-error nor a sort key
    key: { partition: 'id', sort: 'at' },
  }),
  defineModel({
    name: 'M',
    table: 't',
    attributes: { id: string(), a: string({ encrypted: true }), b: string() },
    key: { partition: 'id' },
    // @ts-expect-error nor a key of an index
    indexes: { byA: { partition: 'a' } },
  }),
  defineModel({
    name: 'M',
    table: 't',
    attributes: { id: string(), a: string({ encrypted: true }), b: string() },
    key: { partition: 'id' },
    // @ts-expect-error nor part of one
    indexes: { byA: { partition: ['b', 'a'] } },
  }),
];

export const notUnique = [
  // @ts-expect-error equal values are stored differently
  string({ unique: true, encrypted: true }),
  // @ts-expect-error as numbers are
  number({ unique: true, encrypted: true, optional: true }),
  // @ts-expect-error DynamoDB has to read it
  ttl({ encrypted: true }),
  string({ unique: true }),
  string({ encrypted: true, enum: ['a'] }),
];

export async function streams(record: StreamRecord, encryption: EncryptionOptions): Promise<void> {
  createStreamReader({ models })(record) satisfies StreamChange<typeof models>;
  const change = await createStreamReader({ models, encryption })(record, { signal: AbortSignal.timeout(1) });
  if (change.model === 'customers' && change.eventName === 'INSERT') change.newItem.card satisfies string;
}

new KMS() satisfies Kms;
'a' satisfies Operand<string, '='>;
