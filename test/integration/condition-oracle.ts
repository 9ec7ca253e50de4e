import type { Condition, Operator } from '@tabletheory/core';
import { equal, order, sizeOf, textOf, typeOf } from './stored-value.ts';

// What a condition means, after the documentation and without the code under test:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
// It does not say what holds of a value that is not there, or has no size. Amazon DynamoDB Local does: only "<>".

/** Whether a condition holds of an item, by the item's values in code. */
export function holds(condition: Condition, item: object): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.every((part) => holds(part, item));
    case 'or':
      return condition.conditions.some((part) => holds(part, item));
    case 'not':
      return !holds(condition.condition, item);
    case 'comparison':
      return compares(valueAt(item, condition.path), condition.operator, condition.operand);
  }
}

function valueAt(item: object, path: string): unknown {
  const steps = [...path.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, position]) => name ?? Number(position));
  return steps.reduce((value: unknown, step) => {
    if (typeOf(value) !== (typeof step === 'number' ? 'L' : 'M')) return undefined;
    return Object.hasOwn(value as object, step) ? (value as Record<string | number, unknown>)[step] : undefined;
  }, item);
}

function compares(value: unknown, operator: Operator, operand: any): boolean {
  switch (operator) {
    case '=':
      return equal(value, operand);
    case '<>':
      return !equal(value, operand);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordered(operator, order(value, operand));
    case 'between':
      return ordered('>=', order(value, operand[0])) && ordered('<=', order(value, operand[1]));
    case 'in':
      return operand.some((one: unknown) => equal(value, one));
    case 'beginsWith':
      return beginsWith(value, operand);
    case 'contains':
      return contains(value, operand);
    case 'exists':
      return (value !== undefined) === operand;
    case 'type':
      return typeOf(value) === operand;
    default: {
      const size = sizeOf(value);
      const comparator = operator.slice('size '.length);
      if (comparator === '<>') return size !== operand;
      return comparator === '=' ? size === operand : ordered(comparator, order(size, operand));
    }
  }
}

function ordered(comparator: string, order: number | undefined): boolean {
  if (order === undefined) return false;
  if (order === 0) return comparator.endsWith('=');
  return order < 0 ? comparator.startsWith('<') : comparator.startsWith('>');
}

function beginsWith(value: unknown, prefix: unknown): boolean {
  if (typeOf(value) !== typeOf(prefix)) return false;
  if (typeOf(value) === 'S') return textOf(value).startsWith(prefix as string);
  const [bytes, start] = [value, prefix] as [Uint8Array, Uint8Array];
  return Buffer.compare(bytes.subarray(0, start.length), start) === 0;
}

function contains(value: unknown, part: unknown): boolean {
  switch (typeOf(value)) {
    case 'S':
      return typeOf(part) === 'S' && textOf(value).includes(textOf(part));
    case 'L':
      return (value as unknown[]).some((element) => equal(element, part));
    case 'SS':
    case 'NS':
      return (value as Set<unknown>).has(part);
    default:
      return false;
  }
}
