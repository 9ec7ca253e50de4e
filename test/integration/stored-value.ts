import type { StoredType } from '@tabletheory/core';

/** DynamoDB's type of a value in code; `undefined` when there is none. A `Date` is stored as text. */
export function typeOf(value: unknown): StoredType | undefined {
  switch (typeof value) {
    case 'undefined':
      return undefined;
    case 'string':
      return 'S';
    case 'number':
    case 'bigint':
      return 'N';
    case 'boolean':
      return 'BOOL';
    default:
      if (value === null) return 'NULL';
      if (value instanceof Date) return 'S';
      if (value instanceof Uint8Array) return 'B';
      if (value instanceof Set) return typeof [...value][0] === 'string' ? 'SS' : 'NS';
      return Array.isArray(value) ? 'L' : 'M';
  }
}

/** The text a value is stored as. */
export const textOf = (value: unknown): string => (value instanceof Date ? value.toISOString() : (value as string));

/** How DynamoDB orders two values: below 0, 0 or above; `undefined` when it does not, as of different types. */
export function order(a: unknown, b: unknown): number | undefined {
  const type = typeOf(a);
  if (type === undefined || type !== typeOf(b)) return undefined;
  if (type === 'S') return Buffer.compare(Buffer.from(textOf(a)), Buffer.from(textOf(b))); // by UTF-8 bytes
  if (type === 'B') return Buffer.compare(a as Uint8Array, b as Uint8Array);
  if (type !== 'N') return undefined;
  const [x, y] = [a, b] as [number | bigint, number | bigint]; // JavaScript compares the two kinds exactly
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Whether two values are equal in DynamoDB: of one type, with the same parts. */
export function equal(a: unknown, b: unknown): boolean {
  const type = typeOf(a);
  if (type === undefined || type !== typeOf(b)) return false;
  switch (type) {
    case 'BOOL':
      return a === b;
    case 'NULL':
      return true;
    case 'SS':
    case 'NS': {
      const [x, y] = [a, b] as [Set<unknown>, Set<unknown>];
      return x.size === y.size && [...x].every((element) => y.has(element));
    }
    case 'L': {
      const [x, y] = [a, b] as [unknown[], unknown[]];
      return x.length === y.length && x.every((element, i) => equal(element, y[i]));
    }
    case 'M': {
      const [x, y] = [a, b] as [Record<string, unknown>, Record<string, unknown>];
      const names = Object.keys(x);
      return names.length === Object.keys(y).length && names.every((name) => equal(x[name], y[name]));
    }
    default:
      return order(a, b) === 0;
  }
}

/** What DynamoDB's function `size` gives; `undefined` for values without a size. */
export function sizeOf(value: unknown): number | undefined {
  switch (typeOf(value)) {
    case 'S':
      return textOf(value).length; // UTF-16 units: no document says so, but engines count them
    case 'B':
    case 'L':
      return (value as { length: number }).length;
    case 'SS':
    case 'NS':
      return (value as Set<unknown>).size;
    case 'M':
      return Object.keys(value as object).length;
    default:
      return undefined;
  }
}
