import {
  type Attribute,
  date,
  defineModel,
  integer,
  type KeyDefinition,
  type Model,
  string,
  type TemplateKey,
  ttl,
} from '@tabletheory/core';

/** The attributes of a lease. */
export type LeaseAttributes = {
  /** What is leased. */
  readonly key: Attribute<string, 'required'>;
  /** The holder; absent when the lease has been released. */
  readonly owner: Attribute<string, 'optional'>;
  /** Counted up by everyone who acquires the lease. */
  readonly fencingToken: Attribute<number, 'required'>;
  /** When the holder's time is over, by the holder's clock. */
  readonly until: Attribute<Date, 'required'>;
  /** When DynamoDB may delete the item. */
  readonly expiresAt: Attribute<Date, 'required'>;
};

/** The model of leases. */
export type LeaseModel = Model<LeaseAttributes, { readonly partition: 'key' }, {}>;

/** Options of {@link leaseModel}. */
export interface LeaseModelOptions {
  /** The table's name, or a function that finds it. Default `leases`. */
  readonly table?: string | (() => string) | undefined;
  /**
   * The primary key, for a table that holds other models as well: templates of which one has the placeholder `{key}`.
   * By default the table's partition key is `key`.
   */
  readonly key?: { readonly partition: TemplateKey; readonly sort?: TemplateKey } | undefined;
  /** The name of the table's time-to-live attribute. Default `expiresAt`. */
  readonly ttlAttribute?: string | undefined;
}

/**
 * Defines the model of leases, for `createTables` and for `dynamodb({ models })`.
 *
 * @throws TypeError when the key is not made of `{key}`, or there is no such table name.
 *
 * @example
 * import { leaseModel } from '@tabletheory/lease';
 *
 * export const Lease = leaseModel({
 *   table: 'shop',
 *   key: {
 *     partition: { attribute: 'PK', template: 'LEASE#{key}' },
 *     sort: { attribute: 'SK', template: 'LEASE' },
 *   },
 * });
 */
export function leaseModel(options: LeaseModelOptions = {}): LeaseModel {
  const { table = 'leases', key, ttlAttribute = 'expiresAt' } = options;
  if (key !== undefined) checkTemplates(key);
  const model = defineModel({
    name: 'Lease',
    table,
    key: (key ?? { partition: 'key' }) as KeyDefinition<LeaseAttributes>,
    attributes: {
      key: string({ minLength: 1 }),
      owner: string({ optional: true }),
      fencingToken: integer(),
      until: date(),
      expiresAt: ttl({ name: ttlAttribute }),
    },
  });
  // However it is stored, the key is `{ key }` to its users.
  return model as unknown as LeaseModel;
}

function checkTemplates({ partition, sort }: NonNullable<LeaseModelOptions['key']>): void {
  const text = [partition, sort].map((part) => part?.template ?? '').join(' ');
  const placeholders = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name);
  if (placeholders.length === 1 && placeholders[0] === 'key') return;
  throw new TypeError('leaseModel: the templates of key must have the placeholder {key}, once, and no other');
}
