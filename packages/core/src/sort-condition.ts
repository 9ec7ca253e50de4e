import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { StoredItem } from './codec/item-codec.ts';
import { composeText, type KeyPartCodec, readKeyPart } from './codec/key-codec.ts';
import type { Field } from './codec/object-codec.ts';
import { CodecProblem } from './codec/problem.ts';
import type { Comparison } from './condition.ts';
import { bounds } from './condition-expression.ts';
import type { Expression } from './expression.ts';

/** A sort key condition: its text, and what it cannot say, which is checked on the rows. */
export interface SortCondition {
  /** `undefined` when the whole partition is read. */
  readonly text: string | undefined;
  /** Checks a row where the text takes in more than was asked for. */
  readonly accepts?: (row: StoredItem) => boolean;
}

/** Comparisons of one property, in the order they were written. */
export type ComparisonsOf = (property: string) => readonly Comparison[];

const RANGES = new Set(['<', '<=', '>', '>=', 'between', 'beginsWith']);

/** The one comparison of a sort key: two bounds become a range. */
function single(field: Field, comparisons: readonly Comparison[]): Comparison | undefined {
  if (comparisons.length <= 1) return comparisons[0];
  const low = comparisons.find(({ operator }) => operator === '>=');
  const high = comparisons.find(({ operator }) => operator === '<=');
  if (comparisons.length === 2 && low !== undefined && high !== undefined) {
    return { ...low, operator: 'between', operand: [low.operand, high.operand] };
  }
  throw new CodecProblem('condition', 'is a sort key: it takes one condition, or ">=" and "<=" together').within(
    field.property,
  );
}

/** One operand, or the two bounds of a range. */
function operandsOf({ operator, operand }: Comparison): readonly unknown[] {
  return operator === 'between' ? bounds(operand) : [operand];
}

/** Whether a sort key can be matched with these comparisons. */
export function usableAsSort(comparisons: readonly Comparison[]): boolean {
  return comparisons.length > 0 && comparisons.every(({ operator }) => operator === '=' || RANGES.has(operator));
}

/**
 * The condition on a sort key, from the comparisons of its attributes.
 *
 * @param use called with every property whose comparisons the condition stands for.
 */
export function sortCondition(
  part: KeyPartCodec,
  comparisonsOf: ComparisonsOf,
  use: (property: string) => void,
  expression: Expression,
): SortCondition {
  return part.template === undefined
    ? plainCondition(part, comparisonsOf, use, expression)
    : composedCondition(part, comparisonsOf, use, expression);
}

function plainCondition(
  part: KeyPartCodec,
  comparisonsOf: ComparisonsOf,
  use: (property: string) => void,
  expression: Expression,
): SortCondition {
  const texts: string[] = [];
  for (const field of part.fields) {
    const comparisons = comparisonsOf(field.property);
    if (!usableAsSort(comparisons)) break;
    const comparison = single(field, comparisons) as Comparison;
    use(field.property);
    texts.push(range(field.name, comparison.operator, operandsOf(comparison).map(operandOf(field)), expression));
    if (comparison.operator !== '=') break;
  }
  return { text: texts.length > 0 ? texts.join(' AND ') : undefined };
}

/** Encodes what a key's attribute is compared with; a problem names the attribute. */
export function operandOf(field: Field): (operand: unknown) => AttributeValue {
  return (operand) => {
    try {
      return field.codec.operand(operand);
    } catch (error) {
      throw error instanceof CodecProblem ? error.within(field.property) : error;
    }
  };
}

function range(name: string, operator: string, operands: AttributeValue[], expression: Expression): string {
  const [first, second] = operands.map((operand) => expression.value(operand));
  const placeholder = expression.name(name);
  if (operator === 'between') return `${placeholder} BETWEEN ${first} AND ${second}`;
  return operator === 'beginsWith' ? `begins_with(${placeholder}, ${first})` : `${placeholder} ${operator} ${first}`;
}

// Sorts after every text that goes on from the same start.
const LAST = '\u{10ffff}';

/** A composed sort key: equal attributes make a prefix, and the next one may be compared within it. */
function composedCondition(
  part: KeyPartCodec,
  comparisonsOf: ComparisonsOf,
  use: (property: string) => void,
  expression: Expression,
): SortCondition {
  const name = part.names[0] as string;
  const equal = new Map<Field, AttributeValue>();
  let ranged: { field: Field; comparison: Comparison } | undefined;
  for (const field of part.fields) {
    const comparisons = comparisonsOf(field.property);
    if (!usableAsSort(comparisons)) break;
    const comparison = single(field, comparisons) as Comparison;
    use(field.property);
    if (comparison.operator !== '=') {
      ranged = { field, comparison };
      break;
    }
    equal.set(field, operandOf(field)(comparison.operand));
  }
  const { key: prefix, complete } = composeText(part, (field) => equal.get(field));
  const text = (operator: string, ...bounds: string[]) =>
    range(
      name,
      operator,
      bounds.map((bound) => ({ S: bound })),
      expression,
    );
  if (complete) return { text: text('=', prefix) };
  if (ranged === undefined) return { text: prefix === '' ? undefined : text('beginsWith', prefix) };
  const { field, comparison } = ranged;
  const [low, high] = operandsOf(comparison).map((operand) => textOf(field, operand));
  const position = part.fields.indexOf(field);
  const accepts = (row: StoredItem): boolean => {
    const value = keyValues(part, row)?.[position];
    return value !== undefined && holds(comparison.operator, textOf(field, value), low as string, high);
  };
  // The text may go on past the attribute's end, into the literal after it: rows are checked here too.
  if (comparison.operator === 'beginsWith') return { text: text('beginsWith', prefix + low), accepts };
  // The range is taken a little wide, at both its ends, and each row is checked: a composed key's text does not sort
  // like its parts where one is the start of another.
  const from = comparison.operator.startsWith('>') || comparison.operator === 'between' ? prefix + low : prefix;
  const to = fixedLength(field) ? upper(comparison.operator, prefix, low as string, high) : prefix + LAST;
  return { text: from === '' ? text('<=', to) : text('between', from, to), accepts };
}

/** What a row's key is made of; `undefined` when the model did not make it. */
function keyValues(part: KeyPartCodec, row: StoredItem): unknown[] | undefined {
  try {
    return readKeyPart(part, row);
  } catch {
    return undefined;
  }
}

function upper(operator: string, prefix: string, low: string, high: string | undefined): string {
  if (operator.startsWith('>')) return prefix + LAST;
  return prefix + (operator === 'between' ? high : low) + LAST;
}

/** All texts of a date are of one length: none is the start of another. */
function fixedLength(field: Field): boolean {
  return field.attribute.kind === 'date';
}

function textOf(field: Field, operand: unknown): string {
  const value = operandOf(field)(operand);
  if (value.S === undefined) {
    throw new CodecProblem('condition', 'is a number in a composed key: it can be matched with "=" only').within(
      field.property,
    );
  }
  return value.S;
}

function holds(operator: string, value: string, low: string, high: string | undefined): boolean {
  const order = compareBytes(value, low);
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case 'beginsWith':
      return value.startsWith(low);
    default:
      return order >= 0 && compareBytes(value, high as string) <= 0;
  }
}

/** DynamoDB orders text by its UTF-8 bytes; JavaScript compares UTF-16 units. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
