import { type Call, callback } from './evaluate-call.ts';
import { elementsOf } from './properties.ts';
import type { Reader } from './reader.ts';
import { type Value, Values } from './value.ts';

type ArrayValue = Extract<Value, { kind: 'array' }>;

const ADDS = new Set(['push', 'unshift', 'add', 'set', 'splice', 'fill']);
const TAKES = new Set(['at', 'find', 'findLast', 'get', 'pop', 'shift', 'next']);
const SAME = new Set(
  'concat entries filter flat reverse slice sort toReversed toSorted toSpliced values with'.split(' '),
);
const CALLS = new Set('every findIndex flatMap forEach map reduce reduceRight some'.split(' '));

/** Whether arrays, maps or sets have the method. */
export function isCollectionMethod(name: string): boolean {
  return [ADDS, TAKES, SAME, CALLS].some((names) => names.has(name));
}

/** Whether a method goes through elements, and so is one of an array, even where it is not known that it is one. */
export function isIteration(name: string): boolean {
  return SAME.has(name) || CALLS.has(name);
}

/** A call of a method of an array, map or set. @returns what it may return. */
export function callCollection(reader: Reader, array: ArrayValue, name: string, { node, args }: Call): Values {
  const elements = reader.elementsOf(array.node);
  if (ADDS.has(name)) {
    for (const values of args) reader.grow(elements, values);
    return Values.of(array);
  }
  const accumulates = name.startsWith('reduce');
  const given = accumulates ? [Values.of(...(args[1] ?? []), ...elements), elements] : [elements, elements];
  const returned = callback(reader, args[0], given);
  if (TAKES.has(name)) return elements;
  if (SAME.has(name)) {
    if (name === 'concat') for (const values of args) reader.grow(elements, elementsOf(reader, values));
    if (name === 'flat') reader.grow(elements, elementsOf(reader, elements));
    return Values.of(array);
  }
  if (accumulates) return Values.of(...(args[1] ?? []), ...returned);
  if (name !== 'map' && name !== 'flatMap') return new Values();
  reader.grow(reader.elementsOf(node), returned);
  if (name === 'flatMap') reader.grow(reader.elementsOf(node), elementsOf(reader, returned));
  return Values.of({ kind: 'array', node });
}
