import type { AttributeValue } from '../codec/attribute-value.ts';
import { namesOf } from '../codec/key-codec.ts';
import type { CompiledModel } from '../compiled-model.ts';
import { ValidationFailedError } from '../errors.ts';

/** An action of a transaction, by the item it is on. */
interface OnItem {
  readonly model: CompiledModel;
  /** The item's key, or an item that contains it. */
  readonly key: Readonly<Record<string, AttributeValue>>;
}

/**
 * Refuses two actions on one item, as DynamoDB does, but says which.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 *
 * @throws ValidationFailedError naming both by their places.
 */
export function refuseSameItem(actions: readonly OnItem[], operation: string): void {
  const seen = new Map<string, number>();
  for (const [index, { model, key }] of actions.entries()) {
    const identity = itemIdentity(model, key);
    const other = seen.get(identity);
    if (other !== undefined) {
      const problem = { path: `[${index}]`, keyword: 'uniqueItems', message: `is on the same item as [${other}]` };
      throw new ValidationFailedError([problem], { operation, model: model.name });
    }
    seen.set(identity, index);
  }
}

/** A text that is the same for the same item of the same table. */
export function itemIdentity(model: CompiledModel, key: Readonly<Record<string, AttributeValue>>): string {
  const values = namesOf(model.key).map((name) => {
    const { S, N, B } = key[name] ?? {};
    return B === undefined ? [S, N] : Buffer.from(B).toString('base64');
  });
  return JSON.stringify([model.table, values]);
}
