import type { AttributeValue } from '../codec/attribute-value.ts';
import { validated, writeItem } from '../codec/item-codec.ts';
import { namesOf, partsOf } from '../codec/key-codec.ts';
import { type Field, valueIn } from '../codec/object-codec.ts';
import { CodecProblem } from '../codec/problem.ts';
import type { CompiledModel } from '../compiled-model.ts';
import { Expression } from '../expression.ts';
import type { BuiltUpdate } from './update.ts';
import { type WriteOptions, writeCondition } from './write-condition.ts';

const OPERATION = 'UpdateItem';

/**
 * The request of an `upsert`: the given attributes are written whether or not the item exists; others of an existing
 * item stay. What only a new item gets, `createdAt` and defaults, does not replace what is stored.
 */
export function upsertParams(
  model: CompiledModel,
  item: object,
  options: Pick<WriteOptions, 'if'>,
  now: Date,
): BuiltUpdate {
  const stored = writeItem(model, item, { now, version: 1 }, OPERATION);
  const keyNames = new Set(namesOf(model.key));
  const givenLess = validated(model, OPERATION, () => namesNotGiven(model, item));
  const expression = new Expression();
  const set: string[] = [];
  const Key: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(stored)) {
    if (keyNames.has(name)) {
      Key[name] = value;
    } else if (name !== model.version?.name) {
      const path = expression.name(name);
      const placeholder = expression.value(value);
      set.push(givenLess.has(name) ? `${path} = if_not_exists(${path}, ${placeholder})` : `${path} = ${placeholder}`);
    }
  }
  const clauses = set.length > 0 ? [`SET ${set.join(', ')}`] : [];
  if (model.version) clauses.push(`ADD ${expression.name(model.version.name)} ${expression.value({ N: '1' })}`);
  const condition = writeCondition(model, OPERATION, options, expression);
  const change = clauses.length > 0 ? { UpdateExpression: clauses.join(' ') } : {};
  return {
    params: { TableName: model.table, Key, ...change, ...condition, ...expression.params() },
    expected: options,
  };
}

/**
 * The stored names of attributes that were filled in, not given, and of index keys composed of those alone: what is
 * stored under them stays. `updatedAt` is not among them, as every write renews it.
 *
 * @throws CodecProblem when an index key is composed of a given attribute and one that may be stored already.
 */
function namesNotGiven(model: CompiledModel, item: object): Set<string> {
  const isFilled = (field: Field) => field !== model.updatedAt && valueIn(item, field) === undefined;
  const names = new Set(model.fields.filter(isFilled).map((field) => field.name));
  for (const index of model.indexes.values()) {
    for (const { template, names: keyNames, fields } of partsOf(index)) {
      if (template === undefined || !fields.some(isFilled)) continue;
      if (!fields.every(isFilled)) {
        const all = fields.map(({ property }) => property).join(', ');
        throw new CodecProblem('key', `index ${index.name} has a key composed of ${all}: give them together`);
      }
      for (const name of keyNames) names.add(name);
    }
  }
  return names;
}
