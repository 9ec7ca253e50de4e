import type { Attribute, Attributes } from './attribute.ts';
import { type JsonForms, type JsonSchema, jsonSchema, type SchemaKind } from './json-schema.ts';
import { fieldsOf, isTemplate } from './key-part.ts';
import type {
  Changeable,
  ChangesOf,
  IndexDefinition,
  ItemOf,
  KeyDefinition,
  KeyOf,
  KeyPart,
  NewItemOf,
} from './model-types.ts';

/** What `defineModel` takes. */
export interface ModelDefinition<A extends Attributes, K, I> {
  /** The model's name, for errors, traces and logs. */
  readonly name: string;
  /** The table's name, or a function that finds it, called once per `createTables`. */
  readonly table: string | (() => string);
  readonly attributes: A;
  /** The table's primary key. */
  readonly key: K;
  /** The table's secondary indexes, by name. */
  readonly indexes?: I;
  /** What becomes of stored attributes that the model does not know; default `keep`. */
  readonly unknownAttributes?: UnknownAttributes;
}

/**
 * What becomes of a stored item's attributes that its model does not know: `keep` keeps them with the item, for
 * `unknownAttributesOf` and for a `put` of it; `drop` leaves them out, so that a `put` removes them; `error` makes the
 * item one that does not fit the model. It is about attributes of the item: those inside maps stay with their map.
 */
export type UnknownAttributes = 'keep' | 'drop' | 'error';

/** A model: one definition of types, codec, keys and table. Make one with {@link defineModel}. */
export interface Model<
  A extends Attributes = Attributes,
  K extends KeyDefinition<any> = KeyDefinition<any>,
  I extends Indexes<any> = Indexes<any>,
> {
  readonly name: string;
  readonly table: string | (() => string);
  readonly attributes: A;
  readonly key: K;
  readonly indexes: I;
  readonly unknownAttributes: UnknownAttributes;
  /**
   * The JSON Schema of a new item, a key or an update in JSON, for what comes from outside. It is draft-07 and
   * 2020-12 alike, and has the defaults that are constants.
   *
   * In JSON a `Date` is an ISO 8601 string, a `Set` an array, a `Uint8Array` base64 and a `bigint` a string of digits.
   * Attributes the table layer fills in (`createdAt()`, `updatedAt()`, `version()`) are not taken from outside.
   *
   * @param kind `new` (default) for `create` and `put`, `key` for `get` and `delete`, `update` for `update`: no
   * attribute is required there, and none is removed.
   * @throws TypeError when there is no such kind.
   *
   * @example
   * const handler = middy()
   *   .use(validator({ body: Customer.jsonSchema('new') }))
   *   .handler(async (_event, { input }) => ({ statusCode: 200, body: input.customerId }));
   */
  jsonSchema<Kind extends SchemaKind = 'new'>(kind?: Kind): JsonSchema<JsonForms<A, K>[Kind]>;
}

/** Secondary indexes by name. */
export type Indexes<A extends Attributes> = Readonly<Record<string, IndexDefinition<A>>>;

/** Any model. */
export type AnyModel = Model<any, any, any>;

/** The item a table returns: `type Order = Item<typeof Order>`. */
export type Item<M extends AnyModel> = ItemOf<M['attributes']>;

/** The item `create` and `put` take: generated attributes and those with a default may be left out. */
export type NewItem<M extends AnyModel> = NewItemOf<M['attributes']>;

/** The key `get`, `update` and `delete` take. */
export type Key<M extends AnyModel> = KeyOf<M['attributes'], M['key']>;

/** The changes `update` takes. */
export type Changes<M extends AnyModel> = ChangesOf<M['attributes'], Changeable<M['attributes'], M['key']>>;

/**
 * Defines a model.
 *
 * @throws TypeError when the definition cannot work: a key of a type DynamoDB has no keys of, an optional key
 * attribute, two attributes stored under one name, an index over attributes that do not exist, an encrypted attribute
 * that is unique or part of a key.
 *
 * @example
 * const Order = defineModel({
 *   name: 'Order',
 *   table: 'orders',
 *   key: { partition: 'customerId', sort: 'orderId' },
 *   attributes: { customerId: string(), orderId: string(), total: number({ minimum: 0 }), createdAt: createdAt() },
 *   indexes: { byTotal: { partition: 'customerId', sort: 'total', type: 'local' } },
 * });
 * type Order = Item<typeof Order>;
 */
export function defineModel<A extends Attributes, const K extends KeyDefinition<A>, const I extends Indexes<A> = {}>(
  definition: ModelDefinition<A, K, I>,
): Model<A, K, I> {
  const { name, table, attributes, key, indexes = {} as I, unknownAttributes = 'keep' } = definition;
  if (typeof name !== 'string' || name === '') throw new TypeError('defineModel: name is missing');
  const problem = (text: string): never => {
    throw new TypeError(`Model ${name}: ${text}`);
  };
  if (typeof table !== 'function' && (typeof table !== 'string' || table === '')) problem('table is missing');
  if (!UNKNOWN_ATTRIBUTES.has(unknownAttributes)) problem('unknownAttributes must be keep, drop or error');
  checkAttributes(attributes, problem);
  checkComposed([key, ...Object.values(indexes as Indexes<A>)], attributes, problem);
  checkKey('key', key, attributes, false, problem);
  for (const [indexName, index] of Object.entries(indexes as Indexes<A>)) {
    checkKey(`index ${indexName}`, index, attributes, true, problem);
    for (const projected of index.projection ?? []) {
      if (!Object.hasOwn(attributes, projected)) problem(`index ${indexName} projects unknown attribute ${projected}`);
    }
  }
  return {
    name,
    table,
    attributes,
    key,
    indexes,
    unknownAttributes,
    jsonSchema: (kind) => jsonSchema({ name, attributes, key, indexes: indexes as Indexes<A> }, kind ?? 'new'),
  };
}

const UNKNOWN_ATTRIBUTES = new Set<UnknownAttributes>(['keep', 'drop', 'error']);

type Problem = (text: string) => never;

function checkAttributes(attributes: Attributes, problem: Problem): void {
  const stored = new Map<string, string>();
  const roles = new Map<string, string>();
  for (const [property, attribute] of Object.entries(attributes)) {
    const storedAs = attribute.options.name ?? property;
    if (attribute.options.encrypted) checkEncrypted(property, attribute, problem);
    const other = stored.get(storedAs);
    if (other !== undefined) problem(`${other} and ${property} are both stored as ${storedAs}`);
    stored.set(storedAs, property);
    const role = attribute.role ?? (attribute.kind === 'ttl' ? 'ttl' : undefined);
    if (role === undefined) continue;
    if (roles.has(role)) problem(`${roles.get(role)} and ${property} are both ${role}()`);
    roles.set(role, property);
  }
}

/** DynamoDB and the table layer work with these: they must be able to read them. */
function checkEncrypted(property: string, { options, kind, role }: Attribute, problem: Problem): void {
  if (options.unique) problem(`${property} is unique and cannot be encrypted: equal values are stored differently`);
  if (kind === 'ttl') problem(`${property} is ttl() and cannot be encrypted: DynamoDB has to read it`);
  if (role !== undefined) problem(`${property} is ${role}() and cannot be encrypted`);
}

/** A composed key must not be written over an attribute, or over another composed key. */
function checkComposed(
  keys: readonly { partition?: unknown; sort?: unknown }[],
  attributes: Attributes,
  problem: Problem,
): void {
  const stored = new Set(Object.entries(attributes).map(([property, { options }]) => options.name ?? property));
  const templates = new Map<string, string>();
  for (const part of keys.flatMap((key) => [key?.partition, key?.sort]).filter(isTemplate)) {
    const { attribute, template } = part;
    if (stored.has(attribute)) problem(`${template} and an attribute are both stored as ${attribute}`);
    const other = templates.get(attribute) ?? template;
    if (other !== template) problem(`${other} and ${template} are both stored as ${attribute}`);
    templates.set(attribute, template);
  }
}

function checkKey(
  where: string,
  key: { partition: unknown; sort?: unknown },
  attributes: Attributes,
  sparse: boolean,
  problem: Problem,
): void {
  if (key?.partition === undefined) problem(`${where} has no partition key`);
  for (const part of [key.partition, key.sort]) {
    if (part === undefined) continue;
    for (const field of fieldsOf(part as KeyPart<Attributes>)) {
      if (!Object.hasOwn(attributes, field)) problem(`${where} names unknown attribute ${field}`);
      checkKeyAttribute(where, field, attributes[field] as Attribute, !isTemplate(part), sparse, problem);
    }
  }
}

const KEY_KINDS = new Set(['string', 'number', 'integer', 'bigint', 'decimal', 'binary', 'date', 'ttl']);
const TEMPLATE_KINDS = new Set(['string', 'number', 'integer', 'bigint', 'decimal', 'date']);

function checkKeyAttribute(
  where: string,
  field: string,
  attribute: Attribute,
  plain: boolean,
  sparse: boolean,
  problem: Problem,
): void {
  const kinds = plain ? KEY_KINDS : TEMPLATE_KINDS;
  if (!kinds.has(attribute.kind)) {
    problem(`${where}: ${field} is a ${attribute.kind}, and a key can only be made of ${[...kinds].join(', ')}`);
  }
  if (attribute.options.encrypted) problem(`${where}: ${field} is encrypted and cannot be part of a key`);
  if (attribute.options.nullable) problem(`${where}: ${field} must not be nullable, as null cannot be a key`);
  if (!plain && attribute.role === 'version') {
    problem(`${where}: ${field} is counted up by DynamoDB, and a composed key cannot follow it`);
  }
  // An item without an index's key is simply not in that index; one without its primary key cannot exist.
  if (!sparse && attribute.options.optional) problem(`${where}: ${field} must not be optional`);
  if (!sparse && attribute.role !== undefined && attribute.role !== 'createdAt') {
    problem(`${where}: ${field} changes with every write and cannot be a key`);
  }
}
