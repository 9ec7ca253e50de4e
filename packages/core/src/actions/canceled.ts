import type { StoredItem } from '../codec/attribute-value.ts';
import type { CompiledModel } from '../compiled-model.ts';
import { type CancellationReason, TransactionCanceledError } from '../errors.ts';
import { readExisting } from '../read-result.ts';

/** One action of a transaction, as far as its cancellation is concerned. */
export interface Cancelable {
  readonly action: CancellationReason['action'];
  readonly model: CompiledModel;
  /** The place the caller knows it by, where it is another than its place in the request. */
  readonly index?: number;
  readonly attribute?: string;
}

/** The typed error when DynamoDB cancelled a transaction; `undefined` for any other error. */
export function canceledError(
  thrown: unknown,
  actions: readonly Cancelable[],
  operation: string,
): TransactionCanceledError | undefined {
  const cause = thrown as { name?: string; CancellationReasons?: { Code?: string; Item?: StoredItem }[] } | undefined;
  if (cause?.name !== 'TransactionCanceledException') return undefined;
  const reasons: CancellationReason[] = [];
  for (const [position, { Code, Item }] of (cause.CancellationReasons ?? []).entries()) {
    const canceled = actions[position];
    if (canceled === undefined || Code === undefined || Code === 'None') continue;
    const { model, action, attribute, index = position } = canceled;
    const reason = { index, model: model.name, action, code: Code, ...(attribute === undefined ? {} : { attribute }) };
    // Not enumerable: a logger that copies the reasons must not copy items.
    Object.defineProperty(reason, 'item', { value: readExisting(model, Item) });
    reasons.push(reason);
  }
  delete cause.CancellationReasons; // they hold items, and a logger may print the cause
  const models = [...new Set(actions.map(({ model }) => model.name))].join(', ');
  return new TransactionCanceledError(reasons, { operation, model: models, cause });
}
