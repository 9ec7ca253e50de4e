import type { AttributeValue } from './codec/attribute-value.ts';
import { compareNumbers } from './codec/numbers.ts';
import { CodecProblem } from './codec/problem.ts';
import type { Comparison, Operator, StoredType } from './condition.ts';

const ORDERED: readonly StoredType[] = ['S', 'N', 'B'];

// What each operator compares: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Condition.html
const TYPES: { readonly [Op in Operator]?: readonly StoredType[] } = {
  '<': ORDERED,
  '<=': ORDERED,
  '>': ORDERED,
  '>=': ORDERED,
  between: ORDERED,
  beginsWith: ['S', 'B'],
};

/**
 * Encodes what a comparison compares with: one operand, or the two bounds of `between`.
 *
 * @throws CodecProblem for what DynamoDB refuses whatever is stored: operands of a type the operator does not compare,
 * and bounds of two types or in the wrong order.
 */
export function comparedOperands(
  { operator, operand }: Comparison,
  encode: (operand: unknown) => AttributeValue,
): AttributeValue[] {
  const operands = (operator === 'between' ? bounds(operand) : [operand]).map(encode);
  const types = operands.map((value) => Object.keys(value)[0] as StoredType);
  const other = types.find((type) => TYPES[operator]?.includes(type) === false);
  if (other !== undefined)
    throw new CodecProblem('type', `cannot be compared with ${operator} and a value of type ${other}`);
  const [low, high] = operands;
  if (low !== undefined && high !== undefined) refuseReversed(low, high);
  return operands;
}

/** The operand of `between`. */
function bounds(operand: unknown): readonly [low: unknown, high: unknown] {
  if (Array.isArray(operand) && operand.length === 2) return operand as [unknown, unknown];
  throw new CodecProblem('type', 'between takes an array of two bounds');
}

function refuseReversed(low: AttributeValue, high: AttributeValue): void {
  const order = orderOf(low, high);
  if (order === undefined) throw new CodecProblem('type', 'is between bounds of two types');
  if (order > 0) throw new CodecProblem('between', 'is between bounds in the wrong order: the low one comes first');
}

/** How DynamoDB orders two values: below 0, 0 or above; `undefined` when they are not of one type. */
function orderOf(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.S !== undefined && b.S !== undefined) return compareText(a.S, b.S);
  if (a.N !== undefined && b.N !== undefined) return compareNumbers(a.N, b.N);
  if (a.B === undefined || b.B === undefined) return undefined;
  return Buffer.compare(Buffer.from(a.B, 'base64'), Buffer.from(b.B, 'base64'));
}

/** DynamoDB orders text by its UTF-8 bytes; JavaScript compares UTF-16 units. */
export function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
