import {
  type Attribute,
  date,
  defineModel,
  type KeyDefinition,
  type Model,
  string,
  type TemplateKey,
  ttl,
} from '@tabletheory/core';

/** The attributes of the record of a request. */
export type IdempotencyAttributes = {
  /** The function's scope, and a digest of the request's key. */
  readonly id: Attribute<string, 'required'>;
  readonly status: Attribute<'started' | 'completed', 'required'>;
  /** Who has written the record. */
  readonly attempt: Attribute<string, 'required'>;
  /** When the record counts no more. */
  readonly until: Attribute<Date, 'required'>;
  /** When DynamoDB may delete the item. */
  readonly expiresAt: Attribute<Date, 'required'>;
  /** A digest of the request's payload. */
  readonly payloadHash: Attribute<string, 'optional'>;
  /** The response as JSON, empty where there was none; absent when it could not be stored. */
  readonly response: Attribute<string, 'optional'>;
};

/** The model of the records. */
export type IdempotencyModel = Model<IdempotencyAttributes, { readonly partition: 'id' }, {}>;

/** Options of {@link idempotencyModel}. */
export interface IdempotencyModelOptions {
  /** The table's name, or a function that finds it. Default `idempotency`. */
  readonly table?: string | (() => string) | undefined;
  /**
   * The primary key, for a table that holds other models as well: templates of which one has the placeholder `{id}`.
   * By default the table's partition key is `id`.
   */
  readonly key?: { readonly partition: TemplateKey; readonly sort?: TemplateKey } | undefined;
  /** The name of the table's time-to-live attribute. Default `expiresAt`. */
  readonly ttlAttribute?: string | undefined;
}

/**
 * Defines the model of the records, for `createTables` and for `dynamodb({ models })`.
 *
 * @throws TypeError when the key is not made of `{id}`, or there is no such table name.
 *
 * @example
 * import { idempotencyModel } from '@tabletheory/idempotency';
 *
 * export const Idempotency = idempotencyModel({
 *   table: 'shop',
 *   key: {
 *     partition: { attribute: 'PK', template: 'IDEMPOTENCY#{id}' },
 *     sort: { attribute: 'SK', template: 'IDEMPOTENCY' },
 *   },
 * });
 */
export function idempotencyModel(options: IdempotencyModelOptions = {}): IdempotencyModel {
  const { table = 'idempotency', key, ttlAttribute = 'expiresAt' } = options;
  if (key !== undefined) checkTemplates(key);
  const model = defineModel({
    name: 'Idempotency',
    table,
    key: (key ?? { partition: 'id' }) as KeyDefinition<IdempotencyAttributes>,
    attributes: {
      id: string({ minLength: 1 }),
      status: string({ enum: ['started', 'completed'] }),
      attempt: string(),
      until: date(),
      expiresAt: ttl({ name: ttlAttribute }),
      payloadHash: string({ optional: true }),
      response: string({ optional: true, sensitive: true }),
    },
  });
  // However it is stored, the key is `{ id }` to its users.
  return model as unknown as IdempotencyModel;
}

function checkTemplates({ partition, sort }: NonNullable<IdempotencyModelOptions['key']>): void {
  const text = [partition, sort].map((part) => part?.template ?? '').join(' ');
  const placeholders = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name);
  if (placeholders.length === 1 && placeholders[0] === 'id') return;
  throw new TypeError('idempotencyModel: the templates of key must have the placeholder {id}, once, and no other');
}
