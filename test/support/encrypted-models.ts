import {
  any,
  binary,
  date,
  defineModel,
  integer,
  json,
  list,
  map,
  number,
  string,
  stringSet,
  updatedAt,
  version,
} from '@tabletheory/core';

const secret = { encrypted: true, optional: true } as const;

export const Customer = defineModel({
  name: 'Customer',
  table: 'customers',
  key: { partition: 'customerId' },
  attributes: {
    customerId: string(),
    name: string({ optional: true }),
    card: string({ ...secret, name: 'c' }),
    note: string({ encrypted: true, optional: true, nullable: true }),
    updatedAt: updatedAt(),
    version: version(),
  },
});

export const Restored = defineModel({ ...Customer, table: 'restored', key: { partition: 'customerId' } });

export const Vault = defineModel({
  name: 'Vault',
  table: 'vault',
  key: {
    partition: { attribute: 'PK', template: 'TENANT#{tenant}' },
    sort: { attribute: 'SK', template: 'ENTRY#{entry}' },
  },
  attributes: {
    tenant: string(),
    entry: integer(),
    label: string({ optional: true }),
    text: string({ ...secret, minLength: 1 }),
    amount: number(secret),
    bytes: binary(secret),
    when: date(secret),
    address: map({ city: string(), lines: list(string()) }, secret),
    tags: stringSet(secret),
    settings: json(secret),
    anything: any(secret),
    status: string({ encrypted: true, default: 'new' }),
  },
  indexes: { byLabel: { partition: 'label', projection: ['text'] } },
});

/** Shares a table with Vault. */
export const Visitor = defineModel({
  name: 'Visitor',
  table: 'vault',
  key: { partition: { attribute: 'PK', template: 'VISITOR#{id}' }, sort: { attribute: 'SK', template: 'PROFILE' } },
  attributes: { id: string(), text: string({ optional: true }) },
});

export const User = defineModel({
  name: 'User',
  table: 'users',
  key: { partition: 'userId' },
  attributes: { userId: string(), email: string({ unique: true }), phone: string(secret) },
});

export const models = { customers: Customer, vault: Vault, visitors: Visitor, users: User };
