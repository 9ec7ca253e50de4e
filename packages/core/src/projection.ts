import { namesOf } from './codec/key-codec.ts';
import { CodecProblem } from './codec/problem.ts';
import type { CompiledIndex, CompiledModel } from './compiled-model.ts';
import type { Expression } from './expression.ts';

/**
 * The ProjectionExpression of selected attributes. The keys are always fetched: composed keys are read back from
 * them, and a cursor can be made of any item.
 *
 * @throws CodecProblem when an attribute is unknown.
 */
export function projectionExpression(
  model: CompiledModel,
  selected: readonly string[],
  expression: Expression,
  index?: CompiledIndex,
): string {
  const names = new Set([...namesOf(model.key), ...(index === undefined ? [] : namesOf(index))]);
  for (const property of selected) {
    const field = model.fieldNamed.get(property);
    if (field === undefined) throw new CodecProblem('select', 'is no attribute of the model').within(property);
    if (!model.keyFields.has(field)) names.add(field.name);
  }
  return [...names].map((name) => expression.name(name)).join(', ');
}
