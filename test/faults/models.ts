import {
  binary,
  createdAt,
  date,
  decimal,
  defineModel,
  integer,
  number,
  numberSet,
  string,
  stringSet,
  updatedAt,
  version,
} from '@tabletheory/core';

/** Has attributes that come back from DynamoDB in another spelling than they were written in. */
export const Parcel = defineModel({
  name: 'Parcel',
  table: 'parcels',
  key: { partition: 'parcelId' },
  attributes: {
    parcelId: string(),
    contents: string(),
    weight: number(),
    price: decimal(),
    stops: integer({ default: 0 }),
    label: binary({ optional: true }),
    tags: stringSet({ optional: true }),
    sizes: numberSet({ optional: true }),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    version: version(),
  },
});

/** Has nothing that guards it: a counter. */
export const Counter = defineModel({
  name: 'Counter',
  table: 'counters',
  key: { partition: 'counterId' },
  attributes: { counterId: string(), count: integer({ default: 0 }) },
});

/** Has a value that no two of them share. */
export const Account = defineModel({
  name: 'Account',
  table: 'accounts',
  key: { partition: 'accountId' },
  attributes: {
    accountId: string(),
    email: string({ unique: true }),
    visits: integer({ default: 0 }),
    version: version(),
  },
});

/** Is written and read in batches. */
export const Sample = defineModel({
  name: 'Sample',
  table: 'samples',
  key: { partition: 'sensorId', sort: 'takenAt' },
  attributes: { sensorId: string(), takenAt: date(), value: number(), remark: string({ optional: true }) },
});

export const models = { parcels: Parcel, counters: Counter, accounts: Account, samples: Sample };
