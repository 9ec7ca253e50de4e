import type { Attribute } from './attribute.ts';
import { type AttributeCodec, attributeCodec } from './codec/attribute-codec.ts';
import { CodecProblem } from './codec/problem.ts';
import type { CompiledModel } from './compiled-model.ts';

/** A path resolved against a model. */
export interface ResolvedPath {
  /** The path as the caller wrote it. */
  readonly text: string;
  /** The top-level property. */
  readonly property: string;
  /** Stored names and list positions, outermost first. */
  readonly steps: readonly (string | number)[];
  readonly attribute: Attribute;
  readonly codec: AttributeCodec;
  /** Whether what holds it cannot be without it. */
  readonly required: boolean;
}

const STEP = /([^.[\]]+)|\[(\d+)\]/g;
const WHOLE = /^[^.[\]]+(\[\d+\])*(\.[^.[\]]+(\[\d+\])*)*$/;

/**
 * Resolves a path such as `lines[0].sku`.
 *
 * @throws CodecProblem when the model has no such attribute.
 * @throws TypeError when it leads into an encrypted attribute.
 */
export function resolvePath(model: CompiledModel, text: string): ResolvedPath {
  const own = model.fieldNamed.get(text);
  if (own !== undefined) {
    const { attribute, codec, required } = own;
    return { text, property: text, steps: [own.name], attribute, codec, required };
  }
  const unknown = (): CodecProblem =>
    new CodecProblem('additionalProperties', 'is no attribute of the model').within(text);
  if (!WHOLE.test(text)) throw unknown();
  const [first, ...rest] = [...text.matchAll(STEP)].map(([, name, position]) => name ?? Number(position));
  const field = model.fieldNamed.get(first as string);
  if (field === undefined) throw unknown();
  if (field.attribute.options.encrypted) {
    throw new TypeError(`${model.name}.${field.property} is encrypted: it is read and written whole, without ${text}`);
  }
  let { attribute, required } = field;
  const steps: (string | number)[] = [field.name];
  for (const step of rest) {
    const inner = stepInto(attribute, step);
    if (inner === undefined) throw unknown();
    // Only a map's attributes have names of their own: the keys of a record and of any() are the caller's.
    steps.push(attribute.kind === 'map' ? (inner.options.name ?? step) : step);
    required = attribute.kind === 'map' && !inner.options.optional;
    attribute = inner;
  }
  return { text, property: field.property, steps, attribute, codec: codecOf(attribute), required };
}

function stepInto(attribute: Attribute, step: string | number): Attribute | undefined {
  if (attribute.kind === 'any') return attribute;
  if (typeof step === 'number') return attribute.kind === 'list' ? attribute.element : undefined;
  if (attribute.kind === 'record') return attribute.element;
  const { attributes = {} } = attribute;
  return Object.hasOwn(attributes, step) ? attributes[step] : undefined;
}

const codecs = new WeakMap<Attribute, AttributeCodec>();

function codecOf(attribute: Attribute): AttributeCodec {
  let codec = codecs.get(attribute);
  if (codec === undefined) {
    codec = attributeCodec(attribute, false);
    codecs.set(attribute, codec);
  }
  return codec;
}
