import type { AttributeValue } from './attribute-value.ts';
import { decodeAny, encodeAny } from './dynamic-codec.ts';
import { setOwn } from './plain-object.ts';
import { CodecProblem, within } from './problem.ts';

const UNKNOWN: unique symbol = Symbol.for('@tabletheory/core/unknown-attributes');

type Holder = { [UNKNOWN]?: Record<string, unknown> };

/**
 * The stored attributes of an item, or of a map within one, that its model does not know. They stay with the object:
 * a `put` writes them back. Empty for an object without any, and for a model that does not keep them
 * (`unknownAttributes`).
 *
 * @example
 * const order = await tables.orders.getOrThrow({ customerId: 'c1', orderId: 'o1' });
 * const { legacyFlag } = unknownAttributesOf(order);
 */
export function unknownAttributesOf(item: object): Readonly<Record<string, unknown>> {
  return (item as Holder)[UNKNOWN] ?? {};
}

/**
 * Keeps what was stored beside the known attributes with the object that was read.
 *
 * @param absent names of known attributes whose stored NULL reads as no value: they are kept as well.
 * @param refuse throws for an unknown attribute instead of keeping it.
 */
export function keepUnknown(
  object: object,
  stored: Readonly<Record<string, AttributeValue>>,
  known: ReadonlySet<string>,
  absent: readonly string[],
  refuse: boolean,
): void {
  let kept: Record<string, unknown> | undefined;
  for (const name of Object.keys(stored)) {
    if (known.has(name)) continue;
    if (refuse) throw new CodecProblem('additionalProperties', 'is no attribute of the model').within(name);
    kept ??= {};
    setOwn(kept, name, within(decodeAny, stored[name] as AttributeValue, name));
  }
  for (const name of absent) {
    kept ??= {};
    setOwn(kept, name, null);
  }
  if (kept !== undefined) (object as Holder)[UNKNOWN] = kept;
}

/** Writes back what {@link keepUnknown} kept, where nothing else was written under the name. */
export function writeUnknown(object: object, into: Record<string, AttributeValue>): void {
  const kept = (object as Holder)[UNKNOWN];
  if (kept === undefined) return;
  for (const [name, value] of Object.entries(kept)) {
    if (!Object.hasOwn(into, name)) setOwn(into, name, within(encodeAny, value, name));
  }
}
