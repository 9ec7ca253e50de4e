import type { AttributeValue, StoredItem } from './codec/attribute-value.ts';
import { composeText, type KeyPartCodec, readKeyPart, refuseEmpty } from './codec/key-codec.ts';
import type { Field } from './codec/object-codec.ts';
import { CodecProblem, rethrowWithin } from './codec/problem.ts';
import { comparedOperands, compareText } from './compared-operands.ts';
import type { Comparison } from './condition.ts';
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

/** What a key's attribute is compared with, encoded; a problem names the attribute. */
function operandsOf(field: Field, comparison: Comparison): AttributeValue[] {
  try {
    return comparedOperands(comparison, field.codec.operand);
  } catch (error) {
    return rethrowWithin(error, field.property);
  }
}

/** Whether a sort key can be matched with these comparisons. */
function usableAsSort(comparisons: readonly Comparison[]): boolean {
  return comparisons.length > 0 && comparisons.every(({ operator }) => operator === '=' || RANGES.has(operator));
}

/** The attributes a sort key is matched by: equal ones from the left, and behind them one that may be a range. */
export function matchedFields(part: KeyPartCodec, comparisonsOf: ComparisonsOf): Field[] {
  const matched: Field[] = [];
  for (const field of part.fields) {
    const comparisons = comparisonsOf(field.property);
    if (!usableAsSort(comparisons)) break;
    matched.push(field);
    if (comparisons.some(({ operator }) => operator !== '=')) break;
  }
  return matched;
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
  for (const field of matchedFields(part, comparisonsOf)) {
    const comparison = single(field, comparisonsOf(field.property)) as Comparison;
    use(field.property);
    const operands = operandsOf(field, comparison);
    for (const operand of operands) refuseEmpty(field, operand);
    texts.push(range(field.name, comparison.operator, operands, expression));
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
  for (const field of matchedFields(part, comparisonsOf)) {
    const comparison = single(field, comparisonsOf(field.property)) as Comparison;
    use(field.property);
    if (comparison.operator === '=') equal.set(field, operandOf(field)(comparison.operand));
    else ranged = { field, comparison };
  }
  const { key: prefix, complete } = composeText(part, (field) => equal.get(field));
  const text = (operator: string, ...operands: string[]) =>
    range(
      name,
      operator,
      operands.map((operand) => ({ S: operand })),
      expression,
    );
  // Every key begins with no text, and DynamoDB does not take it as an operand.
  const startingWith = (start: string) => (start === '' ? undefined : text('beginsWith', start));
  if (complete) return { text: text('=', prefix) };
  if (ranged === undefined) return { text: startingWith(prefix) };
  const { field, comparison } = ranged;
  const [low, high] = operandsOf(field, comparison).map((operand) => textOf(field, operand));
  const position = part.fields.indexOf(field);
  const accepts = (row: StoredItem): boolean => {
    const value = keyValues(part, row)?.[position];
    return (
      value !== undefined && holds(comparison.operator, textOf(field, operandOf(field)(value)), low as string, high)
    );
  };
  // The text may go on past the attribute's end, into the literal after it: rows are checked here too.
  if (comparison.operator === 'beginsWith') return { text: startingWith(prefix + low), accepts };
  // The range is taken a little wide, at both its ends, and each row is checked: a composed key's text does not sort
  // like its parts where one is the start of another.
  const from = comparison.operator.startsWith('>') || comparison.operator === 'between' ? prefix + low : prefix;
  const to = afterStart(fixedLength(field) ? upperStart(comparison.operator, prefix, low as string, high) : prefix);
  if (to === undefined) return { text: from === '' ? undefined : text('>=', from), accepts };
  return { text: from === '' ? text('<=', to) : text('between', from, to), accepts };
}

/** What a row's key is made of; `undefined` when the model did not make it. */
function keyValues(part: KeyPartCodec, row: StoredItem): unknown[] | undefined {
  try {
    return readKeyPart(part, row);
  } catch {} // what is not of its types neither
}

/** What the last keys of a range start with. */
function upperStart(operator: string, prefix: string, low: string, high: string | undefined): string {
  return operator.startsWith('>') ? prefix : prefix + (high ?? low);
}

const LAST_CHARACTER = 0x10ffff;

/** The first text behind all that begin with a start; `undefined` when there is none. */
function afterStart(start: string): string | undefined {
  const characters = [...start];
  while (characters.length > 0) {
    const last = characters.pop()?.codePointAt(0) as number;
    // Between U+D7FF and U+E000 are no characters, only halves of them.
    if (last < LAST_CHARACTER) return characters.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1);
  }
  return undefined;
}

/** All texts of a date are of one length: none is the start of another. */
function fixedLength(field: Field): boolean {
  return field.attribute.kind === 'date';
}

function textOf(field: Field, { S }: AttributeValue): string {
  if (S === undefined) {
    throw new CodecProblem('condition', 'is a number in a composed key: it can be matched with "=" only').within(
      field.property,
    );
  }
  return S;
}

function holds(operator: string, value: string, low: string, high: string | undefined): boolean {
  const order = compareText(value, low);
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
      return order >= 0 && compareText(value, high as string) <= 0;
  }
}
