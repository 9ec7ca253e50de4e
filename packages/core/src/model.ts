import type { Attribute, Attributes } from './attribute.ts';
import { parseTemplate } from './key-template.ts';
import type {
  Changeable,
  ChangesOf,
  IndexDefinition,
  ItemOf,
  KeyDefinition,
  KeyOf,
  KeyPart,
  NewItemOf,
  TemplateKey,
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
}

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
}

/** Secondary indexes by name. */
export type Indexes<A> = Readonly<Record<string, IndexDefinition<A>>>;

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
 * attribute, two attributes stored under one name, an index over attributes that do not exist.
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
export function defineModel<
  A extends Attributes,
  const K extends KeyDefinition<NoInfer<A>>,
  const I extends Indexes<NoInfer<A>> = {},
>(definition: ModelDefinition<A, K, I>): Model<A, K, I> {
  const { name, table, attributes, key, indexes = {} as I } = definition;
  if (typeof name !== 'string' || name === '') throw new TypeError('defineModel: name is missing');
  const problem = (text: string): never => {
    throw new TypeError(`Model ${name}: ${text}`);
  };
  if (typeof table !== 'function' && (typeof table !== 'string' || table === '')) problem('table is missing');
  checkAttributes(attributes, problem);
  checkComposed([key, ...Object.values(indexes as Indexes<A>)], attributes, problem);
  checkKey('key', key, attributes, false, problem);
  for (const [indexName, index] of Object.entries(indexes as Indexes<A>)) {
    checkKey(`index ${indexName}`, index, attributes, true, problem);
    for (const projected of index.projection ?? []) {
      if (!Object.hasOwn(attributes, projected)) problem(`index ${indexName} projects unknown attribute ${projected}`);
    }
  }
  return { name, table, attributes, key, indexes };
}

type Problem = (text: string) => never;

function checkAttributes(attributes: Attributes, problem: Problem): void {
  const stored = new Map<string, string>();
  const roles = new Map<string, string>();
  for (const [property, attribute] of Object.entries(attributes)) {
    const storedAs = attribute.options.name ?? property;
    const other = stored.get(storedAs);
    if (other !== undefined) problem(`${other} and ${property} are both stored as ${storedAs}`);
    stored.set(storedAs, property);
    const role = attribute.role ?? (attribute.kind === 'ttl' ? 'ttl' : undefined);
    if (role === undefined) continue;
    if (roles.has(role)) problem(`${roles.get(role)} and ${property} are both ${role}()`);
    roles.set(role, property);
  }
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
  if (attribute.options.nullable) problem(`${where}: ${field} must not be nullable, as null cannot be a key`);
  // An item without an index's key is simply not in that index; one without its primary key cannot exist.
  if (!sparse && attribute.options.optional) problem(`${where}: ${field} must not be optional`);
  if (!sparse && attribute.role !== undefined && attribute.role !== 'createdAt') {
    problem(`${where}: ${field} changes with every write and cannot be a key`);
  }
}

/** Whether a key part is a template. */
export function isTemplate(part: unknown): part is TemplateKey {
  return typeof part === 'object' && part !== null && 'template' in part;
}

/** The attributes a key part is made of, in order. */
export function fieldsOf(part: KeyPart<any> | readonly string[]): readonly string[] {
  if (typeof part === 'string') return [part];
  return isTemplate(part) ? parseTemplate(part.template).placeholders : part;
}
