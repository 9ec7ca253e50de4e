import { attributeCodec } from './codec/attribute-codec.ts';
import { namesOf } from './codec/key-codec.ts';
import type { Field } from './codec/object-codec.ts';
import { CodecProblem } from './codec/problem.ts';
import type { CompiledIndex, CompiledModel } from './compiled-model.ts';
import type { Expression } from './expression.ts';
import { type ResolvedPath, resolvePath } from './path.ts';

/** A field that is read whole, or only in parts. */
export interface SelectedField {
  readonly field: Field;
  /** The field with a codec that lets parts be missing; `undefined` when the field is read whole. */
  readonly parts: Field | undefined;
}

/** What of an item is fetched, ready to request and to read. */
export interface Selection {
  readonly paths: readonly ResolvedPath[];
  /** The fields the paths are in, in the model's order. */
  readonly fields: readonly SelectedField[];
}

/**
 * Resolves selected attributes and paths.
 *
 * @throws CodecProblem when one is unknown, or two overlap: DynamoDB refuses those.
 */
export function selectionOf(model: CompiledModel, selected: readonly string[]): Selection {
  const paths = [...new Set(selected)].map((text) => resolveSelected(model, text));
  for (const [i, path] of paths.entries()) {
    const other = paths.slice(0, i).find((earlier) => clash(earlier.steps, path.steps));
    if (other !== undefined) {
      throw new CodecProblem('select', `overlaps with ${other.text}: select one of them`).within(path.text);
    }
  }
  const byProperty = Map.groupBy(paths, ({ property }) => property);
  const fields = model.fields.flatMap((field): SelectedField[] => {
    const inside = byProperty.get(field.property);
    if (inside === undefined) return [];
    // Stryker disable next-line MethodExpression: a path to all of it is alone, as others would clash.
    const whole = inside.some(({ steps }) => steps.length === 1);
    return [{ field, parts: whole ? undefined : partsOfField(field) }];
  });
  return { paths, fields };
}

function resolveSelected(model: CompiledModel, text: string): ResolvedPath {
  try {
    return resolvePath(model, text);
  } catch (error) {
    if (!(error instanceof CodecProblem)) throw error;
    throw new CodecProblem('select', error.message).within(text);
  }
}

/** Whether one path leads into the other, or one takes for a list what the other takes for a map. */
function clash(a: ResolvedPath['steps'], b: ResolvedPath['steps']): boolean {
  const parting = a.findIndex((step, i) => step !== b[i]);
  return parting === -1 || typeof a[parting] !== typeof b[parting];
}

const inParts = new WeakMap<Field, Field>();

/** A field's codec for reading parts, compiled at the first projection that needs it. */
function partsOfField(field: Field): Field {
  let parts = inParts.get(field);
  if (parts === undefined) {
    parts = { ...field, codec: attributeCodec(field.attribute, true, field.nullIsAbsent) };
    inParts.set(field, parts);
  }
  return parts;
}

/**
 * The ProjectionExpression of a selection. The keys are always fetched: composed keys are read back from them, and a
 * cursor can be made of any item.
 */
export function projectionExpression(
  model: CompiledModel,
  { paths }: Pick<Selection, 'paths'>,
  expression: Expression,
  index?: CompiledIndex,
): string {
  const keys = [...namesOf(model.key), ...(index === undefined ? [] : namesOf(index))];
  const texts = new Set(keys.map((name) => expression.name(name)));
  for (const { property, steps } of paths) {
    if (!model.keyFields.has(model.fieldNamed.get(property) as Field)) texts.add(expression.path(steps));
  }
  return [...texts].join(', ');
}
