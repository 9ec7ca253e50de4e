import { hash } from 'node:crypto';
import type { AttributeValue, StoredItem } from './codec/attribute-value.ts';
import { namesOf } from './codec/key-codec.ts';
import { type Field, storedIn } from './codec/object-codec.ts';
import type { PutItemInput, TransactWriteItem } from './command/requests.ts';
import type { CompiledModel } from './compiled-model.ts';

const PREFIX = 'tabletheory#unique#';

/** A write that takes or frees one value of a unique attribute. */
export interface UniqueMark {
  readonly attribute: string;
  readonly item: TransactWriteItem;
}

/** The writes that turn the marks of an item's values before into those of its values after. */
export function marksBetween(
  model: CompiledModel,
  before: Readonly<StoredItem> | undefined,
  after: (field: Field) => AttributeValue | undefined,
): UniqueMark[] {
  return model.unique.flatMap((field) => {
    const old = before && storedIn(before, field);
    const value = after(field);
    if (uniqueText(old) === uniqueText(value)) return [];
    const attribute = field.property;
    const marks: UniqueMark[] = [];
    if (old !== undefined) {
      marks.push({ attribute, item: { Delete: { TableName: model.table, Key: uniqueMarkKey(model, field, old) } } });
    }
    if (value !== undefined) marks.push({ attribute, item: { Put: takeIfFree(model, field, value) } });
    return marks;
  });
}

function takeIfFree(model: CompiledModel, field: Field, value: AttributeValue): PutItemInput {
  return {
    TableName: model.table,
    Item: uniqueMarkKey(model, field, value),
    ConditionExpression: 'attribute_not_exists(#0)',
    ExpressionAttributeNames: { '#0': model.key.partition.names[0] as string },
  };
}

/** A value as text, to compare and to make a mark of. */
export function uniqueText(value: AttributeValue | undefined): string | undefined {
  return value?.S ?? value?.N;
}

/**
 * The key of the item that marks a value as taken. It holds a digest, so a long value fits into a key and a
 * sensitive one does not stand in it.
 */
function uniqueMarkKey(model: CompiledModel, field: Field, value: AttributeValue): StoredItem {
  const digest = hash('sha256', uniqueText(value) as string, 'base64url');
  const text = `${PREFIX}${model.name}#${field.property}#${digest}`;
  return Object.fromEntries(namesOf(model.key).map((name) => [name, { S: text }]));
}

/** Whether a stored item is such a mark. */
export function isUniqueMark(model: CompiledModel, stored: StoredItem): boolean {
  return stored[model.key.partition.names[0] as string]?.S?.startsWith(PREFIX) === true;
}
