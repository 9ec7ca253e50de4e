import type { AttributeValue } from './attribute-value.ts';
import { CodecProblem, rethrowWithin } from './problem.ts';

/** The value as an object whose properties are its content: class instances, arrays, maps and sets are not. */
export function plainObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return value as Record<string, unknown>;
  }
  throw new CodecProblem('type', 'must be a plain object');
}

/** How many properties an object has, without the array `Object.keys` makes. */
export function countOf(object: object): number {
  let count = 0;
  for (const _key in object) count++;
  return count;
}

/** A new object with every own property of `from` but the undefined ones, its values mapped. */
export function mapEntries<From, To>(from: Record<string, From>, map: (value: From) => To): Record<string, To> {
  const to: Record<string, To> = {};
  const keys = Object.keys(from);
  let i = 0;
  try {
    // Stryker disable next-line EqualityOperator: a key too many is `undefined`, which names nothing new.
    for (; i < keys.length; i++) {
      const key = keys[i] as string;
      const value = from[key] as From;
      if (value !== undefined) setOwn(to, key, map(value));
    }
  } catch (error) {
    rethrowWithin(error, keys[i] as string);
  }
  return to;
}

/**
 * The map a plain object is stored as.
 *
 * @throws CodecProblem when it has an empty key: DynamoDB takes none, and quotes nothing of the item that says where.
 */
export function writeEntries(
  value: unknown,
  write: (value: unknown) => AttributeValue,
): Record<string, AttributeValue> {
  const written = mapEntries(plainObject(value), write);
  if (Object.hasOwn(written, '')) {
    throw new CodecProblem('propertyNames', 'has an empty key, which DynamoDB cannot hold');
  }
  return written;
}

/** Sets a property under any name: assigning to `__proto__` would set the prototype and lose the value. */
export function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  // Stryker disable next-line ConditionalExpression: to define any property takes time, and gives the same.
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}
