import type {
  Attribute,
  AttributeKind,
  AttributeOptions,
  Attributes,
  CommonOptions,
  GeneratedRole,
  Keywords,
} from './attribute.ts';
import type { ItemOf } from './model-types.ts';

interface Defaulted<T> extends CommonOptions {
  /** The value of a new item that leaves the attribute out, or a function that makes it. */
  readonly default?: T | (() => T);
}

interface Unique {
  /**
   * No two items of the model may have the same value. Kept with one small item for each value in the same table,
   * written in one transaction with the item itself. Not for an encrypted attribute.
   */
  readonly unique?: boolean;
  readonly encrypted?: false;
}

interface NotUnique {
  readonly unique?: false;
}

interface StringKeywords
  extends Defaulted<string>,
    Pick<Keywords, 'enum' | 'minLength' | 'maxLength' | 'pattern' | 'format'> {}

interface NumberKeywords
  extends Defaulted<number>,
    Pick<Keywords, 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum' | 'multipleOf'> {}

/** Options of {@link string}. */
export type StringOptions = StringKeywords & (Unique | NotUnique);

/** Options of {@link number} and {@link integer}. */
export type NumberOptions = NumberKeywords & (Unique | NotUnique);

/** Options of {@link list}, {@link record} and the sets: bounds on the number of elements. */
export interface CollectionOptions extends CommonOptions, Pick<Keywords, 'minItems' | 'maxItems'> {}

type FlagsOf<O> =
  | (O extends { readonly optional: true } ? 'optional' : O extends { readonly default: {} } ? 'generated' : 'required')
  | (O extends { readonly readOnly: true } ? 'readOnly' : never)
  | (O extends { readonly encrypted: true } ? 'encrypted' : never);

type ValueOf<T, O> = O extends { readonly nullable: true } ? T | null : T;

// The one place where the phantom types are claimed: at run time an attribute is its kind, options and parts.
function attribute(
  kind: AttributeKind,
  options: AttributeOptions = {},
  parts: { role?: GeneratedRole; element?: Attribute; attributes?: Attributes } = {},
): Attribute<any, any> {
  return { kind, options, ...parts } as Attribute<any, any>;
}

/**
 * Text, stored as S. With `enum` the type is the union of its members.
 *
 * @example string({ minLength: 1 })
 * @example string({ enum: ['open', 'paid'] })
 */
export function string<const O extends StringOptions = {}>(
  options?: O,
): Attribute<ValueOf<O extends { readonly enum: readonly (infer E)[] } ? E : string, O>, FlagsOf<O>> {
  return attribute('string', options);
}

/**
 * A JavaScript number, stored as N. A stored number with more digits than a JavaScript number holds is refused on
 * reading, never rounded: use {@link bigint} or {@link decimal} for those.
 */
export function number<const O extends NumberOptions = {}>(options?: O): Attribute<ValueOf<number, O>, FlagsOf<O>> {
  return attribute('number', options);
}

/** A whole number between `Number.MIN_SAFE_INTEGER` and `Number.MAX_SAFE_INTEGER`, stored as N. */
export function integer<const O extends NumberOptions = {}>(options?: O): Attribute<ValueOf<number, O>, FlagsOf<O>> {
  return attribute('integer', options);
}

/** A whole number of up to 38 digits, a `bigint` in code, stored as N. */
export function bigint<const O extends Defaulted<bigint> = {}>(options?: O): Attribute<ValueOf<bigint, O>, FlagsOf<O>> {
  return attribute('bigint', options);
}

/** A decimal number of up to 38 digits, a string of digits in code (`'0.10'` reads back as `'0.1'`), stored as N. */
export function decimal<const O extends Defaulted<string> = {}>(
  options?: O,
): Attribute<ValueOf<string, O>, FlagsOf<O>> {
  return attribute('decimal', options);
}

/** `true` or `false`, stored as BOOL. */
export function boolean<const O extends Defaulted<boolean> = {}>(
  options?: O,
): Attribute<ValueOf<boolean, O>, FlagsOf<O>> {
  return attribute('boolean', options);
}

/** Bytes, stored as B. */
export function binary<const O extends CommonOptions = {}>(options?: O): Attribute<ValueOf<Uint8Array, O>, FlagsOf<O>> {
  return attribute('binary', options);
}

/** A `Date` in code, stored as S in ISO 8601 with milliseconds (`2026-01-31T12:00:00.000Z`), which sorts by time. */
export function date<const O extends Defaulted<Date> = {}>(options?: O): Attribute<ValueOf<Date, O>, FlagsOf<O>> {
  return attribute('date', options);
}

/**
 * The table's time to live: a `Date` in code, stored as N in seconds since 1970, rounded down.
 * A model has at most one.
 */
export function ttl<const O extends Defaulted<Date> & { readonly encrypted?: false } = {}>(
  options?: O,
): Attribute<ValueOf<Date, O>, FlagsOf<O>> {
  return attribute('ttl', options);
}

/** A list of one kind of element, stored as L. */
export function list<E extends Attribute, const O extends CollectionOptions = {}>(
  element: E,
  options?: O,
): Attribute<ValueOf<E['~type'][], O>, FlagsOf<O>> {
  return attribute('list', options, { element });
}

/** An object with known attributes, stored as M. */
export function map<A extends Attributes, const O extends CommonOptions = {}>(
  attributes: A,
  options?: O,
): Attribute<ValueOf<ItemOf<A>, O>, FlagsOf<O>> {
  return attribute('map', options, { attributes });
}

/** An object with any keys and one kind of value, stored as M. */
export function record<E extends Attribute, const O extends CollectionOptions = {}>(
  element: E,
  options?: O,
): Attribute<ValueOf<Record<string, E['~type']>, O>, FlagsOf<O>> {
  return attribute('record', options, { element });
}

/** A `Set` of strings, stored as SS. DynamoDB has no empty set: leave the attribute out instead. */
export function stringSet<const O extends CollectionOptions = {}>(
  options?: O,
): Attribute<ValueOf<Set<string>, O>, FlagsOf<O>> {
  return attribute('stringSet', options);
}

/** A `Set` of numbers, stored as NS. DynamoDB has no empty set: leave the attribute out instead. */
export function numberSet<const O extends CollectionOptions = {}>(
  options?: O,
): Attribute<ValueOf<Set<number>, O>, FlagsOf<O>> {
  return attribute('numberSet', options);
}

/** A `Set` of byte arrays, stored as BS. DynamoDB has no empty set: leave the attribute out instead. */
export function binarySet<const O extends CollectionOptions = {}>(
  options?: O,
): Attribute<ValueOf<Set<Uint8Array>, O>, FlagsOf<O>> {
  return attribute('binarySet', options);
}

/** Any value JSON can hold, stored as one S. Give its type: `json<Settings>()`. */
export function json<T = unknown>(): Attribute<T, 'required'>;
export function json<T = unknown, const O extends CommonOptions = CommonOptions>(
  options: O,
): Attribute<ValueOf<T, O>, FlagsOf<O>>;
export function json(options?: CommonOptions): Attribute {
  return attribute('json', options);
}

/**
 * Any value DynamoDB can hold, stored in its natural type. A stored number reads back as a `number` where that is
 * exact, as a `bigint` where it is a whole number, and is refused otherwise.
 */
export function any<const O extends CommonOptions = {}>(options?: O): Attribute<any, FlagsOf<O>> {
  return attribute('any', options);
}

type GeneratedOptions = Pick<CommonOptions, 'name' | 'description'>;

/** When the item was created: a `Date`, written once, stored as S in ISO 8601. */
export function createdAt(options?: GeneratedOptions): Attribute<Date, 'generated' | 'readOnly' | 'automatic'> {
  return attribute('date', options, { role: 'createdAt' });
}

/** When the item was last written: a `Date`, renewed by every write, stored as S in ISO 8601. */
export function updatedAt(options?: GeneratedOptions): Attribute<Date, 'generated' | 'readOnly' | 'automatic'> {
  return attribute('date', options, { role: 'updatedAt' });
}

/** An optimistic lock: 1 in a new item, one more after every write. */
export function version(options?: GeneratedOptions): Attribute<number, 'generated' | 'readOnly' | 'automatic'> {
  return attribute('integer', options, { role: 'version' });
}
