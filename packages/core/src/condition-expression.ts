import { attributeCodec } from './codec/attribute-codec.ts';
import type { AttributeValue } from './codec/attribute-value.ts';
import { encodeAny } from './codec/dynamic-codec.ts';
import { CodecProblem, rethrowWithin } from './codec/problem.ts';
import { comparedOperands } from './compared-operands.ts';
import type { CompiledModel } from './compiled-model.ts';
import type { Comparison, Condition, StoredType } from './condition.ts';
import type { Expression } from './expression.ts';
import { type ResolvedPath, resolvePath } from './path.ts';

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
const MAX_IN = 100;

const STORED_TYPES = new Set<unknown>([
  'S',
  'N',
  'B',
  'BOOL',
  'NULL',
  'L',
  'M',
  'SS',
  'NS',
  'BS',
] satisfies StoredType[]);

/**
 * Writes a condition as an expression.
 *
 * @throws CodecProblem when a path is no attribute or an operand is not of its type.
 * @throws TypeError when the attribute is encrypted.
 */
export function conditionExpression(model: CompiledModel, condition: Condition, expression: Expression): string {
  switch (condition.kind) {
    case 'comparison':
      return comparisonExpression(model, condition, expression);
    case 'not': {
      const negated = conditionExpression(model, condition.condition, expression);
      // DynamoDB refuses parentheses around parentheses, and joined conditions have theirs.
      return negated.startsWith('(') ? `NOT ${negated}` : `NOT (${negated})`;
    }
    default: {
      const parts = condition.conditions.map((part) => conditionExpression(model, part, expression));
      if (parts.length === 0) throw new CodecProblem('condition', `${condition.kind} joins no conditions`);
      return parts.length === 1 ? (parts[0] as string) : `(${parts.join(condition.kind === 'and' ? ' AND ' : ' OR ')})`;
    }
  }
}

function comparisonExpression(model: CompiledModel, comparison: Comparison, expression: Expression): string {
  const path = resolvePath(model, comparison.path);
  const field = model.fieldNamed.get(path.property);
  if (path.attribute.options.encrypted) {
    throw new TypeError(`${model.name}.${path.text} is encrypted: it cannot be compared, nor filtered on`);
  }
  if (field !== undefined && model.keyFields.has(field)) {
    throw new CodecProblem(
      'condition',
      'is stored only in a composed key: it can be matched as a key, not filtered on',
    ).within(path.text);
  }
  try {
    return write(comparison, path, expression);
  } catch (error) {
    return rethrowWithin(error, path.text);
  }
}

function write(comparison: Comparison, path: ResolvedPath, expression: Expression): string {
  const { operator, operand } = comparison;
  const name = expression.path(path.steps);
  const compared = (joint = ''): string =>
    comparedOperands(comparison, path.codec.operand)
      .map((value) => expression.value(value))
      .join(joint);
  switch (operator) {
    case '=':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return `${name} ${operator} ${compared()}`;
    case 'between':
      return `${name} BETWEEN ${compared(' AND ')}`;
    case 'in':
      return `${name} IN (${inList(operand)
        .map((value) => expression.value(path.codec.operand(value)))
        .join(', ')})`;
    case 'beginsWith':
      return `begins_with(${name}, ${compared()})`;
    case 'contains':
      return `contains(${name}, ${expression.value(containedOperand(path, operand))})`;
    case 'exists':
      if (typeof operand !== 'boolean') throw new CodecProblem('type', 'exists takes true or false');
      return `${operand ? 'attribute_exists' : 'attribute_not_exists'}(${name})`;
    case 'type':
      if (!STORED_TYPES.has(operand)) throw new CodecProblem('type', 'is compared with an unknown stored type');
      return `attribute_type(${name}, ${expression.value({ S: operand as string })})`;
    case 'size =':
    case 'size <>':
    case 'size <':
    case 'size <=':
    case 'size >':
    case 'size >=':
      if (!Number.isInteger(operand)) throw new CodecProblem('type', 'has its size compared with no whole number');
      return `size(${name}) ${operator.slice(5)} ${expression.value({ N: String(operand) })}`;
    default:
      throw new CodecProblem('condition', `has no operator ${String(operator)}`);
  }
}

function inList(values: unknown): readonly unknown[] {
  if (!Array.isArray(values) || values.length === 0 || values.length > MAX_IN) {
    throw new CodecProblem('in', `takes an array of 1 to ${MAX_IN} values`);
  }
  return values;
}

function containedOperand({ attribute, codec }: ResolvedPath, part: unknown): AttributeValue {
  // Text contains text; a set or list contains an element, which DynamoDB compares as a single value.
  if (attribute.kind === 'string') return codec.operand(part);
  return attribute.kind === 'list' && attribute.element !== undefined
    ? attributeCodec(attribute.element, false).operand(part)
    : encodeAny(part);
}
