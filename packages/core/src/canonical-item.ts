import type { AttributeValue, StoredItem } from './codec/attribute-value.ts';
import { canonicalDecimal } from './codec/numbers.ts';

/**
 * A stored item in the one form that all its spellings share: DynamoDB returns sets in an order of its own, and
 * numbers in its own notation.
 */
export function canonicalItem(item: Readonly<StoredItem>): object {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, canonicalValue(value)]));
}

function canonicalValue({ N, NS, SS, BS, L, M, ...others }: AttributeValue): unknown {
  if (N !== undefined) return { N: canonicalDecimal(N) };
  if (NS !== undefined) return { NS: NS.map(canonicalDecimal).sort() };
  if (SS !== undefined) return { SS: SS.toSorted() };
  if (BS !== undefined) return { BS: BS.toSorted() };
  if (L !== undefined) return { L: L.map(canonicalValue) };
  if (M !== undefined) return { M: canonicalItem(M) };
  return others;
}
