import type { AttributeValue } from './codec/attribute-value.ts';
import { composeText, partsOf, writeKeyPart } from './codec/key-codec.ts';
import type { Field } from './codec/object-codec.ts';
import { CodecProblem, rethrowWithin } from './codec/problem.ts';
import type { CompiledModel } from './compiled-model.ts';
import type { Expression } from './expression.ts';
import { type ResolvedPath, resolvePath } from './path.ts';
import type { UpdateAction } from './update-builder.ts';

type Clause = 'SET' | 'REMOVE' | 'ADD' | 'DELETE';

/** The clauses of one UpdateExpression. */
type Clauses = Record<Clause, string[]>;

/**
 * Writes the changes of an update as an UpdateExpression, with what follows from them: `updatedAt`, the next
 * `version`, and composed index keys.
 *
 * @param key the encoded values of the item's key attributes, by property.
 * @returns the expression, and the attributes that change with the value each gets, where the update decides it.
 * @throws CodecProblem when a change is not possible.
 * @throws TypeError when it is one of an encrypted attribute that is not to set or remove it.
 */
export function updateExpression(
  model: CompiledModel,
  actions: readonly UpdateAction[],
  key: ReadonlyMap<string, AttributeValue>,
  now: Date,
  expression: Expression,
): { text: string; changed: ReadonlyMap<string, AttributeValue | undefined> } {
  const clauses: Clauses = { SET: [], REMOVE: [], ADD: [], DELETE: [] };
  const resolved = actions.map((action) => ({ action, path: resolvePath(model, action.path) }));
  refuseConflicts(resolved.map(({ path }) => path));
  const changed = new Map<string, AttributeValue | undefined>();
  for (const { action, path } of resolved) {
    refuseFixed(model, path);
    refuseUndecided(action, path);
    refusePartial(model, action, path);
    try {
      const written = writeAction(action, path, clauses, expression);
      if (path.steps.length === 1) changed.set(path.property, written);
      else if (!changed.has(path.property)) changed.set(path.property, undefined);
    } catch (error) {
      rethrowWithin(error, path.text);
    }
  }
  if (model.updatedAt !== undefined) changed.set(model.updatedAt.property, model.updatedAt.codec.write(now));
  followIndexKeys(model, changed, resolved, key, clauses, expression);
  if (model.updatedAt !== undefined) {
    const { name, codec } = model.updatedAt;
    clauses.SET.push(`${expression.name(name)} = ${expression.value(codec.write(now))}`);
  }
  if (model.version !== undefined) {
    clauses.ADD.push(`${expression.name(model.version.name)} ${expression.value({ N: '1' })}`);
  }
  const text = Object.entries(clauses)
    .filter(([, parts]) => parts.length > 0)
    .map(([clause, parts]) => `${clause} ${parts.join(', ')}`)
    .join(' ');
  return { text, changed };
}

/** @returns the encoded value an attribute is set to, where the update decides it. */
function writeAction(
  { kind, value }: UpdateAction,
  path: ResolvedPath,
  clauses: Clauses,
  expression: Expression,
): AttributeValue | undefined {
  const name = expression.path(path.steps);
  if (value === undefined && kind !== 'remove') throw new CodecProblem('required', 'is given no value');
  switch (kind) {
    case 'set': {
      const written = path.codec.write(value);
      clauses.SET.push(`${name} = ${expression.value(written)}`);
      return written;
    }
    case 'setIfNotExists':
      clauses.SET.push(`${name} = if_not_exists(${name}, ${expression.value(path.codec.write(value))})`);
      return undefined;
    case 'append':
    case 'prepend': {
      const old = `if_not_exists(${name}, ${expression.value({ L: [] })})`;
      const added = expression.value(path.codec.operand(value));
      clauses.SET.push(`${name} = list_append(${kind === 'append' ? `${old}, ${added}` : `${added}, ${old}`})`);
      return undefined;
    }
    case 'remove':
      if (path.required) {
        throw new CodecProblem('required', 'is required and cannot be removed');
      }
      clauses.REMOVE.push(name);
      return undefined;
    case 'add':
      clauses.ADD.push(`${name} ${expression.value(path.codec.operand(value))}`);
      return undefined;
    case 'deleteFromSet':
      clauses.DELETE.push(`${name} ${expression.value(path.codec.operand(value))}`);
      return undefined;
  }
}

function refuseFixed(model: CompiledModel, path: ResolvedPath): void {
  const field = model.fieldNamed.get(path.property) as Field;
  const isKey = partsOf(model.key).some((part) => part.fields.includes(field));
  if (isKey) throw new CodecProblem('readOnly', 'is part of the key and cannot be changed').within(path.text);
  if (field.attribute.role !== undefined) {
    throw new CodecProblem('readOnly', 'is written by the table layer and cannot be changed').within(path.text);
  }
  if (field.attribute.options.readOnly || path.attribute.options.readOnly) {
    throw new CodecProblem('readOnly', 'is read-only and cannot be changed').within(path.text);
  }
}

/** What a unique attribute becomes must be known beforehand: its value is marked as taken in the same transaction. */
function refuseUndecided({ kind }: UpdateAction, path: ResolvedPath): void {
  if (!path.attribute.options.unique || kind === 'set' || kind === 'remove') return;
  throw new CodecProblem('unique', 'is unique and can only be set or removed').within(path.text);
}

/** What is encrypted can be replaced, and not be worked on by DynamoDB. */
function refusePartial(model: CompiledModel, { kind }: UpdateAction, path: ResolvedPath): void {
  if (!path.attribute.options.encrypted || kind === 'set' || kind === 'remove') return;
  throw new TypeError(`${model.name}.${path.text} is encrypted: an update can set or remove it, not ${kind}`);
}

/** DynamoDB refuses an update in which one path is, or lies within, another; say which before sending. */
function refuseConflicts(paths: readonly ResolvedPath[]): void {
  for (const [i, path] of paths.entries()) {
    for (const other of paths.slice(i + 1)) {
      const [shorter, longer] = path.steps.length <= other.steps.length ? [path, other] : [other, path];
      if (shorter.steps.every((step, depth) => step === longer.steps[depth])) {
        const how =
          shorter.steps.length === longer.steps.length ? 'is changed twice' : `is changed together with ${longer.text}`;
        throw new CodecProblem('conflict', how).within(shorter.text);
      }
    }
  }
}

/** Renews the composed keys of indexes whose attributes change. */
function followIndexKeys(
  model: CompiledModel,
  changed: ReadonlyMap<string, AttributeValue | undefined>,
  resolved: readonly { action: UpdateAction; path: ResolvedPath }[],
  key: ReadonlyMap<string, AttributeValue>,
  clauses: Clauses,
  expression: Expression,
): void {
  const removed = new Set(resolved.filter(({ action }) => action.kind === 'remove').map(({ path }) => path.property));
  for (const index of model.indexes.values()) {
    for (const part of partsOf(index)) {
      if (!part.fields.some((field) => changed.has(field.property))) continue;
      const encoded = (field: Field) => changed.get(field.property) ?? key.get(field.property);
      if (part.template === undefined) {
        writeKeyPart(part, encoded, {}); // refuses what no key can be
        continue;
      }
      const name = expression.name(part.names[0] as string);
      if (part.fields.some((field) => removed.has(field.property))) {
        clauses.REMOVE.push(name);
        continue;
      }
      const { key: text, complete } = composeText(part, encoded);
      if (!complete) {
        const all = part.fields.map((field) => field.property).join(', ');
        throw new CodecProblem('key', `index ${index.name} has a key composed of ${all}: set them together`);
      }
      clauses.SET.push(`${name} = ${expression.value({ S: text })}`);
    }
  }
}
