import type { StoredItem } from '../codec/attribute-value.ts';
import type { CompiledModel } from '../compiled-model.ts';
import type { Connection } from '../connection.ts';
import { openExisting } from '../encryption/open-stored.ts';
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

interface StoredReason {
  readonly Code?: string;
  readonly Item?: StoredItem;
}

/**
 * The typed error when DynamoDB cancelled a transaction; `undefined` for any other error. A promise of it where
 * existing items have to be opened first.
 */
export function canceledError(
  thrown: unknown,
  connection: Connection,
  actions: readonly Cancelable[],
  operation: string,
): TransactionCanceledError | undefined | Promise<TransactionCanceledError> {
  const cause = thrown as { name?: string; CancellationReasons?: StoredReason[] } | undefined;
  if (cause?.name !== 'TransactionCanceledException') return undefined;
  const stored = cause.CancellationReasons ?? [];
  delete cause.CancellationReasons; // they hold items, and a logger may print the cause
  const models = [...new Set(actions.map(({ model }) => model.name))].join(', ');
  const error = (reasons: readonly StoredReason[]): TransactionCanceledError =>
    new TransactionCanceledError(reasonsOf(reasons, actions), { operation, model: models, cause });
  if (actions.every(({ model }) => model.encrypted.length === 0)) return error(stored);
  const opening = stored.map(async (reason, position): Promise<StoredReason> => {
    const model = actions[position]?.model;
    if (reason.Item === undefined || model === undefined || model.encrypted.length === 0) return reason;
    return { ...reason, Item: await openExisting(connection, model, reason.Item, operation) };
  });
  return Promise.all(opening).then(error);
}

function reasonsOf(stored: readonly StoredReason[], actions: readonly Cancelable[]): CancellationReason[] {
  const reasons: CancellationReason[] = [];
  for (const [position, { Code, Item }] of stored.entries()) {
    const canceled = actions[position];
    if (canceled === undefined || Code === undefined || Code === 'None') continue;
    const { model, action, attribute, index = position } = canceled;
    const reason = { index, model: model.name, action, code: Code, ...(attribute === undefined ? {} : { attribute }) };
    // Not enumerable: a logger that copies the reasons must not copy items.
    Object.defineProperty(reason, 'item', { value: readExisting(model, Item) });
    reasons.push(reason);
  }
  return reasons;
}
